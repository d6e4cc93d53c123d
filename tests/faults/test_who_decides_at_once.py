"""Races of two acts on two replicas, after which the facts of who decides still agree.

In each pair, the first transaction is held just before its commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from handlers.answers import OpenForm, UpdateForm
from handlers.rights.table import field_of, value_of
from handlers.ui.forms import metadata
from models.refusals.absence import DelegateIsAway
from models.refusals.refused import FieldsInvalid
from models.rules import DEFAULT_RIGHTS, Decider, Kind, Right, Standing
from support.databases import Kept
from support.held_transactions import HeldTransactions, Work
from support.route_runner import ALICE, BOB, CHANNEL, DORA, ERIN, NINA, SAM, Pick, Who

UNTIL = date(2026, 12, 1)


@pytest.fixture
def two(postgres_kept: Kept) -> Iterator[HeldTransactions]:
    """Set a channel up: Alice is product owner, Bob project manager, Sam sponsor."""
    two = HeldTransactions(postgres_kept.empty())
    people = {"product_owner": Who(ALICE), "project_manager": Who(BOB), "sponsor": Who(SAM)}
    two.acts(sets_up(two, ALICE, 0, **people))
    yield two
    two.close()


def sets_up(two: HeldTransactions, who: str, version: int, **fields: object) -> Work:
    usual = {"time_zone": Pick("Europe/London"), "working_week": Pick("01234"), "impact_days": 2}
    fields = {**usual, "reason": "So be it", **fields}
    return two.form(who, "rights.setup", metadata(channel=CHANNEL, version=version), **fields)


def raises(
    two: HeldTransactions, title: str = "Wish", who: str = ERIN, remember: str = "", **more: object
) -> Work:
    """Return the submission of a new tradeoff, or of the form that remembers this."""
    fields = {"title": title, "kind": Pick("requirements"), "why_now": "Because"}
    fields |= {"option1_name": "Yes", "option2_name": "No"} | more
    remember = remember or metadata(channel=CHANNEL, offered=True)
    return two.form(who, "tradeoff.raise", remember, **fields)


def promises(two: HeldTransactions, name: str) -> Work:
    fields = {"name": name, "promised_to": "Partners", "promised_on": date(2026, 12, 12)}
    return two.form(ALICE, "commitments.add", metadata(channel=CHANNEL), **fields, scope="")


def leaves(two: HeldTransactions, who: str, to: str, until: date = UNTIL) -> Work:
    return two.form(who, "delegation.leave", "", delegate=Who(to), until=until, both=True)


def seats(two: HeldTransactions) -> list[tuple[str | None, ...]]:
    return two.rows("SELECT holder, holder_for FROM decision ORDER BY number")


def away(two: HeldTransactions) -> list[tuple[str, ...]]:
    return two.rows("SELECT person, delegate FROM absence WHERE ended_at IS NULL ORDER BY person")


def approves(two: HeldTransactions, number: int, **more: object) -> Work:
    opened = two.acts(two.click(ALICE, "decide.approve", number)).answer
    assert isinstance(opened, OpenForm), opened
    fields = {"option": Pick("1"), "reason": "It pays"} | more
    return two.form(ALICE, "decide.approve", opened.view["private_metadata"], **fields)


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
    first = sets_up(two, ALICE, 1, **people, impact_days=3)
    _, second = two.at_once(first, sets_up(two, SAM, 1, **people, impact_days=4))
    assert "v2" in str(second.answer)
    assert second.collisions == 0
    assert two.rows("SELECT max(number) FROM rights_version") == [(2,)]


# ---- what only displays, and what supersedes -----------------------------------------------------


def promise_and_move(two: HeldTransactions) -> None:
    """Promise Beta; #1 moves it; #2 is to take the place of #1 and move it again.

    Here the product owner alone may move commitments.
    """
    table = dict(DEFAULT_RIGHTS) | {Kind.COMMITMENT: Right(Decider.PRODUCT_OWNER, False)}
    rows = {field_of(kind): Pick(value_of(right)) for kind, right in table.items()}
    remember = metadata(channel=CHANNEL, version=1)
    form = two.form(ALICE, "rights.table", remember, **rows, confirms=Pick("yes"), reason="Small")
    two.acts(form)
    two.acts(two.click(BOB, "rights.confirm", f"1:1:{int(two.now.timestamp())}"))
    two.acts(promises(two, "Beta"))
    effect = {"commitment": Pick("1"), "move_to": date(2026, 12, 14)}
    two.acts(raises(two, "First", **effect))
    two.acts(approves(two, 1, moves=Pick("yes")))
    effect = {"commitment": Pick("1"), "move_to": date(2026, 12, 20)}
    remember = metadata(channel=CHANNEL, supersedes=1)
    two.acts(raises(two, "Second", ALICE, remember, **effect))


@pytest.mark.parametrize("action", ["records.open", "second_thoughts.reopen"])
def test_whoever_only_looks_waits_for_nobody(two: HeldTransactions, action: str) -> None:
    promise_and_move(two)
    _, looked = two.at_once(approves(two, 2, moves=Pick("yes")), two.click(ALICE, action, 1))
    assert isinstance(looked.answer, OpenForm)
    assert not looked.waited


def test_two_acts_on_a_superseded_decision_do_not_collide(
    two: HeldTransactions,
) -> None:
    """The second act waits: the decisions and their commitment are locked in one order."""
    promise_and_move(two)
    reopens = two.form(
        ALICE, "second_thoughts.reopen", metadata(decision=1), reason="Once more", due_on=None
    )
    first, second = two.at_once(approves(two, 2, moves=Pick("yes")), reopens)
    assert (first.collisions, second.collisions) == (0, 0)
    assert second.waited


def closes(two: HeldTransactions, commitment: int) -> Work:
    remember = metadata(commitment=commitment)
    fields = {"how": Pick("withdrawn"), "reason": "The partners left"}
    return two.form(ALICE, "commitments.close", remember, **fields)


def test_nothing_that_is_raised_moves_a_commitment_that_is_being_closed(
    two: HeldTransactions,
) -> None:
    promise_and_move(two)
    effect = {"commitment": Pick("1"), "move_to": date(2026, 12, 18)}
    _, raised = two.at_once(closes(two, 1), raises(two, "Third", **effect))
    assert raised.waited
    assert isinstance(raised.answer, FieldsInvalid), raised.answer
    assert two.rows("SELECT max(number) FROM decision") == [(2,)]


def test_no_edit_moves_a_commitment_that_is_being_closed(two: HeldTransactions) -> None:
    """Its decision names another commitment until now."""
    promise_and_move(two)
    two.acts(promises(two, "Gamma"))
    effect = {"commitment": Pick("2"), "move_to": date(2026, 12, 18)}
    remember = metadata(channel=CHANNEL, edit=2, number=2, kind="requirements")
    _, edited = two.at_once(closes(two, 2), raises(two, "Second", ALICE, remember, **effect))
    assert edited.waited
    assert isinstance(edited.answer, FieldsInvalid), edited.answer
    assert two.rows("SELECT commitment_id FROM decision WHERE number = 2") == [(1,)]
