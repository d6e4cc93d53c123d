"""Two people add commitments of one name at the same moment: one must choose another name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from handlers.ui.forms import metadata
from models.refusals.refused import FieldsInvalid
from support.databases import Kept
from support.held_transactions import HeldTransactions, Work
from support.route_runner import ALICE, BOB, CHANNEL, Pick, Who


@pytest.fixture
def two(postgres_kept: Kept) -> Iterator[HeldTransactions]:
    """Set a channel up: Alice is product owner, Bob project manager."""
    two = HeldTransactions(postgres_kept.empty())
    fields: dict[str, Any] = {
        "product_owner": Who(ALICE),
        "project_manager": Who(BOB),
        "impact_days": 2,
    }
    fields |= {"time_zone": Pick("Europe/London"), "working_week": Pick("01234")}
    remembered = metadata(channel=CHANNEL, version=0)
    two.acts(two.form(ALICE, "rights.setup", remembered, **fields))
    yield two
    two.close()


def test_the_second_is_asked_for_another_name(two: HeldTransactions) -> None:
    def adds(who: str, name: str) -> Work:
        fields: dict[str, Any] = {
            "name": name,
            "promised_on": date(2026, 12, 1),
            "promised_to": "The partners",
        }
        return two.form(who, "commitments.add", metadata(channel=CHANNEL), **fields)

    _, second = two.at_once(adds(ALICE, "Beta"), adds(BOB, "beta"))
    assert second.waited
    assert isinstance(second.answer, FieldsInvalid)
    assert two.rows("SELECT name FROM commitment") == [("Beta",)]
