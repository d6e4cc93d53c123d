"""Two acts at once on one commitment, or on a decision and the one that it supersedes.

In each pair, the first transaction is held just before its commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from handlers.answers import OpenForm
from handlers.rights.table import field_of, value_of
from handlers.ui.forms import metadata
from models.refusals.refused import FieldsInvalid
from models.rules import DEFAULT_RIGHTS, Decider, Kind, Right
from support.databases import Kept
from support.held_acts import approves, closes, promises, raises, set_up
from support.held_transactions import HeldTransactions
from support.route_runner import ALICE, BOB, CHANNEL, Pick


@pytest.fixture
def two(postgres_kept: Kept) -> Iterator[HeldTransactions]:
    """Set a channel up: Alice is product owner, Bob project manager, Sam sponsor."""
    two = set_up(postgres_kept.empty())
    yield two
    two.close()


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
    """The decision names another commitment before the edit."""
    promise_and_move(two)
    two.acts(promises(two, "Gamma"))
    effect = {"commitment": Pick("2"), "move_to": date(2026, 12, 18)}
    remember = metadata(channel=CHANNEL, edit=2, number=2, kind="requirements")
    _, edited = two.at_once(closes(two, 2), raises(two, "Second", ALICE, remember, **effect))
    assert edited.waited
    assert isinstance(edited.answer, FieldsInvalid), edited.answer
    assert two.rows("SELECT commitment_id FROM decision WHERE number = 2") == [(1,)]
