"""Replaced decisions: their open replacements, disputes, and the moves that are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, object_session, selectinload

from models.rules import OPEN_STATES, Outcome, State, Verb
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.settlement import Settlement


def open_replacements(session: Session, channel_id: int, older: int) -> list[int]:
    """Return the numbers of the open decisions here that are to take the place of this one."""
    replacing = select(Decision.number).where(
        Decision.channel_id == channel_id,
        Decision.state.in_(OPEN_STATES),
        Decision.supersedes == older,
    )
    return list(session.scalars(replacing.order_by(Decision.number)))


def open_moves_of(session: Session, commitment: Commitment) -> list[Decision]:
    """Return the open decisions that are about this commitment, the oldest first."""
    about = select(Decision).where(
        Decision.channel_id == commitment.channel_id,
        Decision.commitment_id == commitment.id,
        Decision.state.in_(OPEN_STATES),
    )
    return list(session.scalars(about.order_by(Decision.number)))


def _is_older_of(newer: Decision) -> ColumnElement[bool]:
    """Return the condition that a row is the decision whose place the newer one takes."""
    return and_(
        Decision.workspace_id == newer.workspace_id,
        Decision.channel_id == newer.channel_id,
        Decision.number == newer.supersedes,
    )


def out_of_reach(decision: Decision) -> Decision | None:
    """Return the older decision if an approval of this open one would not replace it; else None.

    The older decision was reopened, or another decision has taken its place.
    """
    session = object_session(decision)
    if session is None or not decision.supersedes or decision.state.settled:
        return None
    older = select(Decision).where(
        _is_older_of(decision),
        Decision.state != State.DECIDED,
        Decision.superseded_by.is_distinct_from(decision.number),
    )
    return session.scalar(older)


@dataclass(frozen=True, slots=True)
class Reversal:
    """Move of an older decision that an approval of the newer one takes back.

    The older decision has this `number`. It has moved the commitment by so many `days`; `scope` is
    True if it has changed the scope.
    """

    number: int
    commitment: Commitment
    days: int
    scope: bool

    def is_of(self, decision: Decision) -> bool:
        """Return True if this decision asks for something of the same commitment."""
        return decision.commitment_id == self.commitment.id

    @property
    def back_to(self) -> date:
        """Return the date to which the commitment goes back."""
        return self.commitment.promised_on - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Return:
    """Move of an older decision that holds again if the newer one is not approved again.

    The older decision has this `number`. The commitment moves by so many `days`; `scope` is True if
    the older decision has changed the scope.
    """

    number: int
    commitment: Commitment
    days: int
    scope: bool


def return_by(decision: Decision) -> Return | None:
    """Return the move that this open decision has taken back and would put back; None if none."""
    session = object_session(decision)
    if session is None or not decision.supersedes or decision.state.settled:
        return None
    older = session.execute(
        select(Decision.id, Decision.commitment_id, Settlement.since_at)
        .join(
            Settlement,
            (Settlement.decision_id == Decision.id) & (Settlement.round == Decision.round),
        )
        .where(
            _is_older_of(decision),
            Decision.superseded_by == decision.number,
            Settlement.since == Verb.SUPERSEDE,
        )
    ).one_or_none()
    if older is None or older.commitment_id is None:
        return None
    commitment = _with_moves(session, older.commitment_id)
    entry = commitment.taken_back_at(older.id, older.since_at)
    if entry is None or not commitment.is_open:
        return None
    return Return(decision.supersedes, commitment, -entry.days, bool(entry.scope))


def _with_moves(session: Session, commitment_id: int) -> Commitment:
    ledger = select(Commitment).where(Commitment.id == commitment_id)
    return session.scalars(ledger.options(selectinload(Commitment.moves))).one()


def reversal_by(decision: Decision) -> Reversal | None:
    """Return the move that an approval of this open decision takes back; None if there is none."""
    session = object_session(decision)
    if session is None or not decision.supersedes or decision.state.settled:
        return None
    older = session.execute(
        select(Decision.id, Decision.commitment_id).where(
            _is_older_of(decision),
            Decision.state == State.DECIDED,
        )
    ).one_or_none()
    if older is None or older.commitment_id is None:
        return None
    commitment = _with_moves(session, older.commitment_id)
    days, scope = commitment.days_by(older.id), commitment.scope_stands(older.id)
    if not commitment.is_open or not (days or scope):
        return None
    return Reversal(decision.supersedes, commitment, days, scope)


class MovedWith(NamedTuple):
    """Entry that an older decision got in a ledger when a newer decision was settled."""

    name: str
    from_on: date
    to_on: date
    scope: str | None
    undoes: bool


def moved_with(decision: Decision, settlement: Settlement) -> Sequence[MovedWith]:
    """Return the entries that the older decision got when this round was settled."""
    session = object_session(decision)
    if session is None or not decision.supersedes:
        return []
    move = CommitmentMove
    entered = (
        select(Commitment.name, move.from_on, move.to_on, move.scope, move.undoes)
        .join(Commitment, Commitment.id == move.commitment_id)
        .join(Decision, Decision.id == move.decision_id)
        .where(
            _is_older_of(decision),
            # The ledger has an index by commitment, and none by decision.
            Commitment.channel_id == decision.channel_id,
            move.at == settlement.at,
        )
        .order_by(move.id)
    )
    return [MovedWith._make(row) for row in session.execute(entered)]


def would_restore(decision: Decision) -> bool:
    """Return True if the older decision is in force again unless this open one is approved again.

    An earlier round of this decision has taken its place.
    """
    session = object_session(decision)
    if session is None or not decision.supersedes or decision.round == 1:
        return False
    replaced = select(Decision.id).where(
        _is_older_of(decision),
        Decision.superseded_by == decision.number,
    )
    return session.scalar(replaced) is not None


def has_restored(decision: Decision, settlement: Settlement) -> bool:
    """Return True if this round, when it was settled, put the older decision in force again."""
    session = object_session(decision)
    approved = settlement.outcome is Outcome.APPROVED
    if session is None or not decision.supersedes or settlement.round == 1 or approved:
        return False
    restored = (
        select(HistoryEvent.id)
        .join(Decision, Decision.id == HistoryEvent.decision_id)
        .where(
            _is_older_of(decision),
            HistoryEvent.verb == Verb.RESTORE,
            HistoryEvent.at == settlement.at,
        )
    )
    return session.scalar(restored) is not None


def was_disputed(session: Session, channel_id: int, number: int) -> bool:
    """Return True if the decision with this number in this channel is a disputed record."""
    outcome = select(Decision.outcome).where(
        Decision.channel_id == channel_id, Decision.number == number
    )
    return session.scalar(outcome) is Outcome.DISPUTED
