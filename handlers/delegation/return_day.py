"""Day of return, read from the text after `/tradeoff away`, such as `@dora until 24 Dec`."""

from __future__ import annotations

import re
from datetime import date

from handlers.ui import typed_days

_PERSON = re.compile(r"<@[^<>]*>|@\S+")
_LEADING = re.compile(r"(?:(?:until|till|to|through|for|by|back|on)\s+)+", re.IGNORECASE)
# Up to two words, then "until" and its like, then a text that may name a day.
_NAME_AND_DAY = re.compile(r"\w\S*(?: \w\S*)? (?:until|till|through|for) (.+)", re.IGNORECASE)


def is_meant(text: str) -> bool:
    """Return True if the text after "away" is empty, or names a person or a day.

    Otherwise it is the end of a title.
    """
    named = _PERSON.match(text) or text.lower().startswith(("until", "till"))
    return not text or bool(named) or typed_days.names_a_day(typed_day(text))


def lacks_only_the_sign(text: str) -> bool:
    """Return True if the text has a person without @, then a day: `dora until 24 Dec`."""
    found = _NAME_AND_DAY.fullmatch(text)
    return found is not None and typed_days.names_a_day(found[1])


def typed_day(text: str) -> str:
    """Return the words that name the day of return: `24 Dec` in `@dora until 24 Dec`."""
    return _LEADING.sub("", _PERSON.sub(" ", text).strip(), count=1)


def read_until(text: str, today: date) -> date | None:
    """Return the day of `until 24 Dec` or `for two weeks`; None if it is ambiguous or no day."""
    days = typed_days.readings(typed_day(text), today)
    return days[0] if len(days) == 1 else None
