"""Messages as they are drawn for a reader who may read everything."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from handlers import posts
from handlers.answers import Message
from handlers.requests import Asking, Place
from models.rules import Person, Standing
from models.tables.post import Post


def drawn_for_all(post: Post, session: Session) -> Message:
    """Draw this message as if every channel were public, and its reader a full member."""
    asking = Asking(
        workspace="T0DEMO",
        at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        find_person=lambda id: Person(id, Standing.MEMBER),
        find_place=lambda id: Place(id, bot_is_member=True),
    )
    message = posts.draw_for_reader(post, session, asking)
    assert message
    return message
