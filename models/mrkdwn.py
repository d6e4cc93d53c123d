"""People, times and days as our sentences keep them: ids and moments, never names.

`<@U…>` and `<!date^…>` are Slack's forms (docs/reference/slack.md, Escaping): every reader sees the
name and the time of day that are true for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

# A mention of a person or channel in one of our sentences; in what people typed, "<" is escaped.
MENTION = re.compile(r"<[@#]([A-Z0-9]+)>")
# Groups: Unix seconds, pattern, fallback.
MOMENT = re.compile(r"<!date\^(\d+)\^([^|>]*)\|([^>]*)>")


def who(person: str) -> str:
    """Mention this person."""
    return f"<@{person}>"


def where(channel: str) -> str:
    """Link this channel."""
    return f"<#{channel}>"


def when(at: datetime) -> str:
    """Write this moment in the reader's own time zone; the fallback names UTC."""
    return (
        f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
    )


def day(value: date) -> str:
    """Write a calendar day, the same for every reader: `Tue 1 Dec 2026`."""
    return f"{value:%a} {value.day} {value:%b %Y}"


def number(count: int, thing: str) -> str:
    """Write a count of things: `1 day`, `2 days`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def escaped(typed: str) -> str:
    """Make what a person typed safe inside mrkdwn or a message's `text`.

    It can then ping nobody and link nothing.
    """
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(mrkdwn: str) -> str:
    """Undo `escaped`."""
    return mrkdwn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def with_fallbacks(mrkdwn: str) -> str:
    """Replace each moment by its fallback, which names UTC."""
    return MOMENT.sub(r"\3", mrkdwn)


def plain(mrkdwn: str, called: Callable[[str], str]) -> str:
    """Turn one of our own sentences into plain text.

    `called` gives the name of a Slack id: `<@U1>` → `Alice`, `<!date^…|10:00 UTC>` → `10:00 UTC`,
    `&lt;` → `<`.
    """
    named = MENTION.sub(lambda found: escaped(called(found[1])), with_fallbacks(mrkdwn))
    return unescaped(named)


def ago(at: datetime) -> str:
    """Write how long ago this was, as a text that Slack keeps current for every reader.

    The fallback names the moment in UTC.
    """
    return f"<!date^{int(at.timestamp())}^{{ago}}|on {at:%Y-%m-%d %H:%M} UTC>"
