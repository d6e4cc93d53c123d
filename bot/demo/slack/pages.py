"""Pages of a long list: `limit`, `cursor` and `next_cursor` (docs/reference/slack.md, "Limits")."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.demo.slack.errors import SlackError

T = TypeVar("T")
PREFIX = "next:"
DEFAULT, MOST = 100, 999


def page(
    items: Sequence[T], arguments: dict[str, Any], *, default: int = DEFAULT, most: int = MOST
) -> tuple[list[T], str]:
    """Return the page that `cursor` names, and the cursor of the next page, or "" if none follows.

    A page has up to `limit` items.
    """
    limit = min(int(arguments.get("limit") or default), most)
    start = _start(str(arguments.get("cursor") or ""))
    end = start + limit
    return list(items[start:end]), _cursor(end) if end < len(items) else ""


def _cursor(start: int) -> str:
    return base64.b64encode(f"{PREFIX}{start}".encode()).decode()


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix(PREFIX))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
