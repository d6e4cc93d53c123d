"""The rules as tables: kinds and rights, states and verbs, verdicts, and working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.rules import (
    DEFAULT_RIGHTS,
    MEANINGS,
    NEXT_STATE,
    STANDING_PHRASES,
    TRADEOFF_KINDS,
    Decider,
    Kind,
    Outcome,
    Role,
    Standing,
    State,
    Verb,
    Verdict,
    end_of_window,
    local_day,
    next_state,
    outcomes_open_to,
)

PO, PM, JOINT = Decider.PRODUCT_OWNER, Decider.PROJECT_MANAGER, Decider.JOINT

# product.md §1, row by row: kind, who decides, whose impact comes first.
KINDS = {
    "priority": (PO, Role.PROJECT_MANAGER),
    "requirements": (PO, None),
    "feature": (PO, Role.PROJECT_MANAGER),
    "acceptance": (PO, None),
    "schedule": (PM, Role.PRODUCT_OWNER),
    "scope control": (PM, Role.PRODUCT_OWNER),
    "risk": (PM, None),
    "resources": (PM, Role.PRODUCT_OWNER),
    "communication": (PM, None),
    "commitment": (JOINT, Role.PROJECT_MANAGER),
}


def test_the_default_rights_are_those_of_the_product() -> None:
    table = {
        kind.label: (right.decides, right.decides.asked_for_impact if right.impact_first else None)
        for kind, right in DEFAULT_RIGHTS.items()
    }
    assert table == KINDS
    assert list(table) == list(KINDS)
    assert set(MEANINGS) == set(Kind)
    assert set(TRADEOFF_KINDS) == set(Kind) - {Kind.ACCEPTANCE}


@pytest.mark.parametrize("decider", Decider)
def test_impact_is_stated_by_the_other_side(decider: Decider) -> None:
    if decider is JOINT:
        assert decider.roles == (Role.PRODUCT_OWNER, Role.PROJECT_MANAGER)
    else:
        assert decider.roles == (decider.asked_for_impact.other,)
    assert {role.other.other for role in decider.roles} == set(decider.roles)


def test_every_standing_has_words_for_it() -> None:
    assert set(STANDING_PHRASES) == set(Standing)
    assert all(standing.phrase for standing in Standing)


# ---- states ----------------------------------------------------------------------------------------------------------


def test_what_is_settled_stays_settled() -> None:
    assert {state for state in State if state.settled} == {State.DECIDED, State.WITHDRAWN}
    assert [step for step in NEXT_STATE if step[0].settled] == []


def test_every_verb_has_its_place_and_every_state_is_reached() -> None:
    assert {verb for _, verb in NEXT_STATE} == set(Verb) - {Verb.RAISE}
    begun = {State.AWAITING_IMPACT, State.AWAITING_DECISION}
    assert begun | set(NEXT_STATE.values()) == set(State)
    assert {state for state, _ in NEXT_STATE} == {state for state in State if not state.settled}


@pytest.mark.parametrize("state", [state for state in State if not state.settled])
def test_from_every_open_state_there_is_an_end(state: State) -> None:
    reached = {state}
    for _ in State:
        reached |= {after for (before, _), after in NEXT_STATE.items() if before in reached}
    assert {State.DECIDED, State.WITHDRAWN} <= reached


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_what_the_table_does_not_hold_cannot_happen(state: State, verb: Verb) -> None:
    if (state, verb) in NEXT_STATE:
        assert next_state(state, verb) is NEXT_STATE[state, verb]
    else:
        with pytest.raises(KeyError):
            next_state(state, verb)


def test_nothing_is_decided_before_its_impact_was_stated_or_lapsed() -> None:
    out = {verb: after for (before, verb), after in NEXT_STATE.items() if before is State.AWAITING_IMPACT}
    assert set(out) == {Verb.STATE_IMPACT, Verb.LAPSE_IMPACT, Verb.WITHDRAW}
    assert State.DECIDED not in out.values()


def test_time_alone_never_settles_anything() -> None:
    assert not any(after.settled for (_, verb), after in NEXT_STATE.items() if verb is Verb.LAPSE_IMPACT)


# ---- verdicts --------------------------------------------------------------------------------------------------------


@given(some.lists(some.sampled_from(Verdict), min_size=1, max_size=6))
def test_nothing_unmet_is_accepted_as_it_is(verdicts: list[Verdict]) -> None:
    allowed = outcomes_open_to(verdicts)
    unmet = Verdict.NOT_MET in verdicts
    assert (Outcome.ACCEPTED in allowed) is not unmet
    assert (Outcome.SENT_BACK in allowed) is unmet
    assert Outcome.ACCEPTED_WITH_FOLLOW_UPS in allowed
    assert not allowed & {Outcome.APPROVED, Outcome.REJECTED}
    assert outcomes_open_to(verdicts[::-1]) == allowed


# ---- working days ----------------------------------------------------------------------------------------------------

# Zones that change on a Sunday, by half an hour, around Ramadan, on a Friday (Cairo), on working days (Tehran), or never.
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
         "Africa/Cairo", "Asia/Tehran", "Pacific/Kiritimati", "UTC"]  # fmt: skip
zones = some.sampled_from(ZONES)
moments = some.datetimes(datetime(2020, 1, 1), datetime(2036, 12, 31), timezones=some.just(UTC))  # noqa: DTZ001 hypothesis adds the zone
windows = some.integers(1, 20)


def exists(local: datetime) -> bool:
    """Whether clocks in its zone show this local time at all that day."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)


