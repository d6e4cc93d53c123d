"""Movements of a channel's commitments, with the decisions that made them, and closings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from models.tables.base import UtcDateTime
from models.tables.commitment import Commitment, CommitmentMove, CommitmentState
from models.tables.post import card_links

_CHANNEL: BindParameter[int] = bindparam("channel")
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_SINCE, _UNTIL = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Movement:
    """Movement of one commitment in a period: net days, and its promised date at the end.

    The moves of `decisions` were in force at the end; those of `taken_back` were not. Both are
    numbers with the address of their card.
    """

    commitment: Commitment
    days: int
    to_on: date
    decisions: list[tuple[int, str | None]]
    taken_back: list[tuple[int, str | None]]


def movements(
    session: Session, channel_id: int, since: datetime, until: datetime
) -> list[Movement]:
    """Return the net movement per commitment, the largest first.

    A commitment that one decision moved and another moved back is listed, with 0 days. A move that
    was made and taken back in this period is left out.
    """
    rows = session.execute(_moved(), {"channel": channel_id, "since": since, "until": until}).all()
    numbers: dict[int, list[_Moved]] = {}
    for row in map(_Moved._make, rows):
        numbers.setdefault(row.commitment, []).append(row)
    moved = {id: moves for id, moves in numbers.items() if any(move.days for move in moves)}
    commitments = session.scalars(_commitments(), {"ids": list(moved)}).all() if moved else []
    links = card_links(session, {move.decision for moves in moved.values() for move in moves})
    made = [
        Movement(
            commitment,
            days=sum(move.days for move in moved[commitment.id]),
            to_on=commitment.baseline_on
            + timedelta(days=sum(move.in_all for move in moved[commitment.id])),
            decisions=[
                (move.number, links.get(move.decision))
                for move in moved[commitment.id]
                if move.days and move.in_all
            ],
            taken_back=[
                (move.number, links.get(move.decision))
                for move in moved[commitment.id]
                if move.days and not move.in_all
            ],
        )
        for commitment in commitments
    ]
    return sorted(made, key=lambda movement: (-abs(movement.days), movement.commitment.id))


def closed(session: Session, channel_id: int, since: datetime, until: datetime) -> list[Commitment]:
    """Return the commitments that were closed in this period, in the order of their closing."""
    period = {"channel": channel_id, "since": since, "until": until}
    return list(session.scalars(_closed(), period))


class _Moved(NamedTuple):
    """Move of one commitment by one decision: `days` in the period, `in_all` up to its end."""

    commitment: int
    number: int
    decision: int
    days: int
    in_all: int


@cache
def _commitments() -> Select[Commitment]:
    return select(Commitment).where(Commitment.id.in_(_IDS))


@cache
def _closed() -> Select[Commitment]:
    return (
        select(Commitment)
        .where(Commitment.channel_id == _CHANNEL, Commitment.state != CommitmentState.OPEN)
        .where(Commitment.closed_at >= _SINCE, Commitment.closed_at < _UNTIL)
        .order_by(Commitment.closed_at, Commitment.id)
    )


@cache
def _moved() -> Select[int, int, int, int, int]:
    move = CommitmentMove
    in_time = func.sum(case((move.at >= _SINCE, move.days), else_=0))
    return (
        select(
            move.commitment_id,
            move.decision_number,
            move.decision_id,
            in_time,
            func.sum(move.days),
        )
        .join(Commitment, Commitment.id == move.commitment_id)
        .where(Commitment.channel_id == _CHANNEL, move.at < _UNTIL)
        .group_by(move.commitment_id, move.decision_number, move.decision_id)
        .order_by(move.decision_number)
    )
