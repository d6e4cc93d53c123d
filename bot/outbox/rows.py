"""The outbox's side of the record: which rows are due, who has claimed them, and what became of each."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from handlers import posts
from handlers.answers import Message
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post, PostState

# Longer than a send can take; after it, another replica may try.
LEASE = timedelta(seconds=60)
# Longer than the bytes of a file may take on their way.
LONG_LEASE = timedelta(minutes=4)
# Slack's pace: one message a second per channel; and updates of one message three seconds apart
# (docs/reference/slack.md, Rate limits and sending).
BETWEEN_POSTS = timedelta(seconds=1)
BETWEEN_UPDATES = timedelta(seconds=3)
AT_ONCE = 50
FILES = [one for one in Drawing if one.is_file]


@dataclass(frozen=True, slots=True)
class Job:
    """One message to send, drawn. `ts` is None for a first post; `maybe_sent` when an earlier try was cut off.

    In a thread, `to_all` shows it in the channel as well.
    """

    post_id: int
    drawing: Drawing
    team: str
    channel: str
    is_direct: bool
    ts: str | None
    thread_ts: str | None
    to_all: bool
    message: Message
    fingerprint: str
    unchanged: bool
    wanted: int
    attempts: int
    maybe_sent: bool
    first_tried_at: datetime


def next_due(session: Session) -> datetime | None:
    """When the next message is due."""
    return session.scalar(_next_due())


def claim(session: Session, now: datetime) -> list[Job]:
    """Take what is due, the oldest message of each destination, draw it, and hold it for the length of the lease.

    The channel's row is locked too, so that two replicas cannot both post to one channel within its second.
    """
    due = session.scalars(_due(), {"now": now}).all()
    return [_take(session, post, now) for post in due if not _put_off(session, post, now)]


def _owed() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Post.state == PostState.OWED, Post.shown < Post.wanted


# Asked whenever something was committed: built once.
@cache
def _next_due() -> Select[datetime]:
    return select(func.min(Post.due_at)).where(*_owed())


@cache
def _due() -> Select[Post]:
    """The first due row of each destination: a channel, or a person's direct messages."""
    now = bindparam("now", type_=UtcDateTime)
    place = func.row_number().over(
        partition_by=(Post.channel_id, Post.person), order_by=(Post.due_at, Post.id)
    )
    free = or_(Post.claimed_until.is_(None), Post.claimed_until <= now)
    ranked = (
        select(Post.id, place.label("place")).where(*_owed(), Post.due_at <= now, free).subquery()
    )
    first = select(ranked.c.id).where(ranked.c.place == 1).limit(AT_ONCE)
    return (
        select(Post)
        .join(Post.channel)
        .join(Channel.workspace)
        .where(Post.id.in_(first))
        .options(contains_eager(Post.channel).contains_eager(Channel.workspace))
        .order_by(Post.due_at, Post.id)
        .with_for_update(skip_locked=True, key_share=True, of=(Post, Channel))
    )


def _put_off(session: Session, post: Post, now: datetime) -> bool:
    """Whether this row must wait, for its thread's first message or for Slack's pace; it is then due later."""
    if post.ts:
        return _wait(post, _after(post.sent_at, BETWEEN_UPDATES, now), now)
    if post.thread_id:
        parent = session.get_one(Post, post.thread_id)
        if parent.ts is None and parent.state is PostState.OWED:
            return _wait(post, max(parent.due_at, now) + BETWEEN_POSTS, now)
    here = _here(post)
    sent_at, claimed_until = session.execute(
        select(func.max(Post.sent_at), func.max(Post.claimed_until)).where(
            *here, Post.id != post.id
        )
    ).one()
    busy = claimed_until is not None and claimed_until > now
    until = now + BETWEEN_POSTS if busy else _after(sent_at, BETWEEN_POSTS, now)
    if until <= now:
        return False
    _hold(session, post, until)
    return True


def _after(sent_at: datetime | None, pause: timedelta, now: datetime) -> datetime:
    """When the next may follow; what was sent "tomorrow", before the clock was put back, holds up nothing."""
    return sent_at + pause if sent_at and sent_at <= now else now


def _hold(session: Session, post: Post, until: datetime) -> None:
    """All that waits to be posted where this does, at once: a long queue is not looked through row by row."""
    session.execute(
        update(Post)
        .where(*_here(post), *_owed(), Post.ts.is_(None), Post.due_at < until)
        .values(due_at=until)
    )


def _here(post: Post) -> tuple[ColumnElement[bool], ...]:
    """All that goes where this does. Files go beside the messages: neither waits for the other."""
    beside = Post.drawing.in_(FILES) if post.drawing.is_file else Post.drawing.not_in(FILES)
    return Post.channel_id == post.channel_id, Post.person.is_not_distinct_from(post.person), beside


