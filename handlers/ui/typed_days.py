"""Days that people type: read them, and say how they were understood.

dateparser reads them. It also guesses: it would find a day in `24`, `10:30` or `32 Dec`. So it gets
only texts of the forms below, and its answer counts only if it has the numbers that were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from threading import Lock

from models.mrkdwn import day, escaped

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b"
)
_DAY = r"(?:the )?[0-9]{1,2}(?:st|nd|rd|th)?\b\.?"
_COUNT = r"(?:[0-9]{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
# Forms of text that name one whole day. A year has four digits, because in `24/12/26` each number
# could be the year.
FORM = (
    r"[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}\b"
    r"|[0-9]{1,2}(?:/[0-9]{1,2}(?:/[0-9]{4})?|-[0-9]{1,2}-[0-9]{4})\b"
    r"|[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{4}\b|\.|\b)"
    rf"|(?:{_WEEKDAY},? )?(?:{_DAY} (?:of )?{_MONTH}|{_MONTH} {_DAY})(?:,? [0-9]{{4}}\b)?"
    r"|(?:today|yesterday|tomorrow|(?:the )?day after tomorrow)\b"
    rf"|(?:on |this |next |last )?{_WEEKDAY}"
    rf"|(?:in )?{_COUNT} (?:day|week|month)s?\b(?: ago\b)?|[0-9]{{1,4}}[dw]\b(?: ago\b)?"
)
_FORM = re.compile(FORM)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SPAN, _UNITS = re.compile(r"^([0-9]+)([dw])\b"), {"d": "days", "w": "weeks"}
_NUMBERS = re.compile(r"^[0-9]+[/.-]")
_FIRST, _LAST = date(1970, 1, 1), date(2199, 12, 31)
_ONE_AT_A_TIME = Lock()


def names_a_day(typed: str) -> bool:
    """Return True if this has the form of a day, even of one that does not exist."""
    return _FORM.fullmatch(_normal(typed)) is not None


def readings(typed: str, today: date, *, past: bool = False) -> list[date]:
    """Return the days that this can mean: none if it names no day, two if it is ambiguous.

    A day without a year is the first one after today; with `past`, the last one up to today.
    """
    words = _normal(typed)
    if not _FORM.fullmatch(words):
        return []
    words = _SPAN.sub(lambda span: f"{span[1]} {_UNITS[span[2]]}", words)
    # Two orders are possible only if day and month are both numbers.
    orders = ("DMY", "MDY") if _NUMBERS.match(words) else ("DMY",)
    parsed = {_parsed(words, order, today, past=past) for order in orders}
    days = {found for found in parsed if found and _agrees(words, found)}
    return sorted(day for found in days for day in _meant(words, found, today, past=past))


def how_read(typed: str, days: Sequence[date]) -> str:
    """Say in a sentence what was understood, or what can be meant, for mrkdwn."""
    asked = f"“{escaped(' '.join(typed.split())[:40])}”"
    if not days:
        return f"I cannot read a day in {asked}."
    return f"{asked} is {day(days[0])}." if len(days) == 1 else f"{asked} can be {choices(days)}."


def choices(days: Sequence[date]) -> str:
    return " or ".join(map(day, days))


def _normal(typed: str) -> str:
    """Return what was typed in small letters, with plain digits and hyphens.

    Japanese keyboards type wide digits, and telephones make dashes of hyphens.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", typed))
    return " ".join(plain.casefold().split())


def _parsed(words: str, order: str, today: date, *, past: bool) -> date | None:
    # Loaded by the first request that needs it: dateparser, with English, takes 20 MB.
    from dateparser.date import DateDataParser

    settings = {
        "RELATIVE_BASE": datetime.combine(today, time()),
        "PREFER_DATES_FROM": "past" if past else "future",
        "DATE_ORDER": order,
        "TIMEZONE": "UTC",
    }
    # Its caches are shared, and requests are handled on threads.
    with _ONE_AT_A_TIME:
        found = DateDataParser(languages=["en"], settings=settings).get_date_data(words).date_obj
    return found.date() if found else None


def _agrees(words: str, found: date) -> bool:
    """Return True if the typed numbers and weekday are those of the day that was found."""
    if not _FIRST <= found <= _LAST:
        return False
    if re.search(r"\b(?:day|week|month)s?\b", words):
        return True
    numbers = {int(digits) for digits in re.findall(r"[0-9]+", words)}
    weekdays = {word[:3] for word in re.findall(r"[a-z]+", words)} & set(_WEEKDAYS)
    return numbers <= {found.year, found.month, found.day} and weekdays <= {
        _WEEKDAYS[found.weekday()]
    }


def _meant(words: str, near: date, today: date, *, past: bool) -> set[date]:
    """Return the days that people can mean by these words, of which dateparser found the nearest.

    For example, if `near` is a Friday of this week, `next Friday` can be that day or the Friday
    after it. Words without a weekday mean `near`.
    """
    which, _, weekday = words.partition(" ")
    this_week = _in_one_week(near, today)
    if which in ("next", "last"):
        weeks = timedelta(weeks=1 if which == "next" else -1)
        return {near, near + weeks} if this_week else {near}
    if which == "this":
        return {near} if this_week else set()
    on_that_day = which[:3] == _WEEKDAYS[today.weekday()] and not weekday
    return {near, today} if past and on_that_day else {near}


def _in_one_week(some: date, other: date) -> bool:
    """Return True if both days are in one week, which may begin on Monday or on Sunday."""
    return any(
        some - timedelta(days=(some.weekday() + shift) % 7)
        == other - timedelta(days=(other.weekday() + shift) % 7)
        for shift in (0, 1)
    )
