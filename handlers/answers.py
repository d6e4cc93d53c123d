"""Answers of handlers. `bot/dispatch.py` carries them out, after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

from models.reads.export import Export
from models.reads.trend import Trend

# Types of Block Kit objects, for the type checker. At run time each is the dict that Slack gets.
Block = NewType("Block", dict[str, Any])
Element = NewType("Element", dict[str, Any])
MenuItem = NewType("MenuItem", dict[str, Any])
View = NewType("View", dict[str, Any])


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: `text` carries the whole meaning, `blocks` the same with buttons and layout.

    A `file` is made when the message is sent, and `text` is shown beside it. `bot/outbox/loop.py`
    draws and uploads `picture` before it posts. If that fails, the message is posted without the
    picture.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)
    file: Export | None = None
    picture: Trend | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A private answer, shown only to the person who acted.

    The title is shown if they acted in a form or in Home, where the answer is a form too. After a
    command that `redraws_home`, the person's Home is drawn again too.
    """

    message: Message
    title: str = "Done"
    redraws_home: bool = False


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form (a modal view) to open."""

    view: View


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """A form to show in place of the one that was submitted or clicked in."""

    view: View


@dataclass(frozen=True, slots=True)
class FormErrors:
    """Sentences to show under the blocks named here; the form stays open as it was typed."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PublishHome:
    """A view to show as the Home of the person who acted."""

    view: View


@dataclass(frozen=True, slots=True)
class RedrawHome:
    """A request to draw the person's Home again after the commit."""


@dataclass(frozen=True, slots=True)
class Done:
    """An empty answer: the form closes, or nothing visible follows the click."""


@dataclass(frozen=True, slots=True)
class TellAgain:
    """A request to Slack to send the event once more: it was not recorded, or may not have been."""


Answer = Reply | OpenForm | UpdateForm | FormErrors | PublishHome | RedrawHome | Done | TellAgain
