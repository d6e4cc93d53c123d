"""Sentences of the record as they read outside Slack: names and moments as plain text."""

from __future__ import annotations

from datetime import datetime

from handlers.export.names import Names
from models import mrkdwn


def plain(sentence: str, names: Names) -> str:
    """Turn one of our own sentences into plain text, with people and channels by name."""
    return mrkdwn.plain(sentence, lambda id: called(id, names))


def called(id: str, names: Names) -> str:
    """By name; by id where Slack does not say it."""
    return names.get(id) or id


def moment(at: datetime | None) -> str:
    """In UTC, to the second, as ISO 8601 has it; empty when it has not happened."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
