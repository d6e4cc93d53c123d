"""What a clock that was ahead has put off: timers that repeat, and messages that are owed.

A timer that repeats, such as that of the weekly digest, sets the next one when it fires. If the
clock is a month ahead for a moment, the next one is set for a day in a month, and the days before
it have had theirs. Messages that are not sent in that moment are due in a month too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.orm import Session, joinedload

from models.tables.channel import Channel
from models.tables.post import OWED, Post
from models.tables.rights import RightsVersion, set_daily_look, set_digest_timer
from models.tables.timer import Timer, TimerKind
from models.tables.workspace import Workspace
from models.verbs.readers import set_check

UNFIRED = "fired_at IS NULL"
# A timer of one of these kinds that is due later than this was set by a clock that was ahead.
FURTHEST = {
    TimerKind.READERS: timedelta(hours=2),
    TimerKind.WHO_IS_THERE: timedelta(days=3),
    TimerKind.DIGEST: timedelta(days=8),
}
# If there is one, reminders that are due later than this are deleted too. The daily look sets the
# next one of each person who has none.
NEXT_REMINDER = timedelta(days=4)
# A message that is due later than this was owed, or put off, by a clock that was ahead.
LATEST_MESSAGE = timedelta(hours=3)


def catch_up(session: Session, tenant: str, now: datetime) -> bool:
    """Set timers anew, and let messages be sent, that a clock that was ahead has put off.

    Return True if timers were set anew.
    """
    _send_now(session, tenant, now)
    return _set_anew(session, tenant, now)


def _set_anew(session: Session, tenant: str, now: datetime) -> bool:
    """Set the repeating timers of this tenant anew if a clock that was ahead has set one.

    Timers that have fired later than now are deleted, because their keys are needed again. Return
    False if there is nothing to set anew.
    """
    ours = Timer.workspace_id.in_(select(Workspace.id).where(Workspace.tenant == tenant))
    too_far = or_(
        *(and_(Timer.kind == kind, Timer.due_at > now + far) for kind, far in FURTHEST.items())
    )
    later = Timer.due_at > now + min(FURTHEST.values())
    wrong = select(Timer.id, Timer.channel_id).where(text(UNFIRED), later, too_far, ours)
    found = session.execute(wrong).all()
    if not found:
        return False
    unwanted = (
        Timer.id.in_([id for id, _ in found]),
        and_(Timer.kind == TimerKind.REMIND, text(UNFIRED), Timer.due_at > now + NEXT_REMINDER),
        and_(Timer.kind.in_([*FURTHEST, TimerKind.REMIND]), Timer.fired_at > now),
    )
    session.execute(delete(Timer).where(ours, or_(*unwanted)))
    current = select(RightsVersion).where(
        RightsVersion.channel_id.in_({channel for _, channel in found if channel}),
        RightsVersion.replaced_at.is_(None),
    )
    for rights in session.scalars(current.options(joinedload(RightsVersion.channel))).all():
        set_check(session, rights.channel, now)
        set_daily_look(session, rights.channel, now)
        set_digest_timer(session, rights, now)
    return True


def _send_now(session: Session, tenant: str, now: datetime) -> None:
    """Let the messages of this tenant be sent now that were owed by a clock that was ahead."""
    workspaces = select(Workspace.id).where(Workspace.tenant == tenant)
    channels = select(Channel.id).where(Channel.workspace_id.in_(workspaces))
    session.execute(
        update(Post)
        .where(text(OWED), Post.due_at > now + LATEST_MESSAGE, Post.channel_id.in_(channels))
        .values(due_at=now),
        execution_options={"synchronize_session": False},
    )
