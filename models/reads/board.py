"""Rows that a board shows of one channel, in counted and limited queries.

Promised commitments, open decisions, outcomes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session

from models.loading import read_commitments_of, read_moves_of, read_parts_of, read_rights_of
from models.reads.figures import how_many, settled_since
from models.rules import OPEN_STATES, State, Verb
from models.tables.base import UtcDateTime
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.tables.settlement import Settlement

# Outcomes are counted up to this number. A channel may have tens of thousands, and each one that is
# counted has to be read.
MOST_COUNTED = 1000
# Before every record.
A_LONG_TIME_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Commitments:
    """Open commitments by date, and the latest closed ones, each with its ledger.

    `titles` are those of the decisions in the ledgers. `late` counts the open commitments whose
    promised date is later than their first one.
    """

    open: list[Commitment]
    open_count: int
    late: int
    closed: list[Commitment]
    closed_count: int
    titles: dict[int, str]


@dataclass(frozen=True, slots=True)
class Waits:
    """Open decisions, the longest overdue first, then the oldest.

    `count` is how many there are, `overdue` how many of them are overdue.
    """

    shown: list[Decision]
    count: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Outcomes, the newest first, as (decision, the round that was settled).

    `count` is how many there are, up to MOST_COUNTED.
    """

    shown: list[tuple[Decision, Settlement]]
    count: int


def promised(session: Session, channel_id: int, most_open: int, most_closed: int) -> Commitments:
    here = {"channel": channel_id}
    shown = session.scalars(_coming(), {**here, "most": most_open}).all()
    closed = session.scalars(_closed(), {**here, "most": most_closed}).all()
    read_moves_of(session, (*shown, *closed))
    moved_by = {move.decision_id for commitment in (*shown, *closed) for move in commitment.moves}
    open_count, late, closed_count = session.execute(_promises(), here).one()
    titles = _titles(session, channel_id, moved_by)
    return Commitments(list(shown), open_count, late, list(closed), closed_count, titles)


def waits(session: Session, channel_id: int, most: int) -> Waits:
    here = {"channel": channel_id}
    shown = session.scalars(_waiting(), {**here, "most": most}).all()
    read_rights_of(session, shown)
    read_parts_of(session, shown, "impacts", "signatures", "claims", "settlements")
    asked = [decision for decision in shown if decision.state is State.AWAITING_ANSWER]
    read_parts_of(session, asked, "questions")
    count, overdue = session.execute(_open(), here).one()
    return Waits(list(shown), count, overdue)


def settled_rounds(session: Session, channel_id: int, most: int) -> Settled:
    """Return the outcomes, counted as the figures count them.

    A round that was undone within minutes never was an outcome; a withdrawn one has none.
    """
    here = {"channel": channel_id}
    since = session.scalar(_first_of_the_last(), {**here, "before": most - 1})
    newest = {**here, "since": since or A_LONG_TIME_AGO, "most": most}
    shown = [(decision, settlement) for decision, settlement in session.execute(_newest(), newest)]
    read_parts_of(session, {decision for decision, _ in shown}, "claims", "signatures")
    # A round that an earlier release settled has no name of its own for what it moved.
    unnamed = {by for by, round in shown if round.moved_to and not round.commitment_name}
    read_commitments_of(session, unnamed)
    return Settled(shown, session.scalars(_outcomes(), here).one())


def _titles(session: Session, channel_id: int, decisions: Collection[int]) -> dict[int, str]:
    """Return, by number, the titles of these decisions; leave out those of other channels."""
    # Python compares the channel. If the query did, SQLite would read all decisions of the channel.
    rows = session.execute(_titled(), {"ids": list(decisions)}) if decisions else ()
    return {number: title for number, title, of in rows if of == channel_id}


# ---- the statements ------------------------------------------------------------------------------

# Each is built once.
_CHANNEL: BindParameter[int] = bindparam("channel")
_MOST: BindParameter[int] = bindparam("most")
_IS_OPEN = Commitment.state == CommitmentState.OPEN
_OUTCOME = Settlement.outcome.is_not(None), Settlement.since.is_distinct_from(Verb.UNDO)


@cache
def _coming() -> Select[Commitment]:
    return (
        select(Commitment)
        .where(Commitment.channel_id == _CHANNEL, _IS_OPEN)
        .order_by(Commitment.promised_on, Commitment.id)
        .limit(_MOST)
    )


@cache
def _closed() -> Select[Commitment]:
    return (
        select(Commitment)
        .where(Commitment.channel_id == _CHANNEL, ~_IS_OPEN)
        .order_by(Commitment.closed_at.desc(), Commitment.id.desc())
        .limit(_MOST)
    )


@cache
def _promises() -> Select[int, int, int]:
    """Count the open commitments, those of them that are late, and the closed ones."""
    late = _IS_OPEN & (Commitment.promised_on > Commitment.baseline_on)
    return select(how_many(_IS_OPEN), how_many(late), how_many(~_IS_OPEN)).where(
        Commitment.channel_id == _CHANNEL
    )


@cache
def _titled() -> Select[int, str, int]:
    return select(Decision.number, Decision.title, Decision.channel_id).where(
        Decision.id.in_(bindparam("ids", expanding=True))
    )


@cache
def _waiting() -> Select[Decision]:
    return (
        select(Decision)
        .where(Decision.channel_id == _CHANNEL, Decision.state.in_(OPEN_STATES))
        .order_by(Decision.overdue_at.is_(None), Decision.overdue_at, Decision.id)
        .limit(_MOST)
    )


@cache
def _open() -> Select[int, int]:
    """Count the open decisions, and those of them that are overdue."""
    return select(func.count(), func.count(Decision.overdue_at)).where(
        Decision.channel_id == _CHANNEL, Decision.state.in_(OPEN_STATES)
    )


@cache
def _first_of_the_last() -> Select[datetime | None]:
    """Select when the first of the last few decisions was settled that have an outcome.

    An outcome from before that cannot be among as many newest ones. So the next query sorts a few
    decisions, and not a long record.
    """
    return (
        select(Decision.settled_at)
        .where(
            Decision.channel_id == _CHANNEL,
            Decision.settled_at.is_not(None),
            Decision.outcome.is_not(None),
        )
        .order_by(Decision.settled_at.desc())
        .offset(bindparam("before"))
        .limit(1)
    )


@cache
def _newest() -> Select[Decision, Settlement]:
    """Select outcomes, found by their ids first, so that they are sorted without their texts."""
    since = settled_since(_CHANNEL, bindparam("since", type_=UtcDateTime))
    order = Settlement.at.desc(), Settlement.id.desc()
    joined = Settlement.decision_id == Decision.id
    newest = (
        select(Settlement.id)
        .join(Decision, joined)
        .where(*_OUTCOME, since)
        .order_by(*order)
        .limit(_MOST)
    )
    return (
        select(Decision, Settlement)
        .join(Settlement, joined)
        .where(Settlement.id.in_(newest))
        .order_by(*order)
    )


@cache
def _outcomes() -> Select[int]:
    counted = (
        select(Settlement.id)
        .join(Decision, Settlement.decision_id == Decision.id)
        .where(Decision.channel_id == _CHANNEL, *_OUTCOME)
        .limit(MOST_COUNTED)
    )
    return select(func.count()).select_from(counted.subquery())
