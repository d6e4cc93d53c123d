"""Rows that a board shows of one channel, in counted and limited queries.

Promised commitments, open decisions, outcomes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.reads.figures import settled_since
from models.rules import OPEN_STATES, Verb
from models.tables.base import UtcDateTime
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.tables.settlement import Settlement

# Outcomes are counted up to this number. A channel may have tens of thousands, and each one that is
# counted has to be read.
MOST_COUNTED = 1000


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
    here, is_open = Commitment.channel_id == channel_id, Commitment.state == CommitmentState.OPEN
    whole = select(Commitment).where(here).options(selectinload(Commitment.moves))
    coming = whole.where(is_open).order_by(Commitment.promised_on, Commitment.id).limit(most_open)
    past = (
        whole.where(~is_open)
        .order_by(Commitment.closed_at.desc(), Commitment.id.desc())
        .limit(most_closed)
    )
    shown, closed = list(session.scalars(coming)), list(session.scalars(past))
    moved_by = {move.decision_id for commitment in (*shown, *closed) for move in commitment.moves}
    return Commitments(
        shown,
        _count(session, here, is_open),
        _count(session, here, is_open, Commitment.promised_on > Commitment.baseline_on),
        closed,
        _count(session, here, ~is_open),
        _titles(session, channel_id, moved_by),
    )


def waits(session: Session, channel_id: int, most: int) -> Waits:
    here = Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES)
    shown = (
        select(Decision)
        .join(Decision.channel)
        .where(*here)
        .options(
            contains_eager(Decision.channel),
            joinedload(Decision.rights_version),
            selectinload(Decision.impacts),
            selectinload(Decision.signatures),
            selectinload(Decision.questions),
            selectinload(Decision.settlements),
            selectinload(Decision.claims),
        )
        .order_by(Decision.overdue_at.is_(None), Decision.overdue_at, Decision.id)
        .limit(most)
    )
    return Waits(
        list(session.scalars(shown)),
        _count(session, *here),
        _count(session, *here, Decision.overdue_at.is_not(None)),
    )


def settled_rounds(session: Session, channel_id: int, most: int) -> Settled:
    """Return the outcomes, counted as the figures count them.

    A round that was undone within minutes does not count, nor does a withdrawn round.
    """
    here = Decision.channel_id == channel_id
    outcomes = Settlement.outcome.is_not(None), Settlement.since.is_distinct_from(Verb.UNDO)
    joined = Settlement.decision_id == Decision.id
    # The first query finds only ids, so that the database sorts rows without their long texts.
    newest = (
        select(Settlement.id)
        .join(Decision, joined)
        .where(*outcomes, _can_be_newest(session, channel_id, most))
        .order_by(Settlement.at.desc(), Settlement.id.desc())
    ).limit(most)
    rows = session.execute(
        select(Decision, Settlement)
        .join(Settlement, joined)
        .join(Decision.channel)
        .where(Settlement.id.in_(session.scalars(newest).all()))
        .options(
            contains_eager(Decision.channel),
            selectinload(Decision.claims),
            selectinload(Decision.signatures),
            selectinload(Decision.commitment),
        )
        .order_by(Settlement.at.desc(), Settlement.id.desc())
    )
    counted = select(Settlement.id).join(Decision, joined).where(here, *outcomes)
    return Settled(
        [(decision, settlement) for decision, settlement in rows],
        session.scalar(select(func.count()).select_from(counted.limit(MOST_COUNTED).subquery()))
        or 0,
    )


def _can_be_newest(session: Session, channel_id: int, most: int) -> ColumnElement[bool]:
    """Narrow to decisions that can have one of the `most` newest outcomes.

    They are the decisions that can have an outcome since the `most`-th last one was settled. So the
    query does not sort a long record.
    """
    here = Decision.channel_id == channel_id
    last = (
        select(Decision.settled_at)
        .where(here, Decision.settled_at.is_not(None), Decision.outcome.is_not(None))
        .order_by(Decision.settled_at.desc())
        .offset(most - 1)
        .limit(1)
    )
    since = session.scalar(last)
    if since is None:
        return here
    return settled_since(literal(channel_id), literal(since, UtcDateTime))


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*where)) or 0


def _titles(session: Session, channel_id: int, decisions: Collection[int]) -> dict[int, str]:
    """Return, by number, the titles of these decisions; leave out those of other channels."""
    # Python compares the channel. If the query did, SQLite would read all decisions of the channel.
    rows = session.execute(
        select(Decision.number, Decision.title, Decision.channel_id).where(
            Decision.id.in_(decisions)
        )
    )
    return {number: title for number, title, of in rows if of == channel_id}
