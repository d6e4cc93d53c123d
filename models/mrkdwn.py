"""How people, times and days stand in sentences that the record keeps: as ids and moments, never as names.

`<@U…>` and `<!date^…>` are Slack's forms (slack.md §11): every reader sees the name and the time of day that are true for them.
"""

from __future__ import annotations

from datetime import date, datetime


def who(person: str) -> str:
    """A mention of this person."""
    return f"<@{person}>"


def where(channel: str) -> str:
    """A link to this channel."""
    return f"<#{channel}>"


def when(at: datetime) -> str:
    """This moment in the reader's own time zone; the fallback names UTC."""
    return (
        f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
    )


def day(value: date) -> str:
    """A calendar day, the same for every reader: `Tue 1 Dec 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def number(count: int, thing: str) -> str:
    """`1 day`, `2 days`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def escaped(typed: str) -> str:
    """What a person typed, safe inside mrkdwn or a message's `text`: it can ping nobody and link nothing."""
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def ago(at: datetime) -> str:
    """How long this has been, as it grows by itself for every reader; the fallback names the moment in UTC."""
    return f"<!date^{int(at.timestamp())}^{{ago}}|on {at:%Y-%m-%d %H:%M} UTC>"
