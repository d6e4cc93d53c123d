"""Days that people type: a text has one reading, two, or none."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from handlers.ui.typed_days import how_read, names_a_day, readings

MONDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (23, 27, 28, 29))
CHRISTMAS_EVE = date(2026, 12, 24)


@pytest.mark.parametrize(
    "typed",
    [
        "24 Dec",
        "Dec 24",
        "24th Dec",
        "the 24th of December",
        "December 24th, 2026",
        "24 dec 2026",
        "24/12",
        "12/24",
        "24.12.",
        "24.12.2026",
        "24-12-2026",
        "2026/12/24",
        "2026-12-24",
        "Thu 24 Dec",
        "Thursday, 24 December 2026",
        "24\u00a0Dec",
        "2026\u201312\u201324",
        "2026\u221212\u221224",
        "２０２６－１２－２４",
        "  24   DEC ",
    ],
)
def test_every_form_of_a_day_is_read(typed: str) -> None:
    assert readings(typed, MONDAY) == [CHRISTMAS_EVE]
    assert names_a_day(typed)


@pytest.mark.parametrize(
    ("typed", "today", "day"),
    [
        ("tomorrow", MONDAY, date(2026, 11, 24)),
        ("the day after tomorrow", MONDAY, date(2026, 11, 25)),
        ("Friday", MONDAY, FRIDAY),
        ("fri", FRIDAY, date(2026, 12, 4)),
        ("this Friday", MONDAY, FRIDAY),
        ("next Friday", FRIDAY, date(2026, 12, 4)),
        ("next Friday", SATURDAY, date(2026, 12, 4)),
        ("next Monday", date(2026, 11, 25), date(2026, 11, 30)),
        ("in 2 weeks", MONDAY, date(2026, 12, 7)),
        ("two weeks", MONDAY, date(2026, 12, 7)),
        ("in a month", MONDAY, date(2026, 12, 23)),
        ("10 days", MONDAY, date(2026, 12, 3)),
        ("24 Dec 2027", MONDAY, date(2027, 12, 24)),
        ("5 Jan", MONDAY, date(2027, 1, 5)),
        ("24 Dec", CHRISTMAS_EVE, date(2027, 12, 24)),
        ("29 Feb", date(2027, 12, 1), date(2028, 2, 29)),
        ("5/5", MONDAY, date(2027, 5, 5)),
    ],
)
def test_days_to_come_are_read(typed: str, today: date, day: date) -> None:
    assert readings(typed, today) == [day]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1 Nov", date(2026, 11, 1)),
        ("24 Dec", date(2025, 12, 24)),
        ("23 Nov", MONDAY),
        ("Friday", date(2026, 11, 20)),
        ("last Friday", date(2026, 11, 20)),
        ("30d", date(2026, 10, 24)),
        ("6w", date(2026, 10, 12)),
        ("2 weeks ago", date(2026, 11, 9)),
        ("yesterday", date(2026, 11, 22)),
        ("2026-11-01", date(2026, 11, 1)),
    ],
)
def test_days_gone_by_are_read(typed: str, day: date) -> None:
    assert readings(typed, MONDAY, past=True) == [day]


@pytest.mark.parametrize(
    ("typed", "today", "past", "days"),
    [
        ("5/6", MONDAY, False, [date(2027, 5, 6), date(2027, 6, 5)]),
        ("5.6.2027", MONDAY, False, [date(2027, 5, 6), date(2027, 6, 5)]),
        ("next Friday", MONDAY, False, [FRIDAY, date(2026, 12, 4)]),
        ("next Friday", SUNDAY, False, [date(2026, 12, 4), date(2026, 12, 11)]),
        ("last Monday", FRIDAY, True, [date(2026, 11, 16), MONDAY]),
        ("Friday", FRIDAY, True, [date(2026, 11, 20), FRIDAY]),
    ],
)
def test_an_ambiguous_text_has_two_readings(
    typed: str, today: date, past: bool, days: list[date]
) -> None:
    assert readings(typed, today, past=past) == days


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "24",
        "the 24th",
        "May",
        "10:30",
        "24 Dec 10:30",
        "24/12/26",
        "10/11/12",
        "32 Dec",
        "31/4",
        "30 Feb 2027",
        "29/2/2027",
        "Friday 24 Dec",
        "today 23 Nov",
        "3 marketing days",
        "24 Dec - 2 Jan",
        "Christmas",
        "next week",
        "9999 weeks ago",
        "24 Dec 0026",
        "٢٤ Dec",
    ],
)
def test_a_text_that_names_no_day_is_not_read(typed: str) -> None:
    assert readings(typed, MONDAY) == []


def test_how_it_was_read_is_said() -> None:
    assert how_read("24 Dec", [CHRISTMAS_EVE]) == "“24 Dec” is Thu 24 Dec 2026."
    assert how_read("<5/6", []) == "I cannot read a day in “&lt;5/6”."
    both = "“next Friday” can be Fri 27 Nov 2026 or Fri 4 Dec 2026."
    assert how_read("next Friday", readings("next Friday", MONDAY)) == both


def test_the_reader_is_loaded_only_when_a_day_is_typed() -> None:
    """dateparser takes a third of a second and 20 MB."""
    code = (
        "import sys, datetime, bot.app\n"
        "from handlers.ui.typed_days import readings\n"
        "before = 'dateparser' in sys.modules\n"
        "readings('24 Dec', datetime.date(2026, 11, 23))\n"
        "print(before, 'dateparser' in sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.split() == ["False", "True"]
