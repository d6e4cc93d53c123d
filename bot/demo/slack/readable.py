"""Readable texts: Slack's text as a person reads it.

Ids are replaced by names, dates by their fallback, and entities by characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from bot.demo.slack.workspace import Message, Person, View, Workspace
from models.mrkdwn import unescaped, with_fallbacks


def plain(
    text: str, workspace: Workspace, named: Callable[[Person], str] = attrgetter("name")
) -> str:
    """Return `<@U1>` as `@alice`, `<#C1>` as `#checkout`, `<!date^…|fallback>` as its fallback."""
    people, channels = workspace.people, workspace.channels
    text = re.sub(
        r"<@([A-Z0-9]+)(?:\|[^>]*)?>",
        lambda m: f"@{named(people[m[1]])}" if m[1] in people else m[0],
        text,
    )
    text = re.sub(
        r"<#([A-Z0-9]+)(?:\|[^>]*)?>",
        lambda m: f"#{channels[m[1]].name}" if m[1] in channels else m[0],
        text,
    )
    text = re.sub(r"<https://[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<(?:!subteam\^\w+|mailto:[^|>]*|tel:[^|>]*)\|([^>]*)>", r"\1", text)
    text = with_fallbacks(text)
    return unescaped(text)


def blocks_of(where: Message | View) -> list[dict[str, Any]]:
    """Return the blocks that are drawn there."""
    return where.blocks if isinstance(where, Message) else list(where.view["blocks"])


def words(where: Message | View, workspace: Workspace) -> str:
    """Return every text that is drawn in the blocks, line by line."""
    blocks = blocks_of(where)
    return "\n".join(plain(text, workspace) for text in _texts(blocks))


def buttons(where: Message | View) -> list[str]:
    """Return the labels of all buttons that are drawn, in order."""
    blocks = blocks_of(where)
    return [
        element["text"]["text"]
        for block in blocks
        for element in _controls(block)
        if element.get("type") == "button"
    ]


def menu(where: Message | View) -> list[str]:
    """Return the entries of all menus that are drawn, in order."""
    blocks = blocks_of(where)
    menus = [
        element
        for block in blocks
        for element in _controls(block)
        if element.get("type") == "overflow"
    ]
    return [option["text"]["text"] for overflow in menus for option in overflow["options"]]


def details(where: Message | View) -> str | None:
    """Return the label that opens the whole decision from there; None if there is none."""
    labels = [*buttons(where), *menu(where)]
    return next((label for label in ("Details", "Open") if label in labels), None)


def select(where: Message | View, action: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the selects with this action id, each with its block."""
    return [
        (block, element)
        for block in blocks_of(where)
        for element in block.get("elements", [])
        if element.get("type") == "static_select" and element.get("action_id") == action
    ]


def _controls(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what can be pressed in this block: in its row, or beside its text."""
    return [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        if part.get("type") == "user":
            yield f"<@{part['user_id']}>"
        elif part.get("type") == "link":
            yield part.get("text") or part["url"]
        elif isinstance(part.get("text"), str):
            yield part["text"]
        else:
            for item in part.values():
                yield from _texts(item)
