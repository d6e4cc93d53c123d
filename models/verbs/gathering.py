"""Gathering of news: one message that leads to a list replaces a message for each decision.

The replaced messages stay as rows in the thread of that message, and are never sent (`wanted` is
0). They say who was told of which decision, so that nobody is told twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.write_behind import write_now


def gather(
    decisions: Sequence[Decision], person: str | None, at: datetime, message: Post | None = None
) -> None:
    """Gather an act's news of several decisions for one person in one message.

    The message leads to a list of the decisions. If `message` is None, a new message is made.
    """
    if not person or len(decisions) < 2:
        return
    news = _owed_now(decisions, [person], at)
    if not _are_of_several(news):
        return
    message = message or _list(decisions[0].channel, news)
    session = decisions[0].session
    session.add(message)
    session.flush()
    _put_under(message, news)


def gather_each(decisions: Sequence[Decision], people: Collection[str], at: datetime) -> None:
    """Gather an act's news of several decisions for each of these people.

    The number of statements is the same for one person and for many.
    """
    if len(decisions) < 2:
        return
    session = decisions[0].session
    by_person = defaultdict[str | None, list[Post]](list)
    for post in _owed_now(decisions, people, at):
        by_person[post.person].append(post)
    gathered = [
        (_list(decisions[0].channel, news), news)
        for news in by_person.values()
        if _are_of_several(news)
    ]
    session.add_all(message for message, _ in gathered)
    session.flush()
    for message, news in gathered:
        _put_under(message, news)


def _owed_now(
    decisions: Sequence[Decision], people: Collection[str], at: datetime
) -> Sequence[Post]:
    """Return what this act owes these people about these decisions, oldest first."""
    session = decisions[0].session
    write_now(session)
    owed_now = Post.due_at == at, Post.wanted == 1, Post.ts.is_(None), Post.thread_id.is_(None)
    of_these = Post.decision_id.in_([decision.id for decision in decisions])
    asked = select(Post).where(of_these, Post.person.in_(people), *owed_now)
    return session.scalars(asked.order_by(Post.id)).all()


def _are_of_several(news: Sequence[Post]) -> bool:
    return len({post.decision_id for post in news}) > 1


def _list(channel: Channel, news: Sequence[Post]) -> Post:
    """Return a new message that lists the decisions of this news."""
    return Post(
        channel=channel,
        key=f"moved:{news[0].key}",
        drawing=Drawing.MOVED,
        person=news[0].person,
        due_at=news[0].due_at,
    )


def _put_under(message: Post, news: Sequence[Post]) -> None:
    for post in news:
        post.thread_id = message.id
        post.wanted = 0


def count_listed(session: Session, message: Post) -> int:
    """Return the number of decisions whose news is gathered in this message."""
    listed = select(func.count(Post.decision_id.distinct())).where(Post.thread_id == message.id)
    return session.scalars(listed).one()
