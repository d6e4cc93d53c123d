"""Windows, mornings and working days in local time, over weekends and changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.working_time import (
    MORNING,
    USUAL,
    Calendar,
    country_after_of,
    country_called,
    country_name,
    end_of_window,
    half_way,
    local_day,
    next_morning,
)

# Zones that change on a Sunday, by half an hour, around Ramadan, on a Friday (Cairo), on working
# days (Tehran), or never.
ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Tehran",
    "Pacific/Kiritimati",
    "UTC",
]
zones = some.sampled_from(ZONES)
# Hypothesis adds the zone.
FIRST, LAST = datetime(2020, 1, 1), datetime(2036, 12, 31)  # noqa: DTZ001
moments = some.datetimes(FIRST, LAST, timezones=some.just(UTC))
windows = some.integers(1, 20)


def exists(local: datetime) -> bool:
    """Return True if clocks in its zone show this local time at all that day."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(
        tzinfo=None
    )


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
def test_a_window_holds_as_many_working_days_as_it_says(
    start: datetime, days: int, zone: str
) -> None:
    first = start.astimezone(ZoneInfo(zone)).date()
    last = local_day(end_of_window(start, days, zone), zone)
    between = [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]
    working = sum(day.weekday() < 5 for day in between)
    assert working == days + (first.weekday() >= 5)


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        # If summer time ends meanwhile, the window still ends at ten in the morning there.
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


# ---- half-way, mornings --------------------------------------------------------------------------


@given(moments, windows, zones)
def test_half_way_is_within_the_window_and_not_at_its_beginning(
    start: datetime, working: int, zone: str
) -> None:
    end = end_of_window(start, working, zone)
    middle = half_way(start, end, zone)
    assert start + (end - start) / 4 <= middle < end
    assert middle > start


@given(moments, windows, zones)
def test_half_way_is_a_working_morning_where_there_is_one(
    start: datetime, working: int, zone: str
) -> None:
    end = end_of_window(start, working, zone)
    middle = half_way(start, end, zone)
    local = middle.astimezone(ZoneInfo(zone))
    if (local.time(), USUAL.is_day_off(local.date())) != (MORNING, False):
        assert middle == start + (end - start) / 2
        assert next_morning(start + (end - start) / 4 - timedelta(microseconds=1), zone) >= end


@given(moments, zones)
def test_the_next_morning_is_the_first_working_one_after(after: datetime, zone: str) -> None:
    morning = next_morning(after, zone)
    local = morning.astimezone(ZoneInfo(zone))
    assert morning > after
    assert morning.utcoffset() == timedelta(0)
    assert local.time() == MORNING
    assert not USUAL.is_day_off(local.date())
    days = (local.date() - local_day(after, zone)).days
    assert all(USUAL.is_day_off(local.date() - timedelta(days=back)) for back in range(1, days))
    assert next_morning(morning, zone) > morning
    assert next_morning(morning - timedelta(seconds=1), zone) == morning


@given(some.dates(date(2020, 1, 1), date(2036, 12, 31)))
def test_the_next_working_day_leaves_out_weekends_only(day: date) -> None:
    found = USUAL.next_working_day(day)
    assert found > day
    assert not USUAL.is_day_off(found)
    between = [day + timedelta(days=step) for step in range(1, (found - day).days)]
    assert all(USUAL.is_day_off(day) for day in between)


# ---- other weeks, and public holidays ------------------------------------------------------------


ISRAEL, GERMANY = Calendar("60123", "IL"), Calendar(country="DE")


@pytest.mark.parametrize(
    ("calendar", "begins", "days", "ends"),
    [
        # Sunday is a working day, Friday and Saturday are off (standupbot#75).
        (Calendar("60123"), "2026-11-26 10:00", 1, "2026-11-29 10:00"),
        (Calendar("60123"), "2026-11-27 15:00", 1, "2026-11-30 09:00"),
        (Calendar("012345"), "2026-11-27 10:00", 1, "2026-11-28 10:00"),
        # Christmas: 25 and 26 December are holidays in Germany, the 24th is not.
        (GERMANY, "2026-12-23 10:00", 2, "2026-12-28 10:00"),
        (GERMANY, "2026-12-25 10:00", 1, "2026-12-29 09:00"),
        (Calendar(country="GB-SCT"), "2026-12-31 10:00", 1, "2027-01-05 10:00"),
        (Calendar(country="GB-ENG"), "2026-12-31 10:00", 1, "2027-01-04 10:00"),
        # Yom Kippur, a Monday.
        (ISRAEL, "2026-09-20 10:00", 1, "2026-09-22 10:00"),
    ],
)
def test_a_window_ends_by_its_own_calendar(
    calendar: Calendar, begins: str, days: int, ends: str
) -> None:
    start = datetime.fromisoformat(begins).replace(tzinfo=UTC)
    end = end_of_window(start, days, "UTC", calendar)
    assert f"{end:%Y-%m-%d %H:%M}" == ends


def test_mornings_and_half_way_leave_out_holidays() -> None:
    eve = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert next_morning(eve, "UTC", GERMANY) == datetime(2026, 12, 28, 9, 30, tzinfo=UTC)
    end = datetime(2026, 12, 29, 12, tzinfo=UTC)
    assert half_way(eve, end, "UTC", GERMANY).date() in (date(2026, 12, 28), date(2026, 12, 29))


def test_the_days_off_that_surprise() -> None:
    december = date(2026, 12, 21), date(2027, 1, 3)
    assert USUAL.unusual_days_off(*december) == []
    assert GERMANY.unusual_days_off(*december) == [date(2026, 12, 25), date(2027, 1, 1)]
    week = date(2026, 11, 22), date(2026, 11, 28)
    assert Calendar("60123").unusual_days_off(*week) == [date(2026, 11, 27)]


@pytest.mark.parametrize(
    ("typed", "code", "name"),
    [
        ("DE", "DE", "Germany"),
        ("deu", "DE", "Germany"),
        ("Germany", "DE", "Germany"),
        ("united kingdom", "GB", "United Kingdom"),
        ("gb-sct", "GB-SCT", "United Kingdom (Scotland)"),
        ("US - CA", "US-CA", "United States (California)"),
        ("UK", "GB", "United Kingdom"),
        ("Scotland", "GB-SCT", "United Kingdom (Scotland)"),
        ("U.S.A.", "US", "United States"),
        ("Atlantis", None, ""),
        ("DE-XX", None, ""),
    ],
)
def test_countries_are_found_by_name_and_code(typed: str, code: str | None, name: str) -> None:
    assert country_called(typed) == code
    assert code is None or country_name(code) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("GB-SCT", "the United Kingdom (Scotland)"),
        ("US", "the United States"),
        ("NL", "the Netherlands"),
        ("PH", "the Philippines"),
        ("CZ", "Czechia"),
        ("MH", "the Marshall Islands"),
        ("DO", "the Dominican Republic"),
        ("DE-BY", "Germany (Bayern)"),
    ],
)
def test_countries_have_their_article_after_of(code: str, name: str) -> None:
    assert country_after_of(code) == name
