"""Marks: what became of a message, written to its row.

Only plain statements, so that any row can be marked, also one that cannot be read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import String, select, type_coerce, update
from sqlalchemy.orm import Session

from bot.outbox import pace
from bot.outbox.claims import Claim
from bot.outbox.jobs import Job
from handlers.not_posted import owe_notice
from models.tables.post import Drawing, Post, PostState

log = structlog.get_logger("outbox")

LONGEST_BACK_OFF = timedelta(minutes=5)
NO_TOKEN_PAUSE = timedelta(minutes=5)


def shown(session: Session, job: Job, now: datetime, channel: str, ts: str | None) -> None:
    """Slack has it. A file has no `ts`: it is never redrawn."""
    facts: dict[str, object] = {
        "ts": ts,
        "slack_channel": channel,
        "fingerprint": job.fingerprint,
        "sent_at": now,
        "attempts": 0,
        "last_error": None,
    }
    if not _end(session, job.claim, shown=job.wanted, **facts):
        _shown_late(session, job, facts)


def _shown_late(session: Session, job: Job, facts: dict[str, object]) -> None:
    """An answer that comes after the lease has ended is true all the same: it says which message
    this row is.
    """
    had_none = session.scalar(
        update(Post)
        .where(Post.id == job.claim.post_id, Post.ts.is_(None), Post.shown < job.wanted)
        .values(state=PostState.OWED, sending=False, shown=job.wanted, **facts)
        .returning(Post.id),
        execution_options={"synchronize_session": False},
    )
    if had_none is None:
        log.error("posted by two", post=job.claim.post_id, channel=facts["slack_channel"])


def post_anew(session: Session, job: Job, now: datetime) -> None:
    """It was looked for and is not there: the next pass posts it."""
    _end(session, job.claim, due_at=now)


def deleted(session: Session, job: Job, now: datetime) -> None:
    """Somebody deleted it in Slack: it is posted once more, and what hangs on it follows."""
    _end(
        session,
        job.claim,
        ts=None,
        deleted_ts=job.ts,
        fingerprint=None,
        due_at=now,
        last_error="message_not_found",
    )


def thread_gone(session: Session, job: Job, now: datetime, until: datetime) -> None:
    """The message that this one answers to is gone: look at that one first, by showing it again."""
    _end(session, job.claim, due_at=until, attempts=job.attempts + 1, last_error="thread_not_found")
    session.execute(
        update(Post)
        .where(Post.id == job.thread_id)
        .values(wanted=Post.wanted + 1, fingerprint=None, due_at=now),
        execution_options={"synchronize_session": False},
    )


def put_off(session: Session, claim: Claim, until: datetime, error: str, maybe_sent: bool) -> None:
    """It failed in passing: later, and one more try is counted."""
    _end(
        session,
        claim,
        due_at=until,
        last_error=error,
        sending=maybe_sent,
        attempts=Post.attempts + 1,
    )


def wait(session: Session, claim: Claim, until: datetime) -> None:
    """Another message was faster here: after that one. No try is counted."""
    _end(session, claim, due_at=until)


def pause(session: Session, job: Job, until: datetime, method: str) -> None:
    """Slack has said how long nobody may call this method: nobody does, and this row keeps its
    place.
    """
    _end(session, job.claim, last_error="ratelimited", sending=job.maybe_sent)
    pace.pause(session, job.workspace_id, method, until)


def park(session: Session, claim: Claim, now: datetime, error: str) -> None:
    """It will not be sent: `tradeoff doctor` lists it, and whoever acted is told why."""
    if _end(session, claim, state=PostState.PARKED, last_error=error, attempts=0):
        _tell(session, claim, error, now)


def unknown(session: Session, claim: Claim, now: datetime, error: str) -> None:
    """It may have been posted, and we cannot look: never twice blindly."""
    if _end(session, claim, state=PostState.UNKNOWN, last_error=error):
        _tell(session, claim, "unknown", now)


def back_off(now: datetime, attempts: int) -> datetime:
    """Return when to try again after so many tries."""
    return now + min(timedelta(seconds=2 ** min(attempts + 1, 10)), LONGEST_BACK_OFF)


def _end(session: Session, claim: Claim, **values: object) -> bool:
    """End the claim with these values.

    Return False if it was not ours any more: nothing is changed then.
    """
    ended = session.execute(
        update(Post)
        .where(Post.id == claim.post_id, Post.claimed_by == claim.token)
        .values(**{"claimed_until": None, "claimed_by": None, "sending": False, **values})
        .returning(Post.id),
        execution_options={"synchronize_session": False},
    )
    return ended.scalar() is not None


def _tell(session: Session, claim: Claim, error: str, now: datetime) -> None:
    drawing = select(type_coerce(Post.drawing, String)).where(Post.id == claim.post_id)
    if session.scalar(drawing) in {each.value for each in Drawing}:
        owe_notice(session, session.get_one(Post, claim.post_id), error, now)
