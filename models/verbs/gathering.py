"""Gathering of news: one message that leads to a list replaces a message for each decision.

The replaced messages stay as rows in the thread of that message, and are never sent (`wanted` is
0). They say who was told of which decision, so that nobody is told twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.write_behind import write_now


@dataclass(frozen=True, slots=True)
class Move:
    """Something to do on a decision that went from one person to another."""

    decision: Decision
    from_: str
    to: str


def moved_to(person: str, moves: Sequence[Move]) -> set[int]:
    """Return the ids of the decisions on which this person got something to do."""
    return {move.decision.id for move in moves if move.to == person}


def gather(
    moves: Sequence[Move],
    at: datetime,
    messages: Mapping[str, Post] | None = None,
    gone: Collection[str] = (),
) -> None:
    """Gather the news of these moves: each person with news of several decisions gets one message.

    The message leads to a list of exactly these decisions. If the person has one of `messages`,
    that message leads to the list; otherwise a new message is made. People who are `gone` get no
    message. The number of SQL statements is the same for one person and for many.
    """
    decisions = {move.decision.id: move.decision for move in moves}
    if len(decisions) < 2:
        return
    concerned = {
        (move.decision.id, person)
        for move in moves
        for person in (move.from_, move.to)
        if person not in gone
    }
    by_person = defaultdict[str, list[Post]](list)
    for post in _owed_now(moves, at):
        if post.person and (post.decision_id, post.person) in concerned:
            by_person[post.person].append(post)
    gathered = [
        ((messages or {}).get(person) or _list(decisions, news), news)
        for person, news in by_person.items()
        if len({post.decision_id for post in news}) > 1
    ]
    session = moves[0].decision.session
    session.add_all(message for message, _ in gathered)
    session.flush()
    for message, news in gathered:
        for post in news:
            post.thread_id = message.id
            post.wanted = 0


def _owed_now(moves: Sequence[Move], at: datetime) -> Sequence[Post]:
    """Return the messages of this act to the people of these moves, the oldest first."""
    session = moves[0].decision.session
    write_now(session)
    people = {person for move in moves for person in (move.from_, move.to)}
    owed_now = Post.due_at == at, Post.wanted == 1, Post.ts.is_(None), Post.thread_id.is_(None)
    of_these = Post.decision_id.in_({move.decision.id for move in moves})
    asked = select(Post).where(of_these, Post.person.in_(people), *owed_now)
    return session.scalars(asked.order_by(Post.id)).all()


def _list(decisions: Mapping[int, Decision], news: Sequence[Post]) -> Post:
    """Return a new message that lists the decisions of this news."""
    first = news[0]
    assert first.decision_id
    return Post(
        channel=decisions[first.decision_id].channel,
        key=f"moved:{first.key}",
        drawing=Drawing.MOVED,
        person=first.person,
        due_at=first.due_at,
    )


def channels_listed(session: Session, message: Post) -> Sequence[str]:
    """Return the Slack ids of the channels of the decisions that this message lists."""
    listed = select(Post.decision_id).where(Post.thread_id == message.id)
    channels = (
        select(Channel.slack_id)
        .join(Decision, Decision.channel_id == Channel.id)
        .where(Decision.id.in_(listed))
        .distinct()
    )
    return session.scalars(channels).all()


def count_listed(session: Session, message: Post) -> int:
    """Return the number of decisions whose news is gathered in this message."""
    listed = select(func.count(Post.decision_id.distinct())).where(Post.thread_id == message.id)
    return session.scalars(listed).one()
