"""Decisions that their decider may still take back."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models.loading import read_what_words_need
from models.rules import Outcome, State
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.timer import Timer, TimerKind
from models.tables.workspace import Workspace
from models.verbs.deciding import UNDO_FOR

# Decisions beyond this number are left out.
MOST_JUST_DECIDED = 3


def just_decided(session: Session, tenant: str, person: str, at: datetime) -> list[Decision]:
    """Return what this person decided and may still take back, the latest first."""
    facts = {"tenant": tenant, "person": person, "at": at, "end": at + UNDO_FOR}
    return list(read_what_words_need(session, session.scalars(_just_decided(), facts).all()))


@cache
def _just_decided() -> Select[Decision]:
    """Select by the timers that end *Undo*, because only a few of them fall due within minutes.

    If this was a join, SQLite would begin at the workspace and read all of its decisions.
    """
    at, end = bindparam("at", type_=UtcDateTime), bindparam("end", type_=UtcDateTime)
    ends = select(Timer.decision_id).where(
        Timer.kind == TimerKind.UNDO_ENDS,
        Timer.fired_at.is_(None),
        Timer.due_at > at,
        Timer.due_at <= end,
    )
    here = (
        select(Channel.id)
        .join(Channel.workspace)
        .where(Channel.id == Decision.channel_id, Workspace.tenant == bindparam("tenant"))
        .exists()
    )
    return (
        select(Decision)
        .where(Decision.id.in_(ends), Decision.settled_by == bindparam("person"))
        .where(Decision.undo_until > at, here)
        .where(Decision.state == State.DECIDED, Decision.outcome != Outcome.DISPUTED)
        .order_by(Decision.undo_until.desc(), Decision.number.desc())
        .limit(MOST_JUST_DECIDED)
    )
