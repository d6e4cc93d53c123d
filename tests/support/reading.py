"""Messages as they are drawn for a reader who may read everything, and the order of their words."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from handlers import posts
from handlers.answers import Message
from handlers.requests import Asking, LookedUp, NotYetKnown, Place
from models.rules import Person, Standing
from models.tables.post import Post


def drawn_for_all(post: Post, session: Session) -> Message:
    """Draw this message as if every channel were public and its reader a full member."""
    try:
        message = posts.draw_for_reader(post, session, _everything_is_open())
    except NotYetKnown as ask:
        # An answer in another channel needs a fresh look at the decision's own channel.
        message = posts.draw_for_reader(post, session, _everything_is_open(anew=ask.anew))
    assert message
    return message


def _everything_is_open(anew: tuple[str, ...] = ()) -> Asking:
    return Asking(
        workspace="T0DEMO",
        at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        looked_up=LookedUp(anew=frozenset(anew)),
        find_person=lambda id: Person(id, Standing.MEMBER),
        find_place=lambda id: Place(id, bot_is_member=True),
        find_room=lambda id: frozenset(),
    )


def is_in_order(read: str, *parts: str) -> bool:
    """Return True if all parts are in this text, each after the one before."""
    at = [read.find(part) for part in parts]
    return -1 not in at and at == sorted(at)
