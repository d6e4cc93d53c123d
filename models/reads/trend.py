"""Last weeks of a channel, as the digest's picture shows them.

Promised dates, what was decided, what waited.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from models.reads.figures import how_many, settled_since
from models.reads.week import AGAIN
from models.rules import OPEN_STATES, Verb
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

    `decided` counts outcomes within each week, `waiting` what was open at its end.
    """

    days: list[date]
    lines: list[Line]
    decided: list[int]
    waiting: list[int]

    @property
    def words(self) -> str:
        """Sentence with everything that the picture shows, for people who cannot see it."""
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
    """Return the weeks before this moment, with the open commitments that were moved last."""
    ends = [until - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    return Trend(
        days=[local_day(end, time_zone) for end in ends],
        lines=_lines(session, channel_id, ends, time_zone),
        decided=_decided(session, channel_id, ends),
        waiting=_waiting(session, channel_id, ends),
    )


def _lines(session: Session, channel_id: int, ends: list[datetime], time_zone: str) -> list[Line]:
    commitments = session.scalars(
        select(Commitment)
        .where(
            Commitment.channel_id == channel_id,
            Commitment.state == CommitmentState.OPEN,
            Commitment.made_at < ends[-1],
        )
        .options(selectinload(Commitment.moves))
    ).all()
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


# Each of these functions runs one query, which returns a sum for each week. It reads only decisions
# that were open or settled in these weeks, and not a long record from its beginning.


def _decided(session: Session, channel_id: int, ends: list[datetime]) -> list[int]:
    outcomes = Settlement.outcome.is_not(None), Settlement.since.is_distinct_from(Verb.UNDO)
    begin = ends[0] - timedelta(weeks=1)
    weeks = [
        how_many((Settlement.at >= end - timedelta(weeks=1)) & (Settlement.at < end))
        for end in ends
    ]
    return _counted(
        session, _ended(channel_id, begin, weeks).where(*outcomes, Settlement.at >= begin)
    )


def _waiting(session: Session, channel_id: int, ends: list[datetime]) -> list[int]:
    """Return, for the end of each week, how many decisions were open.

    They are those that are open now, without those that were raised or opened again since, and with
    those that were settled since.
    """
    is_open = Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES)
    open_now = session.scalar(select(func.count()).where(*is_open)) or 0
    since = _active(channel_id, ends[0])
    raised = _counted(session, select(*_from(Decision.raised_at, ends)).where(since))
    settled = _counted(session, _ended(channel_id, ends[0], _from(Settlement.at, ends)))
    taken_up = _ended(channel_id, ends[0], _from(Settlement.since_at, ends)).where(
        Settlement.since.in_(AGAIN)
    )
    again = _counted(session, taken_up)
    return [
        open_now - counts[0] + counts[1] - counts[2]
        for counts in zip(raised, settled, again, strict=True)
    ]


def _active(channel_id: int, since: datetime) -> ColumnElement[bool]:
    """Narrow to decisions that are open, or were settled since then.

    Every decision that was raised, settled or opened again since then is one of these.
    """
    return settled_since(literal(channel_id), literal(since, UtcDateTime))


def _ended(
    channel_id: int, since: datetime, columns: list[ColumnElement[int]]
) -> Select[*tuple[int, ...]]:
    joined = (
        select(*columns)
        .select_from(Settlement)
        .join(Decision, Decision.id == Settlement.decision_id)
    )
    return joined.where(_active(channel_id, since))


def _from(
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    ends: list[datetime],
) -> list[ColumnElement[int]]:
    return [how_many(moment >= end) for end in ends]


def _counted(session: Session, query: Select[*tuple[int, ...]]) -> list[int]:
    return list(session.execute(query).one())
