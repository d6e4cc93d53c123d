"""Days of the demo's story, whatever the day on which it is started."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.demo.seed import script
from bot.demo.seed.play import moment_of, moved, working_day

SATURDAY = 5


@pytest.mark.parametrize("start", range(8), ids=lambda start: f"25 November + {start}")
def test_nobody_acts_or_promises_on_a_weekend(start: int) -> None:
    today = datetime(2026, 11, 25, 9, tzinfo=UTC) + timedelta(days=start)
    days = [moment_of(today, step).date() for step in script.STEPS]
    promised = [
        working_day(moment_of(today, step).date(), after=value)
        for step in script.STEPS
        for value in {**step.fields, **step.more}.values()
        if isinstance(value, timedelta)
    ]
    moves = [step.effect["moves"] for step in script.STEPS if "moves" in step.effect]
    assert len(promised) > 10
    assert len(moves) > 3
    days += promised + [moved(day, by) for day in promised for by in moves]
    assert [day for day in days if day.weekday() >= SATURDAY] == []


@pytest.mark.parametrize(
    ("working_days", "day"), [(1, 11), (2, 14), (5, 17), (-1, 9), (-4, 4), (0, 10)]
)
def test_a_commitment_moves_by_working_days(working_days: int, day: int) -> None:
    assert moved(date(2026, 12, 10), working_days) == date(2026, 12, day)
