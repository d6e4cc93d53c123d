"""Results of sends that failed: which mark the row gets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError
from sqlalchemy import exc
from sqlalchemy.orm import Session

from bot.outbox import files, marks, pace
from bot.outbox.claims import Claim, Lost, NotYet
from bot.outbox.jobs import Job
from bot.outbox.marks import NO_TOKEN_PAUSE
from bot.outbox.refusals import Meaning, meaning
from bot.outbox.slack import Ambiguous, Sent, Unclear
from bot.slack_client import UNREACHABLE, error_name
from handlers.access import SlackDidNotSay

log = structlog.get_logger("outbox")

Mark = Callable[[Session], None]

# Tries after which an unfamiliar refusal is final.
MOST_TRIES = 5
# If Slack has a fault, a message that may have been posted is looked for again, for this long.
LOOKED_FOR = timedelta(days=1)
# Time for which a message waits if Slack did not say whether its reader may read it.
ASK_AGAIN = timedelta(seconds=15)
# Tries after which a message that cannot be drawn is given up. Until then, another release or a
# person may mend the record.
MOST_DRAWINGS = 10
# Errors of a database that does not answer. They say nothing about the message.
NO_DATABASE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


@dataclass(slots=True)
class Attempt:
    """One claimed message on its way.

    `begun` is true as soon as the message may be in Slack, or its row is being marked. `sent` is
    the message's place in Slack, once that is known. `together` is the task that draws this message
    and others of the same decision.
    """

    claim: Claim
    together: asyncio.Task[dict[int, Job | None]] | None = None
    job: Job | None = None
    begun: bool = False
    sent: Sent | None = None


def mark_after(attempt: Attempt, error: Exception, now: datetime) -> Mark | None:
    """Return how to mark the row after this error; None if the claim was lost."""
    claim, job = attempt.claim, attempt.job
    match error:
        case Lost():
            return None
        case SlackDidNotSay():
            return partial(marks.wait, claim=claim, until=now + ASK_AGAIN)
        case NotYet():
            return partial(marks.wait, claim=claim, until=error.until)
        case Ambiguous():
            log.error("posted or not: a person must look", post=claim.post_id, error=str(error))
            return partial(marks.unknown, claim=claim, now=now, error=str(error))
        case files.NotTheirs():
            return partial(marks.park, claim=claim, now=now, error="not_theirs")
        case files.NotShared():
            return _after_lost_file(claim, str(error), now)
        case SlackApiError() if job:
            return _after_refusal(job, error, now)
    return _after_fault(attempt, error, now)


def _after_refusal(job: Job, error: SlackApiError, now: datetime) -> Mark:
    name, claim, again = error_name(error), job.claim, marks.back_off(now, job.attempts)
    log.warning("message refused", post=claim.post_id, drawing=job.drawing, error=name)
    park = partial(marks.park, claim=claim, now=now, error=name)
    put_off = partial(marks.put_off, claim=claim, until=again, error=name)
    match meaning(error):
        case Meaning.TOO_FAST:
            until = now + pace.retry_after(error.response.headers, now)
            return partial(marks.pause, job=job, until=until, method=_method(error, job))
        case Meaning.NO_TOKEN:
            return partial(put_off, until=now + NO_TOKEN_PAUSE, maybe_sent=job.maybe_sent)
        case Meaning.OWN_FAULT if job.maybe_sent and now - (job.sent_at or now) > LOOKED_FOR:
            return partial(marks.unknown, claim=claim, now=now, error=f"cannot look: {name}")
        case Meaning.OWN_FAULT:
            return partial(put_off, maybe_sent=job.ts is None)
        case Meaning.DELETED if not job.was_deleted and not job.drawing.answers_a_mention:
            return partial(marks.deleted, job=job, now=now)
        case Meaning.THREAD_GONE if job.thread_id and job.attempts < MOST_TRIES:
            return partial(marks.thread_gone, job=job, now=now, until=again)
        case Meaning.UNFAMILIAR if job.attempts < MOST_TRIES:
            return partial(put_off, maybe_sent=False)
    return park


def _method(error: SlackApiError, job: Job) -> str:
    """Return the Slack method that was called too often.

    It is the last method that was called, if that is POST or UPDATE; otherwise the job's own
    method.
    """
    called = str(getattr(error.response, "api_url", "")).rpartition("/")[2]
    return called if called in (pace.POST, pace.UPDATE) else job.method


def _after_lost_file(claim: Claim, error: str, now: datetime) -> Mark:
    """Return the mark of a file that Slack did not share: the file is sent again.

    After too many tries it is parked.
    """
    log.warning("file not sent", post=claim.post_id, error=error)
    if claim.attempts + 1 >= files.MOST_TRIES:
        return partial(marks.park, claim=claim, now=now, error=error)
    until = marks.back_off(now, claim.attempts)
    return partial(marks.put_off, claim=claim, until=until, error=error, maybe_sent=False)


def _after_fault(attempt: Attempt, error: Exception, now: datetime) -> Mark:
    """Return the mark after a network error, or after our own fault, whose trace is in the log."""
    claim, job, name = attempt.claim, attempt.job, type(error).__name__
    if isinstance(error, (*UNREACHABLE, Unclear)):
        log.warning("message not sent", post=claim.post_id, error=name)
    else:
        log.error("message not sent", post=claim.post_id, exc_info=error)
        cannot_draw = job is None and not isinstance(error, NO_DATABASE)
        if cannot_draw and claim.attempts + 1 >= MOST_DRAWINGS:
            return partial(marks.park, claim=claim, now=now, error=f"cannot be drawn: {name}")
    never_left = isinstance(error, ClientConnectorError)
    may_stand = attempt.begun and not never_left
    maybe_sent = job.ts is None and (job.maybe_sent or may_stand) if job else None
    return partial(
        marks.put_off,
        claim=claim,
        until=marks.back_off(now, claim.attempts),
        error=name,
        maybe_sent=maybe_sent,
    )
