"""Checks of whole messages and views, as Slack makes them: counts, lengths, surfaces.

The sources are in docs/reference/slack.md, under "Limits" and "Blocks".
"""

from __future__ import annotations

from typing import Any

from bot.demo.slack.block_checks import CHECKS
from bot.demo.slack.known_keys import check_block_keys, check_view_keys
from bot.demo.slack.text_checks import (
    BlocksTooLong,
    Invalid,
    TextTooLong,
    check_length,
    check_text,
)

__all__ = ["Invalid", "characters", "check_blocks", "check_message", "check_view"]

SURFACES = {
    "section": {"message", "modal", "home"},
    "header": {"message", "modal", "home"},
    "context": {"message", "modal", "home"},
    "actions": {"message", "modal", "home"},
    "divider": {"message", "modal", "home"},
    "image": {"message", "modal", "home"},
    "rich_text": {"message", "modal", "home"},
    "input": {"message", "modal", "home"},
    "table": {"message"},
    "alert": {"modal"},
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_IN_ALL_BLOCKS = 13_000
MOST_BYTES_IN_UPDATE = 4000


def check_message(text: str, blocks: Any, *, update: bool = False) -> None:
    """Raise Invalid if Slack would refuse this message in a post, or in an update."""
    check_blocks(blocks, "message")
    if (count := characters(blocks)) > MOST_IN_ALL_BLOCKS:
        raise BlocksTooLong(f"blocks: {count} characters together")
    length = len(text.encode("utf-8", "surrogatepass"))
    if update and length > MOST_BYTES_IN_UPDATE:
        raise TextTooLong(f"text: {length} bytes of UTF-8")


def check_view(view: Any) -> None:
    """Raise Invalid for a modal or Home that Slack would refuse."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise Invalid("view.type: must be modal or home")
    check_view_keys(view)
    surface = view["type"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        raise Invalid("view.blocks: missing required field")
    check_blocks(blocks, surface)
    check_length(view.get("private_metadata", ""), 3000, "view.private_metadata")
    check_length(view.get("callback_id", ""), 255, "view.callback_id")
    check_length(view.get("external_id", ""), 255, "view.external_id")
    if surface == "home":
        return
    check_text(view.get("title"), 24, "view.title", plain=True)
    for name in ("submit", "close"):
        if name in view:
            check_text(view[name], 24, f"view.{name}", plain=True)
    if "submit" not in view and any(block["type"] == "input" for block in blocks):
        raise Invalid("view.submit: missing, though the view has inputs")


def check_blocks(blocks: Any, surface: str) -> None:
    """Raise Invalid with the path of the first fault."""
    if not isinstance(blocks, list):
        raise Invalid("blocks: must be an array")
    if len(blocks) > MOST_BLOCKS[surface]:
        raise Invalid(f"blocks: no more than {MOST_BLOCKS[surface]} items allowed")
    ids: set[str] = set()
    for position, block in enumerate(blocks):
        where = f"blocks/{position}"
        kind = block.get("type") if isinstance(block, dict) else None
        if surface not in SURFACES.get(str(kind), set()):
            raise Invalid(f"{where}: {kind} is not allowed in a {surface}")
        if "block_id" in block:
            check_length(block["block_id"], 255, f"{where}/block_id")
            if block["block_id"] in ids:
                raise Invalid(f"{where}/block_id: used twice")
            ids.add(block["block_id"])
        CHECKS[str(kind)](block, where)
        check_block_keys(block, where)
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise Invalid("blocks: only one table is allowed")


def characters(blocks: Any) -> int:
    """Count the characters of all texts in these blocks, at any depth."""
    count, left = 0, [blocks]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left.extend(part)
        elif isinstance(part, dict):
            if isinstance(part.get("text"), str):
                count += len(part["text"])
            left.extend(item for item in part.values() if isinstance(item, list | dict))
    return count
