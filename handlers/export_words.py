"""Sentences of the record as they read outside Slack: ids and moments as plain text."""

from __future__ import annotations

import re
from datetime import datetime

_MENTION = re.compile(r"<[@#]([A-Z0-9]+)(?:\|[^>]*)?>")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def plain(sentence: str) -> str:
    """`<@U1>` → `@U1`, `<!date^…|10:00 UTC>` → `10:00 UTC`, `&lt;` → `<`. For our own sentences; typed text stays as it is."""
    sentence = _DATE.sub(r"\1", sentence)
    sentence = _MENTION.sub(lambda found: f"@{found[1]}", sentence)
    return sentence.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def moment(at: datetime | None) -> str:
    """In UTC, to the second, as ISO 8601 has it; empty when it has not happened."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
