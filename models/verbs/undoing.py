"""Conditions of an undo: who may still take a decision back, and what it had replaced."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.refusals import deciding
from models.rules import Outcome, Role, State, Verb
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.rights import RightsVersion
from models.tables.timer import Timer, TimerKind
from models.verbs.deadlines import set_round_timer
from models.verbs.deciding import UNDO_FOR
from models.verbs.delegating import ONE_DECISION
from models.verbs.overdue import unless_seated
from models.verbs.routing import Routing


def check_still_theirs(decision: Decision, routing: Routing, person: str) -> None:
    """Raise NoLongerYours if this person could not decide this by today's rights."""
    if decision.settlement and decision.settlement.by_escalation:
        today = routing.sponsor
        still = today is not None and unless_seated(decision, today).person == person
    else:
        roles = [role for role, holder in decision.holders.items() if holder == person]
        still = any(_acts_today(decision, routing, role, person) for role in roles)
    if not still:
        role_holders = routing.version.role_holders
        raise deciding.NoLongerYours(
            decision.number, role_holders, decision.gone_among(*role_holders)
        )


def ends_at(decision: Decision) -> datetime | None:
    """Return when the time to undo this outcome ends, for whoever has the right to undo it.

    None if there is no outcome that can be undone.
    """
    if decision.state is not State.DECIDED or decision.outcome is Outcome.DISPUTED:
        return None
    return decision.settled_at + UNDO_FOR if decision.settled_at else None


def look_again(session: Session, channel_ids: Collection[int], at: datetime) -> None:
    """Set a timer for each decision here that was made within the last five minutes.

    Somebody has come back or gone away, or the rights of these channels have changed. So whoever
    made the decision may have lost the right to undo it, or may have it again.
    """
    ends = select(Timer.decision_id).where(
        Timer.kind == TimerKind.UNDO_ENDS,
        Timer.fired_at.is_(None),
        Timer.due_at > at,
        Timer.due_at <= at + UNDO_FOR,
    )
    found = select(Decision).where(
        Decision.id.in_(ends),
        Decision.channel_id.in_(channel_ids),
        Decision.settled_at > at - UNDO_FOR,
    )
    for decision in session.scalars(found).all():
        set_round_timer(decision, TimerKind.UNDO_RIGHT, at, f"{at:%H%M%S.%f}")


def _acts_today(decision: Decision, routing: Routing, role: Role, person: str) -> bool:
    """Return True if this role decides today, and this person acts in it.

    A delegate acts in the role too if its holder has handed over this decision alone. If nobody
    else got a role or a right since the outcome, such a delegate needs no other check. Nor does a
    person who decided in their own name: a former role holder may have kept the open decisions.
    """
    first = role is decision.decides.roles[0]
    seat = decision.holder_seat if first else decision.counterpart_seat
    delegated = seat.because == ONE_DECISION
    if (delegated or not seat.on_behalf_of) and _is_as_settled(decision, routing.version):
        return True
    moving = routing.move_decides.roles if routing.move_decides else ()
    if role not in (*routing.decides.roles, *moving):
        return False
    today = routing.holder if role is routing.decides.roles[0] else routing.counterpart
    owners = (today.person, today.on_behalf_of)
    return today.person == person or (delegated and seat.on_behalf_of in owners)


def _is_as_settled(decision: Decision, today: RightsVersion) -> bool:
    """Return True if roles and table are today as they were when this decision was settled.

    Versions that change something else, such as the hour of the digest, do not count.
    """
    assert decision.settled_at
    if today.made_at < decision.settled_at:
        return True
    older = select(RightsVersion).where(
        RightsVersion.channel_id == decision.channel_id,
        RightsVersion.made_at < decision.settled_at,
    )
    then = decision.session.scalars(older.order_by(RightsVersion.number.desc()).limit(1)).first()
    return then is not None and (then.holders, then.table) == (today.holders, today.table)


def replaced_in_this_round(decision: Decision, replaced: Decision) -> bool:
    """Return True if the outcome that is undone has superseded the older decision.

    If an earlier round had superseded it, the older decision stays superseded.
    """
    ended = replaced.settlement
    mine = replaced.superseded_by == decision.number
    return mine and ended is not None and ended.since_at == decision.settled_at


def restored_in_this_round(decision: Decision, replaced: Decision) -> bool:
    """Return True if the outcome that is undone has put the older decision in force again.

    Before that outcome, the older decision was superseded. Nothing may have happened to it since.
    """
    if replaced.state is not State.DECIDED or decision.outcome is Outcome.APPROVED:
        return False
    restored = select(HistoryEvent.id).where(
        HistoryEvent.decision_id == replaced.id,
        HistoryEvent.sequence == replaced.event_count,
        HistoryEvent.verb == Verb.RESTORE,
        HistoryEvent.at == decision.settled_at,
    )
    return decision.session.scalar(restored) is not None
