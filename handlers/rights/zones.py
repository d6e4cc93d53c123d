"""Time zones that the set-up form offers: those of people here first, then the others by region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from handlers.answers import Element
from handlers.ui import inputs
from models.working_time import is_zone

# Slack takes at most this many options in one group of a select.
MOST_IN_A_GROUP = 100


def zone_input(chosen: str, people: Iterable[str]) -> Element:
    """Build a select of time zones. The chosen zone and those in `people` come first."""
    nearest = [zone for zone in dict.fromkeys([chosen, *people]) if is_zone(zone)]
    groups = [("People here", nearest)] if nearest else []
    for region, zones in _regions():
        others = [zone for zone in zones if zone not in nearest]
        groups += [(region, others)] if others else []
    offered = [(label, [_option(zone) for zone in zones]) for label, zones in groups]
    initial = chosen if chosen in nearest else ""
    return inputs.grouped_select(offered, initial=initial, placeholder="Search for a city")


def _option(zone: str) -> dict[str, Any]:
    return inputs.choice(zone, zone.replace("_", " "))


@cache
def _regions() -> list[tuple[str, list[str]]]:
    """Return the zones of tzdata that belong to a place, by continent or ocean, then UTC."""
    table = files("tzdata.zoneinfo").joinpath("zone1970.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    zones = sorted(columns[2] for columns in lines)
    by_region = groupby(zones, key=lambda zone: zone.partition("/")[0])
    return [
        *(group for region, found in by_region for group in _cut(region, list(found))),
        ("Everywhere", ["UTC"]),
    ]


def _cut(region: str, zones: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the zones of a region in groups of up to MOST_IN_A_GROUP."""
    for at in range(0, len(zones), MOST_IN_A_GROUP):
        yield (f"{region}, continued" if at else region, zones[at : at + MOST_IN_A_GROUP])
