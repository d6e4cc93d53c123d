"""Slack's text as a person reads it: ids as names, dates as their fallback, entities as characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.demo.slack.workspace import Message, View, Workspace
from models.mrkdwn import unescaped, with_fallbacks


def plain(text: str, workspace: Workspace) -> str:
    """`<@U1>` → `@alice`, `<#C1>` → `#checkout`, `<!date^…|fallback>` → fallback."""
    people, channels = workspace.people, workspace.channels
    text = re.sub(
        r"<@([A-Z0-9]+)(?:\|[^>]*)?>",
        lambda m: f"@{people[m[1]].name}" if m[1] in people else m[0],
        text,
    )
    text = re.sub(
        r"<#([A-Z0-9]+)(?:\|[^>]*)?>",
        lambda m: f"#{channels[m[1]].name}" if m[1] in channels else m[0],
        text,
    )
    text = re.sub(r"<(?:!subteam\^\w+|mailto:[^|>]*|tel:[^|>]*)\|([^>]*)>", r"\1", text)
    text = with_fallbacks(text)
    return unescaped(text)


def blocks_of(where: Message | View) -> list[dict[str, Any]]:
    """What is drawn there."""
    return where.blocks if isinstance(where, Message) else list(where.view["blocks"])


def words(where: Message | View, workspace: Workspace) -> str:
    """All that is drawn in the blocks, line by line."""
    blocks = blocks_of(where)
    return "\n".join(plain(one, workspace) for one in _texts(blocks))


def buttons(where: Message | View) -> list[str]:
    """The labels of all buttons that are drawn, in order."""
    blocks = blocks_of(where)
    return [
        one["text"]["text"]
        for block in blocks
        for one in block.get("elements", [])
        if one.get("type") == "button"
    ]


def menu(where: Message | View) -> list[str]:
    """The entries of all menus that are drawn, in order."""
    blocks = blocks_of(where)
    menus = [
        one
        for block in blocks
        for one in block.get("elements", [])
        if one.get("type") == "overflow"
    ]
    return [option["text"]["text"] for one in menus for option in one["options"]]


def select(where: Message | View, action: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The selects with this action id, each with its block."""
    return [
        (block, one)
        for block in blocks_of(where)
        for one in block.get("elements", [])
        if one.get("type") == "static_select" and one.get("action_id") == action
    ]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        if part.get("type") == "user":
            yield f"<@{part['user_id']}>"
        elif isinstance(part.get("text"), str):
            yield part["text"]
        else:
            for one in part.values():
                yield from _texts(one)
