"""Slack's markup: what our sentences write in it, and the text that people read in it.

Our sentences keep ids and moments, never names. `<@U…>` and `<!date^…>` are Slack's forms
(docs/reference/slack.md, Escaping): every reader sees the name and the time of day that are true
for them. What people typed comes in the same markup, and `plain` turns it into text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

# A mention of a person or channel in one of our sentences; in what people typed, "<" is escaped.
MENTION = re.compile(r"<[@#]([A-Z0-9]+)>")
# Any mark of Slack's markup: its target and, after a bar, the label that people read.
_MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>|]*))?>")
# Mentions without a label. Their names have to be looked up.
_UNNAMED = re.compile(r"<[@#]([A-Z0-9]+)\|?>")
# The number of a decision, linked to its card.
_LINKED_NUMBER = re.compile(r"<[^<>|]+\|(#[0-9]+)>")
# An address that was typed, without the punctuation after it, and without the end of an isolate. A
# bar ends it: people who know Slack's form for a link type a label after that.
_ADDRESS = re.compile(r"""(https?://[^\s<>|"“”„«»\u2068\u2069]+(?<![.,;:!?)\]}'’]))""")
# Groups: Unix seconds, pattern, fallback.
MOMENT = re.compile(r"<!date\^(\d+)\^([^<|>]*)\|([^<>]*)>")
# A letter of a script from right to left, such as Hebrew or Arabic, or the invisible mark with the
# same effect on the text after it.
_RIGHT_TO_LEFT = re.compile(
    "[\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Beginning and end of an isolate: Unicode's First Strong Isolate and Pop Directional Isolate. The
# Left-To-Right Mark comes first, for readers such as HTML's dir=auto. They take the direction of a
# line from its first letter, even if that letter is in an isolate.
ISOLATE, END_OF_ISOLATE = "\u200e\u2068", "\u2069"


def who(person: str) -> str:
    """Mention this person."""
    return f"<@{person}>"


def who_for(person: str, absent: str | None) -> str:
    """Mention this person and, if there is one, the absent person for whom they act."""
    return f"{who(person)} for {who(absent)}" if absent else who(person)


def where(channel: str) -> str:
    """Link this channel."""
    return f"<#{channel}>"


def with_link(label: str, address: str | None) -> str:
    """Write this label as a link to the address; only the label if there is no address yet."""
    return f"<{address}|{label}>" if address else label


def when(at: datetime) -> str:
    """Write a moment that Slack shows in the reader's own time zone; the fallback names UTC.

    It has no weekday: only Slack's long pattern has one, and that takes twice the room.
    """
    return (
        f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
    )


def day(value: date) -> str:
    """Write a calendar day, the same for every reader: `Tue 1 Dec 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def number(count: int, noun: str) -> str:
    """Write a count of things: `1 day`, `2 days`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def escaped(typed: str) -> str:
    """Make what a person typed safe inside mrkdwn or a message's `text`.

    Slack then reads no mark in it, so that it mentions nobody. If it is written from right to left,
    it does not change the order of our words beside it.
    """
    return isolated(with_entities(typed))


def with_entities(text: str) -> str:
    """Escape `&`, `<` and `>` as Slack does, in markup that `plain` reads or people copy.

    Such markup gets no isolates, because they would become part of the text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(mrkdwn: str) -> str:
    """Undo `escaped`."""
    return without_isolates(_without_entities(mrkdwn))


def isolated(typed: str) -> str:
    """Put each line with right-to-left letters into an isolate; other lines stay as they are.

    Otherwise our words and numbers on the same line would change places with it. Typed text itself
    has no isolates, because `visible_text.cleaned` removes the characters that begin and end them.
    """
    if not _RIGHT_TO_LEFT.search(typed):
        return typed
    return "\n".join(
        f"{ISOLATE}{line}{END_OF_ISOLATE}" if _RIGHT_TO_LEFT.search(line) else line
        for line in typed.split("\n")
    )


def without_isolates(text: str) -> str:
    """Undo `isolated`."""
    return text.replace(ISOLATE, "").replace(END_OF_ISOLATE, "")


def _without_entities(mrkdwn: str) -> str:
    return mrkdwn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def with_fallbacks(mrkdwn: str) -> str:
    """Replace each moment by its fallback, which names UTC."""
    return MOMENT.sub(r"\3", mrkdwn)


def plain(mrkdwn: str, called: Callable[[str], str]) -> str:
    """Turn Slack's markup into the text that people read in it.

    `called` gives the name of a Slack id: `<@U1>` → `Alice`, `<#C1|checkout>` → `#checkout`,
    `<!date^…|10:00 UTC>` → `10:00 UTC`, `<http://a.example|a.example>` → `a.example`, `&lt;` → `<`.
    """
    return _without_entities(
        _MARKED.sub(lambda found: _read(found[1], found[2] or "", called), mrkdwn)
    )


def without_links(sentence: str) -> str:
    """Return one of our sentences with plain numbers of decisions: `<https://…|#24>` → `#24`."""
    return _LINKED_NUMBER.sub(r"\1", sentence)


def _read(target: str, label: str, called: Callable[[str], str]) -> str:
    """Return the text that people read in place of one mark. The text is still escaped."""
    sign, rest = target[0], target[1:]
    if sign in "@#":
        return f"{sign}{label}" if label else with_entities(called(rest))
    if sign == "!" and not rest.startswith("date^"):
        name = label.removeprefix("@") or rest.partition("^")[0]
        return f"@{name}"
    scheme, _, address = target.partition(":")
    if sign == "!" or scheme in ("mailto", "tel"):
        return label or address
    # If a person types `a.example`, Slack adds `http://` and makes it a link. People read the label
    # then, as it was typed.
    typed = not label or label.rstrip("/") == address.removeprefix("//").rstrip("/")
    return label or target if typed else f"{label} ({target})"


def addresses_apart(text: str) -> list[str]:
    """Split a text at the addresses in it: text, address, text, address, text."""
    return _ADDRESS.split(text)


def unnamed(mrkdwn: str) -> list[str]:
    """Return the ids of people and channels whose names this markup does not say, each once."""
    return list(dict.fromkeys(_UNNAMED.findall(mrkdwn)))


def ago(at: datetime) -> str:
    """Write how long ago this was, as a text that Slack keeps current for every reader.

    The fallback names the moment in UTC.
    """
    return f"<!date^{int(at.timestamp())}^{{ago}}|on {at:%a} {at.day} {at:%b %Y, %H:%M} UTC>"
