"""Messages that the bot has given up, because it could not post in their channel."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.tables.channel import Channel
from models.tables.post import OF_ABSENCE, Drawing, Post, PostState


def owe_again(
    session: Session, channel: Channel, at: datetime, errors: Collection[str] = ()
) -> None:
    """Owe the parked messages of this channel again.

    With `errors`, Slack's names for refusals, owe only the messages in the channel itself that were
    refused in one of these ways.
    """
    parked = select(Post).where(Post.channel_id == channel.id, Post.state == PostState.PARKED)
    if errors:
        parked = parked.where(Post.person.is_(None), Post.last_error.in_(errors))
    for post in session.scalars(parked).all():
        post.state = PostState.OWED
        post.attempts = 0
        post.last_error = None
        post.due_at = at


def has_notices(session: Session, channel: Channel) -> bool:
    """Return True if people were told that a message of this channel could not be posted."""
    told = select(Post.id).where(
        Post.channel_id == channel.id, text(OF_ABSENCE), Post.drawing == Drawing.NOT_POSTED
    )
    return session.scalar(told.limit(1)) is not None
