"""Surface on which blocks are drawn: who reads it, and what can be picked there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.demo.page.mrkdwn import Reader, escaped_html, mrkdwn

Block = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """One thing to pick: its value, its label, a word about it."""

    value: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Surface:
    """A message, a modal or a Home: its reader, and the people and channels to pick there.

    `heading` is the HTML tag of its headers, one level below the heading above the surface.
    """

    reader: Reader
    people: list[Choice] = field(default_factory=list)
    channels: list[Choice] = field(default_factory=list)
    heading: str = "h3"

    def text(self, text: Block) -> str:
        """Draw a text object as HTML."""
        if text["type"] == "mrkdwn":
            return mrkdwn(text["text"], self.reader)
        return escaped_html(text["text"])


def choices(element: Block) -> list[Choice]:
    """Return the options of a select, radio or checkbox group, or menu, groups unfolded."""
    options = element.get("options") or [
        option for group in element.get("option_groups", []) for option in group["options"]
    ]
    return [
        Choice(
            option["value"],
            option["text"]["text"],
            (option.get("description") or {}).get("text", ""),
        )
        for option in options
    ]
