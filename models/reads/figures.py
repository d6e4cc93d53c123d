"""Numbers of docs/reference/figures.md, except the moves of commitments (`movements.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from models.rules import OPEN_STATES, Impact, Kind, Outcome, Verb
from models.tables.acceptance import Claim
from models.tables.attempt import AttemptOutsideRight, people_who_tried
from models.tables.base import UtcDateTime
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import Signature

# A review is in no figure if its decision was settled more than this before the period. To find
# such reviews, every decision that the channel ever made would have to be read.
LOOKED_BACK = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, as two counts."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of one channel from one moment to another (the end excluded).

    `decided` counts outcomes; `decisions_made` counts each decision once, however many it had.
    Hours are hours of the calendar, 24 in a day. `forecast_days` and `actual_days` are working days
    of slip.
    """

    decided: int
    disputed: int
    decisions_made: int
    median_hours: float | None
    p90_hours: float | None
    in_time: Share
    without_impact: Share
    after_the_fact: Share
    same_person: Share
    own: Share
    accepted_items: int
    acceptance_rounds: float | None
    reviewed: int
    forecast_days: int
    actual_days: int

    @property
    def made(self) -> int:
        """Return the number of outcomes other than disputed records."""
        return self.decided - self.disputed


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Work that the team says is done, without a verdict yet: its count, and the oldest claim."""

    count: int
    oldest_at: datetime | None


def figures(session: Session, channel_id: int, since: datetime, until: datetime) -> Figures:
    """Return the figures of this channel; one statement reads them all."""
    window = {
        "channel": channel_id,
        "since": since,
        "until": until,
        "year_before": since - LOOKED_BACK,
    }
    row = _Numbers._make(session.execute(_numbers(), window).one())
    return Figures(
        decided=row.decided,
        disputed=row.disputed,
        decisions_made=row.decisions_made,
        median_hours=_hours(row.median_seconds),
        p90_hours=_hours(row.p90_seconds),
        in_time=Share(row.in_time, row.with_date),
        without_impact=Share(row.lapsed, row.decided),
        after_the_fact=Share(row.after_the_fact, row.decided),
        same_person=Share(row.same_person, row.decided),
        own=Share(row.own, row.decided),
        accepted_items=row.accepted_items,
        acceptance_rounds=row.rounds / row.accepted_items if row.accepted_items else None,
        reviewed=row.reviewed,
        forecast_days=row.forecast_days,
        actual_days=row.actual_days,
    )


class _Numbers(NamedTuple):
    """The row of `_numbers`: counts, then percentiles, then reviews."""

    decided: int
    disputed: int
    decisions_made: int
    with_date: int
    in_time: int
    lapsed: int
    after_the_fact: int
    same_person: int
    own: int
    accepted_items: int
    rounds: int
    median_seconds: float | None
    p90_seconds: int | None
    reviewed: int
    forecast_days: int
    actual_days: int


def time_to_decide(
    session: Session, channel_id: int, since: datetime, until: datetime
) -> tuple[float | None, float | None]:
    """Return the median and the 90th percentile in hours; None if no outcome has a duration."""
    window = {"channel": channel_id, "since": since, "until": until}
    median, p90 = session.execute(_percentiles(), window).one()
    return _hours(median), _hours(p90)


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else float(seconds) / 3600


Row = TypeVarTuple("Row")

# Each statement is built once: every digest runs them twice.
_CHANNEL: BindParameter[int] = bindparam("channel")
_SINCE, _UNTIL = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)
_A_YEAR_BEFORE = bindparam("year_before", type_=UtcDateTime)


def _outcomes(query: Select[*Row]) -> Select[*Row]:
    """Narrow a query to the outcomes of the channel between `since` and `until`.

    A round that was undone within minutes does not count, nor does a withdrawn round.
    """
    return query.join(Decision, Decision.id == Settlement.decision_id).where(
        settled_since(_CHANNEL, _SINCE),
        Settlement.at >= _SINCE,
        Settlement.at < _UNTIL,
        Settlement.outcome.is_not(None),
        Settlement.since.is_distinct_from(Verb.UNDO),
    )


def settled_since(
    channel: BindParameter[int], since: BindParameter[datetime]
) -> ColumnElement[bool]:
    """Return the condition that a decision of this channel can have an outcome since then.

    Such a decision was settled since then, or is not settled now. One index finds them all.
    """
    here, at = Decision.channel_id == channel, Decision.settled_at
    return or_(and_(here, at >= since), and_(here, at.is_(None)))


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the SQL that counts the rows for which this condition holds."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@cache
def _numbers() -> Select[*tuple[Any, ...]]:
    """Select the results of all three queries in one row, so that one statement fetches them."""
    counts, took, reviews = _counts().subquery(), _percentiles().subquery(), _reviews().subquery()
    return select(*counts.c, *took.c, *reviews.c).select_from(
        counts.join(took, true()).join(reviews, true())
    )


def _counts() -> Select[int, int, int, int, int, int, int, int, int, int, int]:
    accepted = Settlement.outcome.in_((Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_FOLLOW_UPS))
    return _outcomes(
        select(
            func.count(),
            how_many(Settlement.outcome == Outcome.DISPUTED),
            func.count(distinct(case((Settlement.outcome != Outcome.DISPUTED, Decision.id)))),
            how_many(Settlement.in_time.is_not(None)),
            how_many(Settlement.in_time.is_(True)),
            how_many(Settlement.impact == Impact.LAPSED),
            how_many(Decision.made_on.is_not(None)),
            how_many(Settlement.same_person.is_(True)),
            how_many(_is_own()),
            how_many(accepted),
            func.coalesce(func.sum(case((accepted, Settlement.round), else_=0)), 0),
        ).select_from(Settlement)
    )


def _is_own() -> ColumnElement[bool]:
    """Return, in SQL, the condition of `Decision.is_own`: its only decider raised or claimed it."""
    claimed_by = (
        select(Claim.by)
        .where(Claim.decision_id == Decision.id, Claim.round <= Settlement.round)
        .order_by(Claim.round.desc())
        .limit(1)
        .scalar_subquery()
    )
    shared = exists().where(
        Signature.decision_id == Decision.id,
        Signature.round == Settlement.round,
        Signature.option_position.is_not_distinct_from(Settlement.option_position),
        Signature.moves == Settlement.moves,
        Signature.person != Settlement.by,
    )
    asked_by = func.coalesce(claimed_by, Decision.raised_by)
    return and_(Decision.made_on.is_(None), ~shared, Settlement.by == asked_by)


@cache
def _percentiles() -> Select[float | None, int | None]:
    """Select the median and the 90th percentile of the time to decide, in seconds.

    The median is the mean of the two in the middle; the percentile is the nearest rank.
    """
    took = Settlement.took_seconds
    place, count = (
        func.row_number().over(order_by=took).label("place"),
        func.count().over().label("count"),
    )
    timed = _outcomes(select(took.label("took"), place, count)).where(took.is_not(None)).subquery()
    middle = timed.c.place.in_([(timed.c["count"] + 1) // 2, (timed.c["count"] + 2) // 2])
    high = timed.c.place == (9 * timed.c["count"] + 9) // 10
    return select(func.avg(case((middle, timed.c.took))), func.max(case((high, timed.c.took))))


def _reviews() -> Select[int, int | None, int | None]:
    forecast, actual = (
        func.coalesce(func.sum(column), 0)
        for column in (Settlement.forecast_days, Settlement.actual_days)
    )
    return (
        select(func.count(), forecast, actual)
        .join(Decision, Decision.id == Settlement.decision_id)
        .where(
            settled_since(_CHANNEL, _A_YEAR_BEFORE),
            Settlement.reviewed_at >= _SINCE,
            Settlement.reviewed_at < _UNTIL,
        )
        .where(Settlement.forecast_days.is_not(None))
    )


def attempts(
    session: Session, channel_id: int, since: datetime, until: datetime
) -> dict[Kind, int]:
    """Return how many people without the right tried to decide, by kind."""
    return dict(
        session.execute(_attempts(), {"channel": channel_id, "since": since, "until": until}).all()
    )


@cache
def _attempts() -> Select[Kind, int]:
    tried = AttemptOutsideRight
    return (
        select(tried.kind, people_who_tried())
        .where(tried.channel_id == _CHANNEL, tried.at >= _SINCE, tried.at < _UNTIL)
        .group_by(tried.kind)
        .order_by(tried.kind)
    )


def not_accepted(session: Session, channel_id: int) -> NotAccepted:
    """Return what is done and not accepted now. The age of an item counts from its newest claim."""
    return NotAccepted(*session.execute(_not_accepted(), {"channel": channel_id}).one())


@cache
def _not_accepted() -> Select[int, datetime | None]:
    newest = (
        select(func.max(Claim.at).label("at"))
        .join(Decision, Decision.id == Claim.decision_id)
        .where(
            Decision.channel_id == _CHANNEL,
            Decision.state.in_(OPEN_STATES),
            Decision.kind == Kind.ACCEPTANCE,
        )
        .group_by(Claim.decision_id)
        .subquery()
    )
    return select(func.count(), func.min(newest.c.at)).select_from(newest)
