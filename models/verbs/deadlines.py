"""Deadlines of a round: impact window, due date, age of a claim."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from models.rules import Impact
from models.tables.decision import Decision
from models.tables.timer import Subject, TimerKind, set_timer
from models.verbs.routing import Routing
from models.working_time import MORNING, OPENING, half_way, moment


def set_round_timer(decision: Decision, kind: TimerKind, due_at: datetime, about: str = "") -> None:
    """Set a timer for this round of a decision.

    If this round already has a timer of this kind and `about`, that timer stays as it is.
    """
    key = ":".join([kind, str(decision.number), str(decision.round), *([about] if about else [])])
    about_this = Subject(decision=decision)
    set_timer(decision.session, decision.workspace_id, kind, key, due_at, about_this)


# Age at which people are reminded of a claim that is "done but not accepted", and of a record after
# the fact that nobody has acknowledged or disputed. Neither has a date.
CLAIM_AGES = timedelta(days=2)


def set_timers(decision: Decision, routing: Routing, at: datetime) -> None:
    """Set the timers of this round. A timer does nothing if its matter is settled when it fires."""
    if decision.impact is Impact.AWAITED:
        assert decision.impact_due_at
        calendar = routing.version.calendar
        half = half_way(at, decision.impact_due_at, routing.time_zone, calendar)
        set_round_timer(decision, TimerKind.IMPACT_HALF_WAY, half, window_name(decision))
        set_round_timer(
            decision, TimerKind.IMPACT_LAPSES, decision.impact_due_at, window_name(decision)
        )
    if decision.is_acceptance or decision.is_after_the_fact:
        set_round_timer(decision, TimerKind.CLAIM_AGES, at + CLAIM_AGES)
    if decision.due_on:
        # An edit can bring rights with another time zone, in which the same day ends later.
        over = end_of_day(decision.due_on, decision)
        set_round_timer(decision, TimerKind.OVERDUE, over, f"{over:%Y%m%d%H%M}")


def window_name(decision: Decision) -> str:
    """Return a name that tells one impact window of a round from another."""
    return f"{decision.impact_due_at:%Y%m%d%H%M%S%f}"


def end_of_day(day: date, decision: Decision) -> datetime:
    """Return the moment at which this day is over in the channel's time zone."""
    return moment(day + timedelta(days=1), time(0), decision.rights_version.time_zone)


def returns_at(decision: Decision) -> datetime:
    """Return the moment at which this deferred decision comes back."""
    settlement = decision.settlement
    assert settlement
    assert settlement.deferred_until
    return moment(settlement.deferred_until, OPENING, decision.rights_version.time_zone)


def review_at(day: date, decision: Decision) -> datetime:
    """Return the moment on this day at which somebody is asked whether the forecast held."""
    return moment(day, MORNING, decision.rights_version.time_zone)


def is_review_due(decision: Decision, at: datetime) -> bool:
    """Return True if the moment of the review that this round's outcome asks for has come."""
    settlement = decision.settlement
    review_on = settlement.review_on if settlement else None
    return review_on is not None and review_at(review_on, decision) <= at
