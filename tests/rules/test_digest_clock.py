"""Due time of the digest in the channel's zone, in ten years with all their changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.working_time import next_weekly

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
WEEKS = st.integers(0, 522)
START = datetime(2026, 1, 5, tzinfo=UTC)


def exists(local: datetime) -> bool:
    """Return True if clocks in its zone show this local time at all that day."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(
        tzinfo=None
    )


@given(
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    week=WEEKS,
    minutes=st.integers(0, 10_079),
)
def test_the_digest_is_due_next_on_its_day_and_hour(
    zone: str, weekday: int, hour: int, week: int, minutes: int
) -> None:
    after = START + timedelta(weeks=week, minutes=minutes)
    day, due_at = next_weekly(after, weekday, hour, zone)
    local = due_at.astimezone(ZoneInfo(zone))
    assert after < due_at <= after + timedelta(days=7, hours=2)
    assert day.weekday() == weekday
    wanted = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    if exists(wanted):
        assert (local.date(), local.hour, local.minute) == (day, hour, 0)
    else:
        assert (
            timedelta(0)
            < local.replace(tzinfo=None) - wanted.replace(tzinfo=None)
            <= timedelta(hours=1)
        )


@given(zone=st.sampled_from(ZONES), weekday=st.integers(0, 6), hour=st.integers(0, 23), week=WEEKS)
def test_each_week_has_one_digest(zone: str, weekday: int, hour: int, week: int) -> None:
    """Weeks in which the hour does not exist, or comes twice, are no exception."""
    first_day, first = next_weekly(START + timedelta(weeks=week), weekday, hour, zone)
    second_day, second = next_weekly(first, weekday, hour, zone)
    assert second_day - first_day == timedelta(days=7)
    assert (
        timedelta(days=7) - timedelta(hours=2)
        <= second - first
        <= timedelta(days=7) + timedelta(hours=2)
    )


def test_the_hour_that_is_skipped_and_the_hour_that_comes_twice() -> None:
    sunday = 6
    _, skipped = next_weekly(datetime(2026, 3, 27, tzinfo=UTC), sunday, 1, "Europe/London")
    assert skipped == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    _, twice = next_weekly(datetime(2026, 10, 23, tzinfo=UTC), sunday, 1, "Europe/London")
    assert twice == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    _, after_the_first = next_weekly(twice, sunday, 1, "Europe/London")
    assert after_the_first == datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
