"""Days, hours, slips, lengths and authors in words: small parts of sentences."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.ui.cutting import cut_to_bytes
from models.mrkdwn import isolated, number, who

# `chat.update` refuses a `text` of more than 4,000 bytes (docs/reference/slack.md, Limits).
# A message with a longer text can be posted, but cannot be redrawn.
TEXT_LIMIT = 3900
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def short_day(value: date) -> str:
    """Write a day as `12 Dec`."""
    return f"{value.day} {value:%b}"


def days(later: date, earlier: date) -> str:
    """Write the difference between two days as `+5 days` or `-1 day`."""
    return signed_days((later - earlier).days)


def move(earlier: date, later: date) -> str:
    """Write a move of a date: `12 Dec → 17 Dec (+5 days)`."""
    return f"{short_day(earlier)} → {short_day(later)} ({days(later, earlier)})"


def signed_days(count: int) -> str:
    if count == 0:
        return "0 days"
    return f"{count:+d} {'day' if abs(count) == 1 else 'days'}"


def limited(text: str) -> str:
    """Cut a text to what fits into a message's `text`."""
    return cut_to_bytes(text, TEXT_LIMIT)


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def slip(days: int) -> str:
    """Write a slip, which counts working days: `5 working days of slip`."""
    if days == 0:
        return "no slip"
    counted = number(abs(days), "working day")
    return f"{counted} of slip" if days > 0 else f"{counted} earlier"


def have_stated(authors: list[str], person: str | None) -> str:
    """Say to this person who has stated the impact, up to the word *stated*."""
    if person in authors:
        return "you have stated"
    has = "has" if len(authors) == 1 else "have"
    return f"{' and '.join(map(who, authors))} {has} stated"


def elapsed(passed: timedelta) -> str:
    """Write how much time has passed, counted as Slack's `{ago}` counts it: `22 hours`, `1 day`."""
    minutes = round(passed.total_seconds() / 60)
    for size, word in ((1440, "day"), (60, "hour")):
        if minutes >= size:
            return number(minutes // size, word)
    return number(minutes, "minute") if minutes > 0 else "less than a minute"


def numbered(sign: str | int, typed: str) -> str:
    """Write typed text after its letter or number: `A. Add it now`, `1. Arrives in a minute`."""
    return f"{sign}. {isolated(typed)}"


def hours(count: float) -> str:
    """Write hours in a fitting unit: `40 minutes`, `5 hours`, `2.5 days`."""
    if count < 1:
        return number(round(count * 60), "minute")
    if count < 48:
        return number(round(count), "hour")
    return f"{count / 24:.1f} days"
