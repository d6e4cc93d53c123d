"""Moves of an older decision that a newer one takes back, and what people read of them."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from bot.demo.slack.workspace import Channel
from models.rules import State
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.replacements import (
    AS_PROMISED,
    MOVED,
    PLAIN,
    both_move,
    moves_beta,
    promise_of_beta,
    replaces,
    replaces_what_bob_decided,
    signs,
    takes_the_place,
)
from support.story_helpers import files, promised, until


def test_an_undo_puts_back_only_the_move_that_was_reversed_by_what_is_undone(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """#2 has taken Beta back, and #1 holds again without its move. #3 then changes nothing."""
    old = moves_beta(alice, bob)
    newer = takes_the_place(alice, bob, old)
    alice.reopens(newer)
    alice.rejects(newer)
    assert harness.decision(1).state is State.DECIDED
    assert "That move was taken back since, and is not in force." in harness.text(old)
    harness.later(minutes=6)
    newest = replaces(alice, bob, old)
    alice.approves_move(newest, moves="no")
    signs(bob, newest)
    assert harness.decision(1).state is State.SUPERSEDED
    bob.undoes()
    assert harness.decision(1).state is State.DECIDED
    assert promised(harness)[0] == AS_PROMISED


def test_who_signs_a_replacement_reads_that_it_takes_the_older_move_back(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces(alice, bob, moves_beta(alice, bob), **PLAIN)
    assert "moving Beta needs both" in harness.text(newer)
    assert "if approved, Beta 17 Dec → 12 Dec (-5 days)" in harness.text(newer)
    alice.approves(newer)
    bob.presses(newer, "Approve")
    assert "*Beta*: Thu 17 Dec 2026 → *Sat 12 Dec 2026*, if approved" in bob.form_words()
    assert bob.submits(reason="Agreed") == {}
    told = harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "The move of Beta by #1 is taken back: 17 Dec → 12 Dec (-5 days)." in told


def test_a_replacement_without_a_move_does_not_say_that_the_commitment_stays(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The form must not say "Leave it at 17 Dec" when Beta goes back to 12 December."""
    newer = replaces(alice, bob, moves_beta(alice, bob), move_to="2026-12-22")
    alice.approves_move(newer, moves="Take it back to 12 Dec")
    bob.presses(newer, "Approve")
    assert "*Beta*: goes back, 17 Dec → 12 Dec (-5 days)." in bob.form_words()
    assert bob.submits(reason="Agreed") == {}
    assert promised(harness)[0] == AS_PROMISED


def test_a_replacement_does_not_say_that_the_scope_stays(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    old = alice.raises_move("Guest checkout", scope="No guests")
    bob.states_impact(old)
    alice.approves_move(old)
    signs(bob, old)
    newer = replaces(alice, bob, old, move_to="2026-12-20", scope="No gifts")
    assert "if approved, Beta: without the change of scope by #1" in harness.text(newer)
    alice.presses(newer, "Approve")
    assert "its scope will again be what it was" not in alice.form_words()
    assert "the earlier change of its scope is taken back, if approved" in alice.form_words()
    alice.approves_move(newer, moves="Leave it at 12 Dec, with the scope as it was before")
    bob.presses(newer, "Approve")
    assert "*Beta*: its scope will again be what it was." in bob.form_words()


def test_a_replacement_says_that_it_takes_date_and_scope_back(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    old = alice.raises_move("Guest checkout", to="2026-12-17", scope="No guests")
    alice.approves_move(old)
    newer = alice.supersedes(old, "Members only", **PLAIN)
    alice.approves(newer)
    back = "The move and the change of scope of Beta by #1 are taken back: 17 Dec → 12 Dec"
    assert back in harness.text(newer)
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer)
    again = "The move and the change of scope of Beta by #1 hold again: 12 Dec → 17 Dec"
    assert again in harness.text(newer)


def test_another_replacement_shows_that_there_is_no_move_left_to_take_back(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    old = moves_beta(alice, bob)
    first, second = (replaces(alice, bob, old, **PLAIN) for _ in range(2))
    assert "if approved, Beta 17 Dec → 12 Dec" in harness.text(second)
    alice.approves(first)
    signs(bob, first)
    assert "if approved" not in harness.text(second)


def test_a_replacement_can_keep_the_date_of_the_older_move(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces(alice, bob, moves_beta(alice, bob))
    alice.approves_move(newer, moves="Leave it at 17 Dec")
    signs(bob, newer)
    assert promised(harness)[0] == MOVED
    assert harness.decision(1).state is State.SUPERSEDED


@pytest.mark.both_databases
def test_an_undone_rejection_does_not_leave_the_older_decision_in_force(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    old = alice.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "No guest checkout")
    alice.approves(newer)
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer)
    assert harness.decision(1).state is State.DECIDED
    alice.undoes()
    assert harness.decision(2).state is State.AWAITING_DECISION
    assert harness.decision(1).state is State.SUPERSEDED
    assert harness.decision(1).superseded_by == 2


def test_an_undone_rejection_takes_the_older_move_back_again(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    alice.moves_alone(checkout)
    old = alice.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(old)
    alice.presses(old, "Supersede")
    assert alice.submits(title="As it was", why_now="I said so", **PLAIN) == {}
    newer = alice.card(checkout)
    alice.approves(newer)
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer)
    assert promised(harness)[0] == MOVED
    alice.undoes()
    assert promised(harness)[0] == AS_PROMISED
    alice.rejects(newer)
    assert promised(harness)[0] == MOVED


@pytest.mark.parametrize("how", ["rejects", "defers"])
def test_an_outcome_that_restores_an_older_move_of_the_same_commitment_is_undone(
    harness: Harness, alice: Actor, checkout: Channel, how: str
) -> None:
    """The undo was refused: #1 was said to have moved Beta since, though #2 had moved it back."""
    alice.promises("Beta")
    alice.moves_alone(checkout)
    old = alice.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(old)
    newer = alice.supersedes(old, "Wallets", move_to="2026-12-22")
    alice.approves_move(newer)
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer) if how == "rejects" else alice.defers(newer, "2026-11-30")
    assert promised(harness)[0] == MOVED
    alice.undoes()
    assert promised(harness)[0] == date(2026, 12, 22)
    assert harness.decision(1).superseded_by == 2
    assert harness.decision(2).state is State.AWAITING_DECISION


def test_an_undo_moves_no_commitment_that_has_moved_since(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Both signed 22 December; if Bob alone could undo the older move, Beta would move again."""
    moves_beta(alice, bob)
    both_move(alice, bob, "Wallets", to="2026-12-22")
    (older,) = [message for message in bob.dm() if "You can take this back" in message.text][:1]
    bob.presses(older, "Undo")
    assert "#2 has moved Beta since." in bob.was_told()
    assert promised(harness)[0] == date(2026, 12, 22)


def test_an_undo_is_not_refused_for_a_move_that_was_undone_itself(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob undoes what he signed last, and then what he signed before that."""
    moves_beta(alice, bob)
    both_move(alice, bob, "Wallets", to="2026-12-22")
    bob.undoes()
    assert promised(harness)[0] == MOVED
    bob.undoes()
    assert harness.decision(1).state is State.AWAITING_DECISION
    assert promised(harness)[0] == AS_PROMISED


def test_a_move_to_and_fro_is_not_said_to_be_taken_back(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """#1 moves Beta by five days, #2 by five more; reopened, #1 moves it to its own date again."""
    card = moves_beta(alice, bob)
    both_move(alice, bob, "Wallets", to="2026-12-22")
    harness.later(minutes=6)
    alice.reopens(card)
    alice.approves_move(card)
    signs(bob, card)
    assert promised(harness) == (MOVED, [(1, 5, False), (2, 5, False), (1, -5, False)])
    assert "22 Dec → 17 Dec" in harness.text(card)
    assert "taken back" not in harness.text(card)


def test_a_replacement_follows_the_older_decision_while_that_is_open_again(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    old = moves_beta(alice, bob)
    newer = replaces(alice, bob, old, **PLAIN)
    alice.reopens(old)
    assert "if approved" not in harness.text(newer)
    alice.approves_move(old, moves="Leave it at 17 Dec")
    signs(bob, old)
    assert "if approved, Beta 17 Dec → 12 Dec (-5 days)" in harness.text(newer)


def test_an_older_move_that_moved_on_while_the_form_is_open_is_shown_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice's form says 12 December; after #3, her approval would make it the 17th."""
    alice.promises("Beta")
    alice.moves_alone(checkout)
    old = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(old)
    alice.presses(old, "Supersede")
    assert alice.submits(title="As it was", why_now="I said so", **PLAIN) == {}
    newer = alice.card(checkout)
    other = erin.raises_move("Wallets", to="2026-12-22")
    phone = Actor(harness, alice.member)
    phone.presses(newer, "Approve")
    open_form = phone.form
    alice.approves_move(other)
    assert "if approved, Beta 22 Dec → 17 Dec (-5 days)" in harness.text(newer)
    harness.workspace._stacks[alice.id] = [open_form]
    assert phone.submits(option="A. Add it now", reason="As promised") == {}
    assert "the move of #1 that an approval takes back changed" in phone.form_words()
    assert "*Thu 17 Dec 2026*, if approved" in phone.form_words()
    assert promised(harness)[0] == date(2026, 12, 22)


@pytest.mark.both_databases
def test_what_the_sponsor_has_replaced_is_not_replaced_by_one_role(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam put Alice's question in the place of Bob's decision, because nobody decided in time."""
    newer = replaces_what_bob_decided(alice, bob, checkout)
    alice.presses(newer, "Edit")
    assert alice.submits(due_on="2026-11-24") == {}
    bob.states_impact(newer)
    until(harness, 2, month=12)
    sam.approves_move(newer, moves="no")
    assert harness.decision(1).state is State.SUPERSEDED
    alice.presses(newer, "Supersede")
    errors = alice.submits(title="Mine alone", why_now="I said so", **PLAIN)
    assert "#2 was the call of the product owner and project manager." in errors["Kind"]


def test_what_replaces_a_replacement_is_decided_also_if_each_has_moved_another_commitment(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The transaction locked Beta's commitment out of order, so nobody could decide #3."""
    old = moves_beta(alice, bob)
    alice.promises("Gamma")
    newer = replaces(alice, bob, old, commitment="Gamma", move_to="2026-12-20")
    alice.approves_move(newer)
    signs(bob, newer)
    newest = replaces(alice, bob, newer, **PLAIN)
    alice.approves(newest)
    signs(bob, newest)
    assert harness.decision(2).state is State.SUPERSEDED
    bob.undoes()
    assert harness.decision(2).state is State.DECIDED
    alice.presses(newest, "Withdraw")
    assert alice.submits(reason="It may stay") == {}
    assert harness.decision(3).state is State.WITHDRAWN


def test_an_undone_rejection_leaves_the_signatures_of_a_replacement_as_they_were(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Both signed that #2 replaces #1. Alice reopens #2, and cannot decide it alone."""
    newer = takes_the_place(alice, bob, moves_beta(alice, bob))
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer)
    alice.undoes()
    assert harness.decision(1).state is State.SUPERSEDED
    alice.approves(newer, option="B. Leave it")
    assert harness.decision(2).state is State.AWAITING_SIGNATURE


def test_a_replacement_stays_everybodys_when_the_commitment_is_closed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Both moved Beta in #1, which #2 replaces. Beta is met, but Alice cannot decide #2 alone."""
    newer = takes_the_place(alice, bob, moves_beta(alice, bob))
    alice.closes_commitment(promise_of_beta(checkout, alice), "Met", "Shipped")
    alice.reopens(newer)
    alice.presses(newer, "Approve")
    alice.submits(option="B. Leave it", reason="I said so")
    told = alice.was_told() + alice.form_words()
    assert "is now the call of the product owner and project manager" in told
    assert harness.decision(2).state is State.AWAITING_DECISION


@pytest.mark.parametrize("closed", ["before the rejection", "after it", "never"])
def test_a_move_that_is_gone_is_said_to_be_gone_also_once_the_commitment_is_closed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, closed: str
) -> None:
    """#2 has taken the move of #1 back. #1 holds again without it; Beta is due on 12 December."""
    old = moves_beta(alice, bob)
    newer = takes_the_place(alice, bob, old)
    alice.reopens(newer)
    promise = promise_of_beta(checkout, alice)
    if closed == "before the rejection":
        alice.closes_commitment(promise, "Met", "Shipped")
    alice.rejects(newer)
    if closed == "after it":
        alice.closes_commitment(promise, "Met", "Shipped")
    harness.later(minutes=6)
    assert promised(harness)[0] == AS_PROMISED
    assert harness.decision(1).state is State.DECIDED
    gone = "That move was taken back since, and is not in force."
    assert gone in harness.text(old)
    assert gone in alice.shows(1, checkout)
    assert gone in follow(harness, link(alice, checkout)).words
    assert gone in " ".join(alice.dm_text())
    alice.types("/tradeoff export markdown", checkout)
    harness.settle()
    with zipfile.ZipFile(io.BytesIO(files(alice)[-1].data or b"")) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist()]
    assert sum(gone in page for page in pages) == 1
