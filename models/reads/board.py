"""Rows that a board shows of one channel: commitments, open decisions and outcomes.

The lists are limited.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, select, true
from sqlalchemy.orm import Session

from models.loading import read_commitments_of, read_moves_of, read_parts_of, read_rights_of
from models.reads.figures import how_many, settled_since
from models.rules import MAY_HAVE_QUESTION, OPEN_STATES, Verb
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

    `titles` are those of the decisions in the ledgers.
    """

    open: list[Commitment]
    closed: list[Commitment]
    titles: dict[int, str]


class Counts(NamedTuple):
    """Lengths of the lists, of which a board shows the first few.

    `late` counts the open commitments whose promised date is later than the first one. `overdue`
    counts the open decisions that are overdue. Outcomes are counted up to MOST_COUNTED.
    """

    promised: int
    late: int
    closed: int
    waiting: int
    overdue: int
    outcomes: int


def counts(session: Session, channel_id: int) -> Counts:
    return Counts(*session.execute(_counts(), {"channel": channel_id}).one())


def promised(session: Session, channel_id: int, most_open: int, most_closed: int) -> Commitments:
    here = {"channel": channel_id}
    shown = session.scalars(_coming(), {**here, "most": most_open}).all()
    closed = session.scalars(_closed(), {**here, "most": most_closed}).all()
    read_moves_of(session, (*shown, *closed))
    moved_by = {move.decision_id for commitment in (*shown, *closed) for move in commitment.moves}
    return Commitments(list(shown), list(closed), _titles(session, channel_id, moved_by))


def waits(session: Session, channel_id: int, most: int) -> Sequence[Decision]:
    """Return the open decisions, the longest overdue first, then as they were raised."""
    shown = session.scalars(_waiting(), {"channel": channel_id, "most": most}).all()
    read_rights_of(session, shown)
    read_parts_of(session, shown, "impacts", "signatures", "claims", "settlements")
    asked = [decision for decision in shown if decision.state in MAY_HAVE_QUESTION]
    read_parts_of(session, asked, "questions")
    return shown


def settled_rounds(
    session: Session, channel_id: int, most: int
) -> list[tuple[Decision, Settlement]]:
    """Return the outcomes that the figures count, the newest first, each as (decision, its round).

    A round that was undone within minutes does not count, nor does a withdrawn round.
    """
    here = {"channel": channel_id}
    since = session.scalar(_recent_enough(), {**here, "before": most - 1})
    newest = {**here, "since": since or A_LONG_TIME_AGO, "most": most}
    shown = [(decision, settlement) for decision, settlement in session.execute(_newest(), newest)]
    decisions = {decision for decision, _ in shown}
    read_parts_of(session, decisions, "claims", "impacts", "signatures", "settlements")
    # The page says if a move was taken back since, and if a later round left it. A round that an
    # earlier release settled does not have the name of the commitment.
    touching = {found for found, round in shown if round.moved_to or round.round > 1}
    read_commitments_of(session, touching)
    return shown


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
def _recent_enough() -> Select[datetime | None]:
    """Select a time since which there are enough outcomes for a board.

    The next query then sorts a few decisions, and not a long record.
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
    """Select the newest outcomes. Their ids are sorted first, without the long texts."""
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
def _counts() -> Select[int, int, int, int, int, int]:
    """Select all counts in one row, so that one statement fetches them."""
    late = _IS_OPEN & (Commitment.promised_on > Commitment.baseline_on)
    commitments = (
        select(how_many(_IS_OPEN), how_many(late), how_many(~_IS_OPEN))
        .where(Commitment.channel_id == _CHANNEL)
        .subquery()
    )
    decisions = (
        select(func.count(), func.count(Decision.overdue_at))
        .where(Decision.channel_id == _CHANNEL, Decision.state.in_(OPEN_STATES))
        .subquery()
    )
    some = (
        select(Settlement.id)
        .join(Decision, Settlement.decision_id == Decision.id)
        .where(Decision.channel_id == _CHANNEL, *_OUTCOME)
        .limit(MOST_COUNTED)
        .subquery()
    )
    outcomes = select(func.count()).select_from(some).subquery()
    return select(*commitments.c, *decisions.c, *outcomes.c).select_from(
        commitments.join(decisions, true()).join(outcomes, true())
    )
