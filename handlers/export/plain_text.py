"""Plain text for files outside Slack, from sentences in mrkdwn, ids and moments."""

from __future__ import annotations

from datetime import datetime

from handlers.export.names import Names
from models import mrkdwn


def plain(sentence: str, names: Names) -> str:
    """Turn one of our own sentences into plain text, with people and channels by name.

    Isolates are left out, because programs read the text too.
    """
    text = mrkdwn.plain(mrkdwn.without_links(sentence), lambda id: called(id, names))
    return mrkdwn.without_isolates(text)


def called(id: str, names: Names) -> str:
    """Return the name; the id if Slack does not say the name."""
    return names.get(id) or id


def iso_utc(at: datetime | None) -> str:
    """Write a time in UTC, to the second, as ISO 8601; empty if there is none."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
