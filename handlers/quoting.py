"""Quotation of a message, if a decision is raised from the menu of that message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers import access
from handlers.message_words import words_of
from handlers.requests import Shortcut
from handlers.ui import blocks, fields, forms, seals
from models.refusals.place import check_is_no_outsider
from models.refusals.reading import NothingToRead

LONGEST_QUOTE = 1200


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quoted message: the title of the new decision, and its source (text, author and link)."""

    title: str
    source: dict[str, Any]


def quote(shortcut: Shortcut, entry: str, command: str) -> Quoted:
    """Quote the message of this shortcut.

    `entry` is the menu's entry; `command` is the command to type instead. Raise the Refused that
    says why nothing can be raised in this conversation, or NothingToRead if the message has no
    words. A message of the bot, such as a card, gives no title.
    """
    check_is_no_outsider(shortcut.person)
    access.check_place(shortcut, f"choose “{entry}” in the message's menu")
    text = fields.as_typed(shortcut, words_of(shortcut.message))
    if not text:
        raise NothingToRead(command)
    is_ours = shortcut.author == shortcut.bot_user
    title = "" if is_ours else blocks.shorten(fields.one_line(text), forms.TITLE_LIMIT)
    about = {"author": shortcut.author, "link": shortcut.link}
    return Quoted(title, {"text": _remembered(text, title, about), **about})


def _remembered(text: str, title: str, about: Mapping[str, Any]) -> str:
    """Cut the text so that a form can remember it with the title and the source."""
    text = blocks.shorten(text, LONGEST_QUOTE)
    while not seals.fits(forms.metadata(title=title, text=text, **about)):
        text = blocks.shorten(text, len(text) * 9 // 10)
    return text
