"""Text without invisible characters: texts that people type are cleaned here first.

Standard library only. A text is cleaned where it comes in: a command in `bot/dispatch.py`, a form
in `handlers/ui`, a name in `bot/people.py`. So terminal, board, files, chart and log need not clean
it.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
# Characters that are removed wherever they are. They are control characters of both ranges (U+009B
# begins a terminal's commands), marks that reverse the text after them, invisible operators, byte
# order marks, surrogates (halves of characters), and code points that are no characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u180e\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    "\ufff0-\ufffb\ufffe\uffff]"
)
# Tags are invisible letters. They are removed, except after a black flag, where they name a
# country.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)|[\U000e0000-\U000e007f]")
# Letters and marks that are drawn as nothing: fillers, variation selectors, the blank of Braille.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
# Categories of the Unicode database that are never drawn: control, format, surrogates, separators.
_UNDRAWN = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")


def cleaned(text: str) -> str:
    """Return the text without characters that nobody sees; empty if nothing visible is left.

    Joiners, direction marks and spaces inside it stay, because scripts and emoji need them.
    """
    text = _TAGS.sub(r"\1", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))
    first = next((at for at, letter in enumerate(text) if is_drawn(letter)), None)
    if first is None:
        return ""
    last = next(at for at in range(len(text) - 1, -1, -1) if is_drawn(text[at]))
    return text[first : last + 1] + _ending(text[last + 1 :])


def cleaned_line(text: str) -> str:
    """Return the cleaned text as one line, without doubled spaces."""
    return " ".join(cleaned(text).split())


def is_drawn(letter: str) -> bool:
    """Return True if people see something of this character; a blank is not drawn."""
    return not _BLANK.match(letter) and unicodedata.category(letter) not in _UNDRAWN


def _ending(rest: str) -> str:
    """Return the marks directly after the last visible character that belong to it.

    A variation selector makes a heart an emoji, and tags end a flag.
    """
    found = re.match("[\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]*", rest)
    assert found
    return found[0]
