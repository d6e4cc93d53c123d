"""Last eight weeks of a channel, as the digest's picture shows them.

The picture shows promised dates, how much was decided in each week, and how much waited at its end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select, true
from sqlalchemy.orm import Session

from models.loading import read_moves_of
from models.reads.figures import how_many, settled_since
from models.reads.week import AGAIN
from models.rules import OPEN_STATES, Outcome, Verb
from models.tables.base import UtcDateTime
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.working_time import local_day

WEEKS = 8
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One commitment, from its first day in the picture to the last.

    Points are (day, promised date, number of the decision that set it).
    """

    name: str
    points: list[tuple[date, date, int | None]]


@dataclass(frozen=True, slots=True)
class Trend:
    """Eight weeks in numbers. `days` are the ends of the weeks.

    `decided` counts outcomes within each week, but no disputed records, and `waiting` what was open
    at its end.
    """

    days: list[date]
    lines: list[Line]
    decided: list[int]
    waiting: list[int]

    @property
    def words(self) -> str:
        """Return the picture in words, for people who cannot see it.

        They name the first and the last promised date of each commitment.
        """
        lines = "; ".join(
            f"{line.name} from {line.points[0][1]} to {line.points[-1][1]}" for line in self.lines
        )
        counts = ", ".join(
            f"{decided} and {waiting}"
            for decided, waiting in zip(self.decided, self.waiting, strict=True)
        )
        promised = f"Promised dates: {lines}. " if lines else ""
        return (
            f"{promised}Decided in each week, and waiting at its end, the last "
            f"{len(self.days)} weeks: {counts}."
        )


def trend_of(session: Session, channel_id: int, until: datetime, time_zone: str) -> Trend:
    """Return the weeks before this moment, with the open commitments that moved most recently."""
    ends = [until - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    decided, waiting = _weeks(session, channel_id, ends)
    return Trend(
        days=[local_day(end, time_zone) for end in ends],
        lines=_lines(session, channel_id, ends, time_zone),
        decided=decided,
        waiting=waiting,
    )


def _lines(session: Session, channel_id: int, ends: list[datetime], time_zone: str) -> list[Line]:
    commitments = session.scalars(_open(), {"channel": channel_id, "until": ends[-1]}).all()
    read_moves_of(session, commitments)
    newest = sorted(
        commitments,
        key=lambda commitment: commitment.moves[-1].at if commitment.moves else commitment.made_at,
        reverse=True,
    )
    return [_line(commitment, ends, time_zone) for commitment in newest[:MOST_LINES]]


def _line(commitment: Commitment, ends: list[datetime], time_zone: str) -> Line:
    begin = max(ends[0] - timedelta(weeks=1), commitment.made_at)
    stood = commitment.baseline_on + timedelta(
        days=sum(move.days for move in commitment.moves if move.at < begin)
    )
    points: list[tuple[date, date, int | None]] = [(local_day(begin, time_zone), stood, None)]
    net = Counter[tuple[int, date]]()
    for move in commitment.moves:
        net[move.decision_id, local_day(move.at, time_zone)] += move.days
    # A move that was taken back on the same day, by an undo for example, is not drawn.
    points += [
        (on, move.to_on, move.decision_number)
        for move in commitment.moves
        if begin <= move.at < ends[-1]
        and net[move.decision_id, on := local_day(move.at, time_zone)]
        and move.days
    ]
    return Line(commitment.name, [*points, (local_day(ends[-1], time_zone), points[-1][1], None)])


@cache
def _open() -> Select[Commitment]:
    return select(Commitment).where(
        Commitment.channel_id == _CHANNEL,
        Commitment.state == CommitmentState.OPEN,
        Commitment.made_at < bindparam("until", type_=UtcDateTime),
    )


def _weeks(session: Session, channel_id: int, ends: list[datetime]) -> tuple[list[int], list[int]]:
    """Return how many decisions each week settled, and how many were open at its end.

    The second number is counted back from today. It is the number of decisions that are open now,
    less those that were raised or opened again since then, plus those that were settled since then.
    """
    moments = {f"end{week}": end for week, end in enumerate(ends)}
    begin = ends[0] - timedelta(weeks=1)
    row = session.execute(_counts(), {"channel": channel_id, "begin": begin, **moments}).one()
    open_now, *counts = row
    raised, decided, settled, again = (
        counts[first : first + WEEKS] for first in range(0, 4 * WEEKS, WEEKS)
    )
    waiting = [open_now - raised[week] + settled[week] - again[week] for week in range(WEEKS)]
    return decided, waiting


_CHANNEL: BindParameter[int] = bindparam("channel")
_BEGIN = bindparam("begin", type_=UtcDateTime)
_ENDS = [bindparam(f"end{week}", type_=UtcDateTime) for week in range(WEEKS)]


@cache
def _counts() -> Select[*tuple[int, ...]]:
    """Select all sums of all weeks in one row.

    Only decisions that are open or were settled in these weeks are read, not the whole record.
    Every decision that was raised, settled or opened again in these weeks is among them.
    """
    active = settled_since(_CHANNEL, _BEGIN)
    # NULL is not unequal to DISPUTED in SQL, so a withdrawn decision does not count either.
    made = (Settlement.outcome != Outcome.DISPUTED) & Settlement.since.is_distinct_from(Verb.UNDO)
    weeks = zip([_BEGIN, *_ENDS], _ENDS, strict=False)
    raised = (
        select(
            how_many(Decision.state.in_(OPEN_STATES)),
            *(how_many(Decision.raised_at >= end) for end in _ENDS),
        )
        .where(active)
        .subquery()
    )
    settled = (
        select(
            *(
                how_many(made & (Settlement.at >= begin) & (Settlement.at < end))
                for begin, end in weeks
            ),
            *(how_many(Settlement.at >= end) for end in _ENDS),
            *(how_many(_opened_after(end)) for end in _ENDS),
        )
        .join(Decision, Decision.id == Settlement.decision_id)
        .where(active)
        .subquery()
    )
    return select(*raised.c, *settled.c).select_from(raised.join(settled, true()))


def _opened_after(end: BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a decision waited again only after the end of a week.

    A deferred decision that came back at the very end waited at it (`rounds.resume`).
    """
    came_back = (Settlement.since == Verb.RETURN) & (Settlement.since_at == end)
    return Settlement.since.in_(AGAIN) & (Settlement.since_at >= end) & ~came_back
