"""The digest's chart: names of commitments in many scripts, and with dollar signs."""

from __future__ import annotations

from datetime import date

import pytest

from bot.digest_chart.drawing import draw, drawable
from models.reads.trend import Line, Trend

DAYS = [date(2026, 11, 2), date(2026, 11, 9)]
DRAWN = {
    "dollars": "$^$ costs $5 & $6 \\frac",
    "Japanese": "決済を追加ベータ版",
    "Chinese": "测试发布 測試發布",
    "Korean": "한국어 출시",
    "Cyrillic and Greek": "Привет Βήτα",
    "emoji": "🚀🎉💳😀❤️👩‍👩‍👧",
}


def trend(name: str) -> Trend:
    line = Line(name=name, points=[(DAYS[0], date(2026, 12, 12), None)])
    return Trend(days=DAYS, decided=[1, 2], waiting=[0, 1], lines=[line])


@pytest.mark.parametrize("script", DRAWN)
def test_a_name_is_drawn_in_its_script(script: str) -> None:
    """A letter without a glyph is a warning, and a warning is an error."""
    assert drawable(DRAWN[script]) == DRAWN[script]
    assert draw(trend(DRAWN[script])) != draw(trend(""))


def test_what_no_font_draws_is_left_out() -> None:
    assert drawable("Beta กข") == "Beta"
    assert draw(trend("กข")) == draw(trend(""))
