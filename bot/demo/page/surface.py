"""What a drawing of blocks needs to know of its surroundings: who reads it, and what a press does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.page.mrkdwn import Reader, escaped, mrkdwn

Block = dict[str, Any]
Press = Callable[[str, Block, Any], Awaitable[None]]


@dataclass(frozen=True)
class Choice:
    """One thing to pick: what it is called, what it stands for, a word about it."""

    value: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Surface:
    """A message, a modal or a Home: its reader, whom one can pick there, and `press(block_id, element, value)`."""

    reader: Reader
    press: Press
    people: list[Choice] = field(default_factory=list)
    channels: list[Choice] = field(default_factory=list)

    def text(self, text: Block) -> str:
        """A text object as HTML."""
        if text["type"] == "mrkdwn":
            return mrkdwn(text["text"], self.reader)
        return escaped(text["text"])


def choices(element: Block) -> list[Choice]:
    """The options of a select, radio group, checkbox group or overflow menu, groups unfolded."""
    options = element.get("options") or [
        one for group in element.get("option_groups", []) for one in group["options"]
    ]
    return [
        Choice(one["value"], one["text"]["text"], (one.get("description") or {}).get("text", ""))
        for one in options
    ]
