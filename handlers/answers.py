"""What a handler can answer. `bot/dispatch.py` carries it out, after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

from models.reads.export import Export
from models.reads.trend import Trend

# Kinds of Block Kit that a type checker tells apart; at run time each is the dict that Slack gets.
Block = NewType("Block", dict[str, Any])
Element = NewType("Element", dict[str, Any])
MenuItem = NewType("MenuItem", dict[str, Any])
View = NewType("View", dict[str, Any])


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: `text` carries the whole meaning, `blocks` the same with buttons and layout.

    With a `file`, which is made when it is sent, `text` is what stands beside that.
    `picture` is what `bot/outbox/loop.py` draws and uploads before it posts; without it the message is whole as well.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)
    file: Export | None = None
    picture: Trend | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A private answer, shown only to the person who acted."""

    message: Message


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open this form (a modal view)."""

    view: View


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """Show this form in place of the one that was submitted or clicked in."""

    view: View


@dataclass(frozen=True, slots=True)
class FormErrors:
    """Keep the form open as it was typed, with a sentence under each block named here."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PublishHome:
    """Show this as the Home of the person who acted."""

    view: View


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to say: the form closes, the click is taken."""


@dataclass(frozen=True, slots=True)
class TellAgain:
    """What Slack told was not recorded: it is to tell it once more."""


Answer = Reply | OpenForm | UpdateForm | FormErrors | PublishHome | Done | TellAgain
