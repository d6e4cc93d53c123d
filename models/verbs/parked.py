"""Messages that the bot has given up, because Slack took none in a channel, or to a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import OF_ABSENCE, Drawing, Post, PostState

# Messages that ask a person to act on a decision.
REQUESTS = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)


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
        _owe_anew(post, at)


def owe_requests_again(
    session: Session, decisions: Iterable[Decision], person: str, at: datetime
) -> None:
    """Owe this person again what Slack refused while they had left it, if they still have to act.

    Only the requests of these decisions' rounds of today count.
    """
    rounds = {
        decision.id: decision.round for decision in decisions if person in decision.asked_to_act
    }
    refused = select(Post).where(
        Post.decision_id.in_(rounds),
        Post.person == person,
        Post.drawing.in_(REQUESTS),
        Post.state == PostState.PARKED,
        Post.ts.is_(None),
    )
    for post in session.scalars(refused).all():
        if post.round == rounds[post.decision_id or 0]:
            _owe_anew(post, at)


def _owe_anew(post: Post, at: datetime) -> None:
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
