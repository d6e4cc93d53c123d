"""Races of two acts on two replicas, after which the facts of who decides still agree.

In each pair, the first transaction is held just before its commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from handlers.answers import UpdateForm
from handlers.ui.forms import metadata
from models.refusals.absence import DelegateIsAway
from models.rules import Standing
from support.databases import Kept
from support.held_acts import raises, set_up, sets_up
from support.held_transactions import HeldTransactions, Work
from support.route_runner import ALICE, BOB, DORA, NINA, SAM, Pick, Who

UNTIL = date(2026, 12, 1)


@pytest.fixture
def two(postgres_kept: Kept) -> Iterator[HeldTransactions]:
    """Set a channel up: Alice is product owner, Bob project manager, Sam sponsor."""
    two = set_up(postgres_kept.empty())
    yield two
    two.close()


def leaves(two: HeldTransactions, who: str, to: str, until: date = UNTIL) -> Work:
    return two.form(who, "delegation.leave", "", delegate=Who(to), until=until, both=True)


def seats(two: HeldTransactions) -> list[tuple[str | None, ...]]:
    return two.rows("SELECT holder, holder_for FROM decision ORDER BY number")


def away(two: HeldTransactions) -> list[tuple[str, ...]]:
    return two.rows("SELECT person, delegate FROM absence WHERE ended_at IS NULL ORDER BY person")


def test_raised_while_its_holder_goes_on_leave(two: HeldTransactions) -> None:
    two.at_once(raises(two), leaves(two, ALICE, DORA))
    assert seats(two) == [(DORA, ALICE)]
    two.at_once(two.command(ALICE, "back"), raises(two, "Another"))
    assert seats(two) == [(ALICE, None), (ALICE, None)]


def test_raised_while_its_holder_leaves_slack(two: HeldTransactions) -> None:
    first = raises(two)
    _, left = two.at_once(first, two.slack_says(ALICE, Standing.DEACTIVATED))
    assert left.waited
    assert seats(two) == [(SAM, ALICE)]


def test_raised_on_a_replica_that_has_not_heard_of_a_departure(two: HeldTransactions) -> None:
    """A replica's cached answer about a person may be minutes old; the record is newer."""
    later = raises(two)
    two.at_once(two.slack_says(ALICE, Standing.DEACTIVATED), later)
    assert seats(two) == [(SAM, ALICE)]


def test_raised_while_the_seat_is_filled(two: HeldTransactions) -> None:
    two.acts(two.slack_says(ALICE, Standing.DEACTIVATED))
    people = {"product_owner": Who(NINA), "project_manager": Who(BOB), "sponsor": Who(SAM)}
    two.at_once(raises(two), sets_up(two, SAM, 1, **people))
    assert seats(two) == [(NINA, None)]


def test_one_leave_of_two_that_are_begun_at_once(two: HeldTransactions) -> None:
    first, second = two.at_once(
        leaves(two, ALICE, DORA), leaves(two, ALICE, NINA, date(2026, 12, 8))
    )
    assert isinstance(first.answer, UpdateForm)
    assert "away already" in str(second.answer)
    assert away(two) == [(ALICE, DORA)]
    two.acts(two.command(ALICE, "back"))
    assert away(two) == []


def test_a_leave_that_is_pressed_twice_at_once_is_one_and_says_so_twice(
    two: HeldTransactions,
) -> None:
    first, second = two.at_once(leaves(two, ALICE, DORA), leaves(two, ALICE, DORA))
    assert first.answer == second.answer
    assert away(two) == [(ALICE, DORA)]


def test_two_do_not_become_each_others_stand_ins(two: HeldTransactions) -> None:
    _, second = two.at_once(leaves(two, ALICE, BOB), leaves(two, BOB, ALICE))
    assert isinstance(second.answer, DelegateIsAway)
    assert away(two) == [(ALICE, BOB)]


def test_nobody_is_handed_a_decision_while_they_go_away(two: HeldTransactions) -> None:
    two.acts(raises(two))
    hands_over = two.form(
        ALICE, "delegation.delegate", metadata(decision=1), delegate=Who(BOB), both=True
    )
    two.at_once(leaves(two, BOB, NINA), hands_over)
    assert seats(two) == [(ALICE, None)]


def test_two_change_the_rights_at_once_and_the_second_is_told(two: HeldTransactions) -> None:
    people = {"product_owner": Who(ALICE), "project_manager": Who(BOB), "sponsor": Who(SAM)}
    first = sets_up(two, ALICE, 1, **people, time_zone=Pick("Asia/Tokyo"))
    _, second = two.at_once(first, sets_up(two, SAM, 1, **people, time_zone=Pick("Asia/Seoul")))
    assert "v2" in str(second.answer)
    assert second.collisions == 0
    assert two.rows("SELECT max(number) FROM rights_version") == [(2,)]
