"""Sentences of the record as they read outside Slack: names and moments as plain text."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.export.names import Names
from models.mrkdwn import escaped

# Ours: in what people typed, "<" and ">" are escaped.
MENTION = re.compile(r"<[@#]([A-Z0-9]+)>")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def plain(sentence: str, names: Names) -> str:
    """`<@U1>` → `Alice`, `<!date^…|10:00 UTC>` → `10:00 UTC`, `&lt;` → `<`. For our own sentences; typed text stays as it is."""
    return unescaped(MENTION.sub(lambda found: escaped(called(found[1], names)), timed(sentence)))


def timed(sentence: str) -> str:
    """With moments as plain text."""
    return _DATE.sub(r"\1", sentence)


def unescaped(sentence: str) -> str:
    return sentence.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def called(id: str, names: Names) -> str:
    """By name; by id where Slack does not say it."""
    return names.get(id) or id


def moment(at: datetime | None) -> str:
    """In UTC, to the second, as ISO 8601 has it; empty when it has not happened."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
