"""Working days, mornings and windows, in someone's time zone.

Standard library only; all moments are aware UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# When people are reminded (docs/reference/behaviour.md, Time), and when a working day begins for
# what arrives on a weekend.
MORNING = time(9, 30)
OPENING = time(9)


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def next_working_day(day: date) -> date:
    """Return the first Monday to Friday after this day."""
    day += timedelta(days=1)
    while is_weekend(day):
        day += timedelta(days=1)
    return day


def working_days_between(earlier: date, later: date) -> int:
    """Return how many working days `later` is after `earlier`; negative if it is before."""
    if later < earlier:
        return -working_days_between(later, earlier)
    days = (earlier + timedelta(days=ahead) for ahead in range(1, (later - earlier).days + 1))
    return sum(not is_weekend(day) for day in days)


def local_day(at: datetime, time_zone: str) -> date:
    """Return the calendar day at this moment in this zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def moment(day: date, clock: time, time_zone: str) -> datetime:
    """Return this time of day in this zone as UTC.

    An hour that the clocks skip is read as the one after it.
    """
    return datetime.combine(day, clock, ZoneInfo(time_zone)).astimezone(UTC)


def end_of_window(start: datetime, working_days: int, time_zone: str) -> datetime:
    """Return when a window of so many working days (Monday to Friday) ends, in UTC.

    It ends at the same local time of day as it began. A window that begins on a weekend counts from
    Monday 09:00.
    """
    local = start.astimezone(ZoneInfo(time_zone))
    day, clock = local.date(), local.time()
    if is_weekend(day):
        day, clock = next_working_day(day), OPENING
    for _ in range(working_days):
        day = next_working_day(day)
    return moment(day, clock, time_zone)


def half_way(start: datetime, end: datetime, time_zone: str) -> datetime:
    """Return the working morning nearest to the middle of a window.

    If no working morning comes after the first quarter of the window, return the very middle.
    """
    middle, early = start + (end - start) / 2, start + (end - start) / 4
    mornings = []
    day = local_day(start, time_zone)
    while (morning := moment(day, MORNING, time_zone)) < end:
        if morning >= early and not is_weekend(day):
            mornings.append(morning)
        day += timedelta(days=1)
    return min(mornings, key=lambda morning: abs(morning - middle), default=middle)


def next_weekly(after: datetime, weekday: int, hour: int, time_zone: str) -> tuple[date, datetime]:
    """Return the first such weekday and hour after this moment: the local day, and the UTC moment.

    An hour that the clocks skip is read as the one after it; of one that comes twice, the first
    counts.
    """
    day = local_day(after, time_zone)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while moment(day, time(hour), time_zone) <= after:
        day += timedelta(days=7)
    return day, moment(day, time(hour), time_zone)


def next_morning(after: datetime, time_zone: str) -> datetime:
    """Return the first working morning (09:30) after this moment, in UTC."""
    day = local_day(after, time_zone)
    while is_weekend(day) or moment(day, MORNING, time_zone) <= after:
        day += timedelta(days=1)
    return moment(day, MORNING, time_zone)
