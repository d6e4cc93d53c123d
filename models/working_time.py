"""Working days, mornings and windows.

A channel's calendar says which days count. Times of day are in someone's time zone. All moments are
aware UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# When people are reminded (docs/reference/behaviour.md, Time), and when a working day begins for
# what arrives on a day off.
MORNING = time(9, 30)
OPENING = time(9)


# Working weeks, by their days as `date.weekday` counts them, from Monday (0).
MONDAY_TO_FRIDAY = "01234"
WEEKS = {
    MONDAY_TO_FRIDAY: "Monday to Friday",
    "60123": "Sunday to Thursday",
    "012345": "Monday to Saturday",
    "601234": "Sunday to Friday",
    "56012": "Saturday to Wednesday",
    "0123": "Monday to Thursday",
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of a channel: a week of `WEEKS`, without the public holidays of a country.

    `country` is a code such as DE or GB-SCT; empty if no holidays count.
    """

    week: str = MONDAY_TO_FRIDAY
    country: str = ""

    def is_day_off(self, day: date) -> bool:
        return str(day.weekday()) not in self.week or day in _holidays(self.country, day.year)

    def next_working_day(self, day: date) -> date:
        """Return the first working day after this day."""
        day += timedelta(days=1)
        while self.is_day_off(day):
            day += timedelta(days=1)
        return day

    def unusual_days_off(self, first: date, last: date) -> list[date]:
        """Return the days off from `first` to `last` that are not Saturday or Sunday."""
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5 and self.is_day_off(day)]

    def working_days_between(self, earlier: date, later: date) -> int:
        """Return how many working days `later` is after `earlier`; negative if it is before."""
        if later < earlier:
            return -self.working_days_between(later, earlier)
        days = (earlier + timedelta(days=ahead) for ahead in range(1, (later - earlier).days + 1))
        return sum(not self.is_day_off(day) for day in days)


USUAL = Calendar()


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    # Imported here, because that takes a third of a second, and most channels have no holidays.
    from holidays import country_holidays

    code, _, subdivision = country.partition("-")
    return frozenset(country_holidays(code, subdiv=subdivision or None, years=year))


# Usual names of countries, and of parts of one, that are no codes.
OTHER_NAMES = {
    "uk": "gb",
    "greatbritain": "gb",
    "britain": "gb",
    "england": "gb-eng",
    "scotland": "gb-sct",
    "wales": "gb-wls",
    "northernireland": "gb-nir",
    "america": "us",
    "unitedstatesofamerica": "us",
    "holland": "nl",
}


def country_called(text: str) -> str | None:
    """Return the country's code, such as DE or GB-SCT; None if no country has this name.

    `text` is a code (DE, DEU, GB-SCT), the English name, or one of `OTHER_NAMES`.
    """
    from holidays import country_holidays

    typed = "".join(text.split()).casefold().replace(".", "")
    name, _, subdivision = OTHER_NAMES.get(typed, typed).partition("-")
    code = next((names[1] for names in _countries() if name in map(str.casefold, names)), None)
    if code is None:
        return None
    try:
        country_holidays(code, subdiv=subdivision.upper() or None)
    except NotImplementedError:
        return None
    return f"{code}-{subdivision.upper()}" if subdivision else code


def country_name(country: str) -> str:
    """Return the name of the country with this code, such as `United Kingdom (Scotland)`."""
    code, _, subdivision = country.partition("-")
    joined = next((names[0] for names in _countries() if names[1] == code), code)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", joined)
    return f"{name} ({_part_name(code, subdivision)})" if subdivision else name


# Countries before whose name English has "the", beside those that THE_COUNTRY matches.
WITH_ARTICLE = {"BS", "CD", "GM", "KM", "MV", "NL", "PH"}
THE_COUNTRY = re.compile(r"^United |^Isle Of | (Islands|Republic|Territories|Territory)$")


def country_after_of(country: str) -> str:
    """Return the name as it follows "of": `Germany`, `the United Kingdom (Scotland)`."""
    code, name = country.partition("-")[0], country_name(country)
    bare = country_name(code)
    return f"the {name}" if code in WITH_ARTICLE or THE_COUNTRY.search(bare) else name


def _part_name(code: str, subdivision: str) -> str:
    """Return the library's first name of this part of a country; its code if there is none."""
    import holidays

    aliases = holidays.country_holidays(code).get_subdivision_aliases()
    return next(iter(aliases.get(subdivision, [])), subdivision)


def _countries() -> Iterable[tuple[str, ...]]:
    """Return, for each country, its name, its code of two letters and its code of three letters."""
    from holidays.registry import COUNTRIES

    return [names[:3] for names in COUNTRIES.values()]


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Return True if this machine knows the zone. Slack may name a zone that the machine lacks."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def zone_named(name: str) -> ZoneInfo:
    """Return this time zone; UTC if this machine does not know it."""
    return ZoneInfo(name if is_zone(name) else "UTC")


def local_day(at: datetime, time_zone: str) -> date:
    """Return the calendar day at this moment in this zone."""
    return at.astimezone(zone_named(time_zone)).date()


def moment(day: date, clock: time, time_zone: str) -> datetime:
    """Return this time of day in this zone as UTC.

    An hour that the clocks skip is read as the one after it.
    """
    return datetime.combine(day, clock, zone_named(time_zone)).astimezone(UTC)


def end_of_window(
    start: datetime, working_days: int, time_zone: str, calendar: Calendar = USUAL
) -> datetime:
    """Return when a window of this many working days ends, in UTC.

    It ends at the same local time of day as it began. A window that begins on a day off counts from
    09:00 of the next working day.
    """
    local = start.astimezone(zone_named(time_zone))
    day, clock = local.date(), local.time()
    if calendar.is_day_off(day):
        day, clock = calendar.next_working_day(day), OPENING
    for _ in range(working_days):
        day = calendar.next_working_day(day)
    return moment(day, clock, time_zone)


def half_way(
    start: datetime, end: datetime, time_zone: str, calendar: Calendar = USUAL
) -> datetime:
    """Return the working morning nearest to the middle of a window.

    Mornings in the first quarter of the window do not count. If there is no other, return the
    middle itself.
    """
    middle, early = start + (end - start) / 2, start + (end - start) / 4
    mornings = []
    day = local_day(start, time_zone)
    while (morning := moment(day, MORNING, time_zone)) < end:
        if morning >= early and not calendar.is_day_off(day):
            mornings.append(morning)
        day += timedelta(days=1)
    return min(mornings, key=lambda morning: abs(morning - middle), default=middle)


def next_weekly(after: datetime, weekday: int, hour: int, time_zone: str) -> tuple[date, datetime]:
    """Return the next time that this weekday and hour come: the local day, and the moment in UTC.

    If the clocks skip the hour, the hour after it counts. If the hour comes twice, the first one
    counts.
    """
    day = local_day(after, time_zone)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while moment(day, time(hour), time_zone) <= after:
        day += timedelta(days=7)
    return day, moment(day, time(hour), time_zone)


def next_morning(after: datetime, time_zone: str, calendar: Calendar = USUAL) -> datetime:
    """Return the first working morning (09:30) after this moment, in UTC."""
    day = local_day(after, time_zone)
    while calendar.is_day_off(day) or moment(day, MORNING, time_zone) <= after:
        day += timedelta(days=1)
    return moment(day, MORNING, time_zone)
