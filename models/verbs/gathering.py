"""Gathering of news: one message lists several decisions, and their news is in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.write_behind import write_now


def gather(
    decisions: Sequence[Decision], person: str | None, at: datetime, message: Post | None = None
) -> None:
    """Put an act's news of several decisions for one person into the thread of one message.

    That message lists the decisions; it is made if `message` is None.
    """
    if not person or len(decisions) < 2:
        return
    session, channel = decisions[0].session, decisions[0].channel
    write_now(session)
    owed_now = Post.due_at == at, Post.wanted == 1, Post.ts.is_(None), Post.thread_id.is_(None)
    of_these = Post.decision_id.in_([decision.id for decision in decisions])
    news = session.scalars(
        select(Post).where(of_these, Post.person == person, *owed_now).order_by(Post.id)
    ).all()
    if len({post.decision_id for post in news}) < 2:
        return
    if message is None:
        message = Post(
            channel=channel,
            key=f"moved:{news[0].key}",
            drawing=Drawing.MOVED,
            person=person,
            due_at=at,
        )
        session.add(message)
    session.flush()
    for post in news:
        post.thread_id = message.id


def in_thread_of(session: Session, message: Post) -> list[Decision]:
    """Return the decisions whose news is in the thread of this message."""
    news = select(Post.decision_id).where(Post.thread_id == message.id)
    asked = select(Decision).where(Decision.id.in_(news)).order_by(Decision.number)
    return list(session.scalars(asked.options(joinedload(Decision.channel))))
