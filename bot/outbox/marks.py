"""Marks of the outbox: what became of a message, written to its row.

Rows are marked by plain statements, so that even a row that cannot be read can be marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import String, case, select, type_coerce, update
from sqlalchemy.orm import Session

from bot.outbox import pace
from bot.outbox.claims import Claim, change
from bot.outbox.jobs import Job
from handlers.not_in_channel import owe_notice_of_outsider
from handlers.not_posted import owe_notice
from models.tables.post import Drawing, Post, PostState

log = structlog.get_logger("outbox")

LONGEST_BACK_OFF = timedelta(minutes=5)
NO_TOKEN_PAUSE = timedelta(minutes=5)
# Slack may carry out an update after we have given it up, and after newer ones. So the message is
# sent again once it has not changed for this time.
CARRIED_OUT_WITHIN = timedelta(minutes=1)
# Values that end a claim.
FREE = {"claimed_until": None, "claimed_by": None}


def shown(session: Session, job: Job, now: datetime, channel: str, ts: str | None) -> None:
    """Mark that Slack has the message. A file has no `ts`: it is never redrawn."""
    facts: dict[str, object] = {
        "ts": ts,
        "slack_channel": channel,
        "fingerprint": job.fingerprint,
        "hidden": job.hidden,
        "sending": False,
        "sent_at": now,
        "attempts": 0,
        "last_error": None,
    }
    again = _may_be_overtaken(job, now)
    if again:
        # The next pass knows by this that an update was cut off.
        facts["attempts"] = 1
    if _end(session, job.claim, shown=job.wanted, **facts):
        if again:
            _show_again(session, job.claim.post_id, now + CARRIED_OUT_WITHIN)
        return
    if job.ts:
        # Slack may have carried out our older update after a newer one of another replica.
        _show_again(session, job.claim.post_id, now)
    else:
        _shown_late(session, job, facts)


def _may_be_overtaken(job: Job, now: datetime) -> bool:
    """Return True if Slack may still carry out an update that was cut off before this one.

    That is so until the message was sent twice with CARRIED_OUT_WITHIN between. A change of the
    message is sent at once, and the time then begins anew.
    """
    if job.ts is None or not job.attempts:
        return False
    return job.has_failed or not job.sent_at or now < job.sent_at + CARRIED_OUT_WITHIN


def unchanged(session: Session, jobs: Iterable[Job]) -> None:
    """Mark that Slack shows these messages already, so that nothing was sent."""
    for job in jobs:
        facts = {"shown": job.wanted, "hidden": job.hidden, "sending": False}
        _end(session, job.claim, **facts, attempts=0, last_error=None)


def _shown_late(session: Session, job: Job, facts: dict[str, object]) -> None:
    """Store where the message is in Slack, if the answer came after the lease had ended.

    Only this answer says where. If the row has a message by now, two replicas have posted it.
    """
    had_none = session.scalar(
        update(Post)
        .where(Post.id == job.claim.post_id, Post.ts.is_(None), Post.shown < job.wanted)
        .values(state=PostState.OWED, shown=job.wanted, **facts)
        .returning(Post.id),
        execution_options={"synchronize_session": False},
    )
    if had_none is None:
        log.error("posted by two", post=job.claim.post_id, channel=facts["slack_channel"])


def linked(session: Session, job: Job, ts: str, link: str) -> None:
    """Store the address of this message, unless the row has another message in Slack by now."""
    session.execute(
        update(Post)
        .where(Post.id == job.claim.post_id, Post.ts == ts, Post.permalink.is_(None))
        .values(permalink=link),
        execution_options={"synchronize_session": False},
    )


def kept_back(session: Session, job: Job, now: datetime) -> None:
    """Mark that nothing is posted, because the reader may not read the channel.

    The next change of the message, or of the reader's access, draws it again. If the message asks
    its reader to act, others are told (`owe_notice_of_outsider`). They are not told if the bot
    itself is not in the channel, because it then does not know who is.
    """
    values = {"shown": job.wanted, "hidden": True, "sending": False}
    ended = _end(session, job.claim, **values, attempts=0, last_error=None)
    if ended and not job.bot_outside:
        owe_notice_of_outsider(session, session.get_one(Post, job.claim.post_id), now)


def post_anew(session: Session, job: Job, now: datetime) -> None:
    """Let the next pass post the message, because a search in Slack did not find it."""
    _end(session, job.claim, sending=False, due_at=now)


def deleted(session: Session, job: Job, now: datetime) -> None:
    """Mark that somebody deleted the message in Slack.

    It is posted once more, and its replies follow.
    """
    _end(
        session,
        job.claim,
        ts=None,
        permalink=None,
        deleted_ts=job.ts,
        fingerprint=None,
        sending=False,
        due_at=now,
        last_error="message_not_found",
    )


def thread_gone(session: Session, job: Job, now: datetime, until: datetime) -> None:
    """Postpone an answer to a message that is gone, and show that message again first."""
    _end(
        session,
        job.claim,
        sending=False,
        due_at=until,
        attempts=job.attempts + 1,
        last_error="thread_not_found",
    )
    if job.thread_id:
        _show_again(session, job.thread_id, now)


def _show_again(session: Session, post_id: int, at: datetime) -> None:
    """Owe this message once more at this moment, whatever Slack shows now.

    A change that is owed already is not put off.
    """
    is_owed = (Post.wanted > Post.shown) & (Post.due_at < at)
    due_at = case((is_owed, Post.due_at), else_=at)
    session.execute(
        update(Post)
        .where(Post.id == post_id)
        .values(wanted=Post.wanted + 1, fingerprint=None, due_at=due_at),
        execution_options={"synchronize_session": False},
    )


def put_off(
    session: Session, claim: Claim, until: datetime, error: str, maybe_sent: bool | None
) -> None:
    """Postpone the message after a passing failure, and count one more try.

    `maybe_sent` says whether the message may be in Slack. None leaves that in the row as it is. An
    update may have changed the message, so the next try sends it in any case.
    """
    found_out = {} if maybe_sent is None else {"sending": maybe_sent}
    facts = {"due_at": until, "last_error": error, "fingerprint": None, **found_out}
    change(session, claim, {**FREE, **facts}, counts_try=True)


def wait(session: Session, claim: Claim, until: datetime) -> None:
    """Postpone the message, for example until Slack says who may read it. No try is counted.

    If an earlier try may have posted it, the next try still looks for it in Slack.
    """
    _end(session, claim, due_at=until)


def pause(session: Session, job: Job, until: datetime, method: str) -> None:
    """Let nobody call this method until Slack allows it again; this row keeps its place."""
    _end(session, job.claim, last_error="ratelimited", sending=job.maybe_sent)
    pace.pause(session, job.workspace_id, method, until)


def park(session: Session, claim: Claim, now: datetime, error: str) -> None:
    """Give the message up. `tradeoff doctor` lists it.

    If it was about a decision, or was an export, the person who acted is told why it is missing.
    """
    if _end(session, claim, state=PostState.PARKED, sending=False, last_error=error, attempts=0):
        _tell(session, claim, error, now)


def unknown(session: Session, claim: Claim, now: datetime, error: str) -> None:
    """Mark that the message may have been posted, and that we cannot look.

    It is not posted again unless a person asks for that, because it may then be in Slack twice.
    """
    if _end(session, claim, state=PostState.UNKNOWN, sending=False, last_error=error):
        _tell(session, claim, "unknown", now)


def back_off(now: datetime, attempts: int) -> datetime:
    """Return the moment of the next try after `attempts` tries."""
    return now + min(timedelta(seconds=2 ** min(attempts + 1, 10)), LONGEST_BACK_OFF)


def _end(session: Session, claim: Claim, **values: object) -> bool:
    """End the claim with these values. Return False, and change nothing, if the claim was lost."""
    return change(session, claim, {**FREE, **values})


def _tell(session: Session, claim: Claim, error: str, now: datetime) -> None:
    drawing = select(type_coerce(Post.drawing, String)).where(Post.id == claim.post_id)
    if session.scalar(drawing) in {kind.value for kind in Drawing}:
        owe_notice(session, session.get_one(Post, claim.post_id), error, now)
