"""The numbers of product.md §6, all from the record, each computed in one place. Defined with examples in docs/figures.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from models.acceptance import Claim
from models.attempt import AttemptOutsideRight
from models.commitment import Commitment, CommitmentMove
from models.decision import Decision
from models.rules import OPEN_STATES, Impact, Kind, Outcome, Verb
from models.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one channel, from one moment to another (the end excluded). Days and hours are of the calendar, 24 hours each."""

    decided: int
    median_hours: float | None
    p90_hours: float | None
    in_time: Share
    without_impact: Share
    after_the_fact: Share
    same_person: Share
    accepted_items: int
    acceptance_rounds: float | None
    reviewed: int
    forecast_days: int
    actual_days: int
    attempts: dict[Kind, int]


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """What is done, as the team says, and has no verdict yet: how many, and when the oldest was claimed."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Movement:
    """How far decisions have moved one commitment in a time: net days, and the numbers of those decisions."""

    commitment: Commitment
    days: int
    decisions: list[int]


def figures(session: Session, channel_id: int, since: datetime, until: datetime) -> Figures:
    """All of them."""
    window = _window(channel_id, since, until)
    decided, with_date, in_time, lapsed, past, same, items, rounds = session.execute(_counts(window)).one()
    median, p90 = _percentiles(session, window)
    reviewed, forecast, actual = session.execute(_reviews(channel_id, since, until)).one()
    return Figures(
        decided=decided, median_hours=median, p90_hours=p90, in_time=Share(in_time, with_date),
        without_impact=Share(lapsed, decided), after_the_fact=Share(past, decided), same_person=Share(same, decided),
        accepted_items=items, acceptance_rounds=rounds / items if items else None,
        reviewed=reviewed, forecast_days=forecast or 0, actual_days=actual or 0, attempts=_attempts(session, channel_id, since, until),
    )  # fmt: skip


Window = tuple[ColumnElement[bool], ...]


def _window(channel_id: int, since: datetime, until: datetime) -> Window:
    """Outcomes of that time. What was undone within minutes never was one; what was withdrawn has none."""
    return (
        Decision.channel_id == channel_id, Settlement.at >= since, Settlement.at < until,
        Settlement.outcome.is_not(None), Settlement.since.is_distinct_from(Verb.UNDO),
    )  # fmt: skip


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _counts(window: Window) -> Select[int, int, int, int, int, int, int, int]:
    accepted = Settlement.outcome.in_((Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_FOLLOW_UPS))
    return (
        select(
            func.count(), _sum(Settlement.in_time.is_not(None)), _sum(Settlement.in_time.is_(True)),
            _sum(Settlement.impact == Impact.LAPSED), _sum(Decision.made_on.is_not(None)), _sum(Settlement.same_person.is_(True)),
            _sum(accepted), func.coalesce(func.sum(case((accepted, Settlement.round), else_=0)), 0),
        )
        .join(Decision, Decision.id == Settlement.decision_id)
        .where(*window)
    )  # fmt: skip


def _percentiles(session: Session, window: Window) -> tuple[float | None, float | None]:
    """Median (mean of the two in the middle) and 90th percentile (nearest rank) of the time to decide, in hours."""
    timed = (*window, Settlement.took_seconds.is_not(None))
    of = select(func.count()).select_from(Settlement).join(Decision, Decision.id == Settlement.decision_id)
    count = session.scalar(of.where(*timed)) or 0
    if not count:
        return None, None
    ordered = (
        select(Settlement.took_seconds)
        .join(Decision, Decision.id == Settlement.decision_id)
        .where(*timed)
        .order_by(Settlement.took_seconds)
    )
    middle = session.scalars(ordered.offset((count - 1) // 2).limit(2 - count % 2)).all()
    high = session.scalars(ordered.offset(-(-9 * count // 10) - 1).limit(1)).one()
    median = sum(one or 0 for one in middle) / len(middle)
    return median / 3600, (high or 0) / 3600


def _reviews(channel_id: int, since: datetime, until: datetime) -> Select[int, int | None, int | None]:
    return (
        select(
            func.count(), func.coalesce(func.sum(Settlement.forecast_days), 0), func.coalesce(func.sum(Settlement.actual_days), 0)
        )
        .join(Decision, Decision.id == Settlement.decision_id)
        .where(Decision.channel_id == channel_id, Settlement.reviewed_at >= since, Settlement.reviewed_at < until)
        .where(Settlement.forecast_days.is_not(None))
    )  # fmt: skip


def _attempts(session: Session, channel_id: int, since: datetime, until: datetime) -> dict[Kind, int]:
    rows = session.execute(
        select(AttemptOutsideRight.kind, func.count())
        .where(AttemptOutsideRight.channel_id == channel_id, AttemptOutsideRight.at >= since, AttemptOutsideRight.at < until)
        .group_by(AttemptOutsideRight.kind)
        .order_by(AttemptOutsideRight.kind)
    )  # fmt: skip
    return dict(rows.all())


def not_accepted(session: Session, channel_id: int) -> NotAccepted:
    """As of now; each counts from its newest claim."""
    newest = (
        select(func.max(Claim.at).label("at"))
        .join(Decision, Decision.id == Claim.decision_id)
        .where(Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES), Decision.kind == Kind.ACCEPTANCE)
        .group_by(Claim.decision_id)
        .subquery()
    )
    count, oldest_at = session.execute(select(func.count(), func.min(newest.c.at)).select_from(newest)).one()
    return NotAccepted(count, oldest_at)


def movements(session: Session, channel_id: int, since: datetime, until: datetime) -> list[Movement]:
    """Net movement per commitment, the largest first; one that was moved there and back is among them, with 0 days."""
    rows = session.execute(
        select(CommitmentMove.commitment_id, CommitmentMove.decision_number, func.sum(CommitmentMove.days))
        .join(Commitment, Commitment.id == CommitmentMove.commitment_id)
        .where(Commitment.channel_id == channel_id, CommitmentMove.at >= since, CommitmentMove.at < until)
        .group_by(CommitmentMove.commitment_id, CommitmentMove.decision_number)
        .order_by(CommitmentMove.decision_number)
    )
    days: dict[int, int] = {}
    numbers: dict[int, list[int]] = {}
    for commitment, number, moved in rows:
        days[commitment] = days.get(commitment, 0) + moved
        numbers.setdefault(commitment, []).append(number)
    found = session.scalars(select(Commitment).where(Commitment.id.in_(days)))
    made = [Movement(one, days[one.id], numbers[one.id]) for one in found]
    return sorted(made, key=lambda one: (-abs(one.days), one.commitment.id))