def _wait(post: Post, until: datetime, now: datetime) -> bool:
    post.due_at = max(post.due_at, until)
    return until > now


def _take(session: Session, post: Post, now: datetime) -> Job:
    message = posts.draw(post, session)
    fingerprint = _fingerprint(message)
    maybe_sent = post.sending
    thread_ts = session.get_one(Post, post.thread_id).ts if post.thread_id else post.thread_ts
    post.claimed_until = now + LEASE
    post.sending = post.ts is None
    if post.sending and not maybe_sent:
        post.sent_at = now
    post.attempts += 1
    return Job(
        post_id=post.id,
        drawing=post.drawing,
        team=post.channel.workspace.team,
        channel=post.slack_channel or post.person or post.channel.slack_id,
        is_direct=post.person is not None,
        ts=post.ts,
        thread_ts=thread_ts,
        to_all=post.thread_id is not None and post.person is None,
        message=message,
        fingerprint=fingerprint,
        unchanged=post.fingerprint == fingerprint,
        wanted=post.wanted,
        attempts=post.attempts,
        maybe_sent=maybe_sent,
        first_tried_at=post.sent_at or now,
    )


def _fingerprint(message: Message) -> str:
    drawn = json.dumps([message.text, message.blocks], sort_keys=True)
    return hashlib.sha256(drawn.encode()).hexdigest()[:32]


# ---- what became of it -----------------------------------------------------------------------------------------------


def hold_on(session: Session, job: Job, until: datetime) -> None:
    """It takes its time: nobody else may try before then."""
    session.execute(update(Post).where(Post.id == job.post_id).values(claimed_until=until))


def shown(session: Session, job: Job, now: datetime, channel: str, ts: str | None) -> None:
    """Slack has it. A file has no `ts`: it is never redrawn."""
    post = _release(session, job)
    post.ts, post.slack_channel, post.shown, post.fingerprint = (
        ts,
        channel,
        job.wanted,
        job.fingerprint,
    )
    post.sent_at, post.attempts, post.last_error = now, 0, None


def post_anew(session: Session, job: Job, now: datetime) -> None:
    """It was looked for and is not there: the next pass posts it."""
    post = _release(session, job)
    post.due_at = now


def put_off(
    session: Session, job: Job, now: datetime, until: datetime, error: str, maybe_sent: bool
) -> None:
    """It failed in passing: later."""
    post = _release(session, job)
    post.due_at, post.last_error, post.sending = until, error, maybe_sent
    if post.ts is None and error == "ratelimited":
        _hold(session, post, until)


def park(session: Session, job: Job, now: datetime, error: str, tell: bool) -> None:
    """Slack refuses it for good. Where the channel is closed to us, whoever acted is told by direct message."""
    post = _release(session, job)
    post.state, post.last_error = PostState.PARKED, error
    asked_for = post.drawing in (Drawing.ANSWER, Drawing.ANSWER_ELSEWHERE)
    if tell and post.person is None and post.decision_id and not asked_for:
        decision = session.get_one(Decision, post.decision_id)
        _owe_notice(session, post, decision, now)
    _tell_of_lost_file(session, post, now)


def unknown(session: Session, job: Job, now: datetime, error: str) -> None:
    """It may have been posted, and we cannot look: never twice blindly."""
    post = _release(session, job)
    post.state, post.last_error = PostState.UNKNOWN, error
    _tell_of_lost_file(session, post, now)


def _release(session: Session, job: Job) -> Post:
    post = session.get_one(Post, job.post_id, with_for_update=True)
    post.claimed_until, post.sending = None, False
    return post


def _tell_of_lost_file(session: Session, post: Post, now: datetime) -> None:
    """To whoever asked for it."""
    if post.drawing is Drawing.EXPORT:
        key = f"export_failed:{post.id}"
        known = session.scalar(
            select(Post.id).where(Post.channel_id == post.channel_id, Post.key == key)
        )
        if known is None:
            facts = {"drawing": Drawing.EXPORT_FAILED, "person": post.person, "due_at": now}
            session.add(Post(channel_id=post.channel_id, key=key, **facts))


def _owe_notice(session: Session, post: Post, decision: Decision, now: datetime) -> None:
    """Once for all messages of this decision that cannot be shown."""
    person = decision.settled_by or decision.raised_by
    key = f"not_posted:{decision.number}:{person}"
    known = session.scalar(
        select(Post.id).where(Post.channel_id == post.channel_id, Post.key == key)
    )
    if known is None:
        session.add(
            Post(
                channel_id=post.channel_id,
                key=key,
                drawing=Drawing.NOT_POSTED,
                person=person,
                due_at=now,
            )
        )
