"""Checks of text objects and lengths, and the exceptions that name what Slack refuses."""

from __future__ import annotations

from typing import Any


class Invalid(Exception):
    """Raised with the place in blocks or a view that Slack refuses; `error` is Slack's name."""

    error = "invalid_blocks"


class BlocksTooLong(Invalid):
    """Blocks whose texts are too long together."""

    error = "msg_blocks_too_long"


class TextTooLong(Invalid):
    """A message text that `chat.update` refuses."""

    error = "msg_too_long"


def check_text(text: Any, limit: int, where: str, *, plain: bool = False) -> None:
    """Raise Invalid for anything but a text object of 1 to `limit` characters."""
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        raise Invalid(f"{where}: missing or not a text object")
    if plain and text["type"] != "plain_text":
        raise Invalid(f"{where}: must be plain_text")
    if not text.get("text"):
        raise Invalid(f"{where}: must have at least 1 character")
    check_length(text["text"], limit, where)


def check_length(value: Any, limit: int, where: str, *, needed: bool = False) -> None:
    """Raise Invalid unless this is a string of at most `limit` characters.

    If `needed`, it must not be empty.
    """
    if not isinstance(value, str) or (needed and not value):
        raise Invalid(f"{where}: missing required field")
    if len(value) > limit:
        raise Invalid(f"{where}: must be at most {limit} characters")
