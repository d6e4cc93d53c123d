"""Checks of a message's metadata, as Slack makes them (docs/reference/slack.md, "Limits")."""

from __future__ import annotations

import json
from typing import Any

from bot.demo.slack.errors import SlackError

# Slack does not publish its limit. It refuses 20 kB.
MOST_BYTES = 16_000


def check_metadata(metadata: Any) -> None:
    """Raise SlackError for anything but an event type with its payload."""
    whole = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not whole:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MOST_BYTES:
        raise SlackError("metadata_too_large")