@given(moments, windows, zones)
def test_a_window_ends_later_on_a_working_day(start: datetime, days: int, zone: str) -> None:
    end = end_of_window(start, days, zone)
    assert end > start
    assert end.utcoffset() == timedelta(0)
    assert end.astimezone(ZoneInfo(zone)).weekday() < 5


@given(moments, windows, zones)
def test_a_window_ends_at_the_time_of_day_it_began(start: datetime, days: int, zone: str) -> None:
    local = start.astimezone(ZoneInfo(zone))
    clock = local.time().replace(fold=0) if local.weekday() < 5 else time(9)
    end = end_of_window(start, days, zone).astimezone(ZoneInfo(zone))
    wanted = datetime.combine(end.date(), clock, ZoneInfo(zone))
    if exists(wanted):
        assert end.time().replace(fold=0) == clock
    else:
        assert abs(end - wanted) <= timedelta(hours=1)


@given(moments, windows, zones)
def test_a_longer_window_ends_later(start: datetime, days: int, zone: str) -> None:
    ends = [end_of_window(start, count, zone) for count in range(days, days + 4)]
    assert all(first < second for first, second in pairwise(ends))


@given(moments, windows, zones)
def test_a_window_holds_as_many_working_days_as_it_says(start: datetime, days: int, zone: str) -> None:
    first = start.astimezone(ZoneInfo(zone)).date()
    last = local_day(end_of_window(start, days, zone), zone)
    between = [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]
    working = sum(day.weekday() < 5 for day in between)
    assert working == days + (first.weekday() >= 5)


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        # Over the end of summer time the end stays at ten in the morning there.
        ("Europe/London", "2026-10-23T09:00", "2026-10-26T10:00"),
        ("America/New_York", "2026-10-30T14:00", "2026-11-02T15:00"),
        ("Australia/Lord_Howe", "2026-04-02T23:00", "2026-04-05T23:30"),
        # On a Saturday it counts from Monday 09:00.
        ("Asia/Kathmandu", "2026-11-21T06:00", "2026-11-24T03:15"),
        # 00:30 does not exist on the Friday when Cairo goes to summer time.
        ("Africa/Cairo", "2026-04-22T22:30", "2026-04-23T22:30"),
    ],
)
def test_windows_that_cross_a_change_of_clocks(zone: str, start: str, end: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert end_of_window(begun, 1, zone) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@given(moments, zones)
def test_the_local_day_is_the_day_people_have(at: datetime, zone: str) -> None:
    day = local_day(at, zone)
    midnight = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    assert midnight - timedelta(hours=1) <= at < midnight + timedelta(hours=25)


def test_two_people_can_have_two_days_at_once() -> None:
    at = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert local_day(at, "Pacific/Kiritimati") == date(2026, 11, 24)
    assert local_day(at, "America/New_York") == date(2026, 11, 23)
