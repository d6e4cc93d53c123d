"""Changes of a channel's commitments in a period: moves, changes of scope, and closings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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


class ScopeChange(NamedTuple):
    """Change of a commitment's scope by one decision, made or taken back in a period.

    `decision` is its number with the address of its card.
    """

    name: str
    decision: tuple[int, str | None]
    is_in_force: bool


def movements(
    session: Session, channel_id: int, since: datetime, until: datetime
) -> list[Movement]:
    """Return the net movement per commitment, the largest first.

    A commitment that one decision moved and another moved back is listed, with 0 days. A move that
    was made and taken back in this period is left out.
    """
    return _movements(session, _changed(session, channel_id, since, until))


def changes(
    session: Session, channel_id: int, since: datetime, until: datetime
) -> tuple[list[Movement], list[ScopeChange]]:
    """Return the `movements` of this period, and the changes of scope by decision.

    A change of scope that was made and taken back in this period is left out.
    """
    changed = _changed(session, channel_id, since, until)
    rescoped = [id for id, moves in changed.items() if any(move.scopes for move in moves)]
    scopes = _scope_changes(session, rescoped, since, until) if rescoped else []
    return _movements(session, changed), scopes


def _changed(
    session: Session, channel_id: int, since: datetime, until: datetime
) -> dict[int, list[_Moved]]:
    """Return the moves by commitment, of those that changed in the period."""
    rows = session.execute(_moved(), {"channel": channel_id, "since": since, "until": until}).all()
    numbers: dict[int, list[_Moved]] = {}
    for row in map(_Moved._make, rows):
        numbers.setdefault(row.commitment, []).append(row)
    return {
        id: moves
        for id, moves in numbers.items()
        if any(move.days or move.scopes for move in moves)
    }


def _movements(session: Session, changed: Mapping[int, Sequence[_Moved]]) -> list[Movement]:
    moved = {id: moves for id, moves in changed.items() if any(move.days for move in moves)}
    commitments = session.scalars(_commitments(), {"ids": list(moved)}).all() if moved else []
    links = card_links(session, {move.decision for moves in moved.values() for move in moves})
    made = [_movement(commitment, moved[commitment.id], links) for commitment in commitments]
    return sorted(made, key=lambda found: (-abs(found.days), found.commitment.id))


def _movement(
    commitment: Commitment, moves: Sequence[_Moved], links: Mapping[int, str | None]
) -> Movement:
    return Movement(
        commitment,
        days=sum(move.days for move in moves),
        to_on=commitment.baseline_on + timedelta(days=sum(move.in_all for move in moves)),
        decisions=[
            (move.number, links.get(move.decision)) for move in moves if move.days and move.in_all
        ],
        taken_back=[
            (move.number, links.get(move.decision))
            for move in moves
            if move.days and not move.in_all
        ],
    )


def _scope_changes(
    session: Session, commitments: Collection[int], since: datetime, until: datetime
) -> list[ScopeChange]:
    entries: dict[tuple[int, int], list[CommitmentMove]] = {}
    names = dict[int, str]()
    for entry, name in session.execute(_scopes(), {"ids": list(commitments), "until": until}):
        entries.setdefault((entry.decision_id, entry.commitment_id), []).append(entry)
        names[entry.commitment_id] = name
    return [
        ScopeChange(names[commitment], (last.decision_number, last.card_link), not last.undoes)
        for (_, commitment), (*earlier, last) in entries.items()
        if last.at >= since and (not last.undoes or any(entry.at < since for entry in earlier))
    ]


def closed(session: Session, channel_id: int, since: datetime, until: datetime) -> list[Commitment]:
    """Return the commitments that were closed in this period, in the order of their closing."""
    period = {"channel": channel_id, "since": since, "until": until}
    return list(session.scalars(_closed(), period))


class _Moved(NamedTuple):
    """Move of one commitment by one decision: `days` in the period, `in_all` up to its end.

    `scopes` counts the entries of the period that change the scope, or take such a change back.
    """

    commitment: int
    number: int
    decision: int
    days: int
    in_all: int
    scopes: int


@cache
def _scopes() -> Select[CommitmentMove, str]:
    move = CommitmentMove
    return (
        select(move, Commitment.name)
        .join(Commitment, Commitment.id == move.commitment_id)
        .where(move.commitment_id.in_(_IDS), move.scope.is_not(None), move.at < _UNTIL)
        .order_by(move.decision_number, move.id)
    )


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
def _moved() -> Select[int, int, int, int, int, int]:
    move = CommitmentMove
    in_time = func.sum(case((move.at >= _SINCE, move.days), else_=0))
    return (
        select(
            move.commitment_id,
            move.decision_number,
            move.decision_id,
            in_time,
            func.sum(move.days),
            func.count(case((move.at >= _SINCE, move.scope))),
        )
        .join(Commitment, Commitment.id == move.commitment_id)
        .where(Commitment.channel_id == _CHANNEL, move.at < _UNTIL)
        .group_by(move.commitment_id, move.decision_number, move.decision_id)
        .order_by(move.decision_number)
    )
