"""Forms that reject, defer or withdraw what has moved a commitment say where that leaves it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness
from support.replacements import PLAIN
from support.story_helpers import promised


def _moves(alice: Actor, erin: Actor, title: str, to: str) -> Message:
    card = erin.raises_move(title, to=to)
    alice.approves_move(card)
    return card


def _replaced(alice: Actor, erin: Actor, checkout: Channel, **asked: object) -> Message:
    """Move Beta to the 17th, replace that, and reopen the replacement; return its card."""
    alice.promises("Beta")
    alice.moves_alone(checkout)
    old = _moves(alice, erin, "Guest checkout", "2026-12-17")
    alice.presses(old, "Supersede")
    assert alice.submits(title="Something else", why_now="I said so", **asked) == {}
    newer = alice.card(checkout)
    if "commitment" in asked:
        alice.approves(newer)
    else:
        alice.approves_move(newer)
    alice.harness.later(minutes=6)
    alice.reopens(newer)
    return newer


def _opens_and_another_moves_beta(alice: Actor, erin: Actor, card: Message, button: str) -> Actor:
    """Open this form, and move Beta to the 25th by another decision meanwhile."""
    phone = Actor(alice.harness, alice.member)
    other = erin.raises_move("Wallets", to="2026-12-25")
    phone.presses(card, button)
    form = phone.form
    alice.approves_move(other)
    alice.harness.workspace._stacks[alice.id] = [form]
    return phone


@pytest.mark.parametrize(("button", "more"), [("Reject", {}), ("Defer", {"until": "2026-12-01"})])
def test_whoever_takes_a_move_back_reads_that_the_date_moved_while_the_form_was_open(
    harness: Harness,
    alice: Actor,
    erin: Actor,
    checkout: Channel,
    button: str,
    more: dict[str, str],
) -> None:
    """The form says 12 December; after #2, Beta would go back to the 20th."""
    alice.promises("Beta")
    alice.moves_alone(checkout)
    card = _moves(alice, erin, "Guest checkout", "2026-12-17")
    harness.later(minutes=6)
    alice.reopens(card)
    phone = _opens_and_another_moves_beta(alice, erin, card, button)
    assert "17 Dec → 12 Dec (-5 days)" in phone.form_words()
    assert phone.submits(reason="Not now", **more) == {}
    assert "changed while your form was open" in phone.form_words()
    assert "25 Dec → 20 Dec (-5 days)" in phone.form_words()
    assert promised(harness)[0] == date(2026, 12, 25)
    assert phone.submits(**more) == {}
    assert promised(harness)[0] == date(2026, 12, 20)


@pytest.mark.parametrize("button", ["Reject", "Defer"])
def test_whoever_rejects_a_replacement_reads_the_date_on_which_the_commitment_ends(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, button: str
) -> None:
    """Its own move is taken back, and the older one holds again: Beta ends on the 17th."""
    newer = _replaced(alice, erin, checkout, move_to="2026-12-20")
    assert promised(harness)[0] == date(2026, 12, 20)
    alice.presses(newer, button)
    assert "20 Dec → 17 Dec (-3 days)" in alice.form_words()
    assert "12 Dec" not in alice.form_words()
    assert "the change of its date by #1" in alice.form_words()
    more = {"until": "2026-12-01"} if button == "Defer" else {}
    assert alice.submits(reason="Not now", **more) == {}
    assert promised(harness)[0] == date(2026, 12, 17)


@pytest.mark.parametrize("button", ["Reject", "Withdraw"])
def test_whoever_ends_a_replacement_without_a_move_reads_that_the_older_move_holds_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, button: str
) -> None:
    newer = _replaced(alice, erin, checkout, **PLAIN)
    alice.presses(newer, button)
    assert "*Beta*: 12 Dec → 17 Dec (+5 days); the change of its date by #1" in alice.form_words()
    assert alice.submits(reason="Not now") == {}
    assert promised(harness)[0] == date(2026, 12, 17)
    holds_again = "The move of Beta by #1 holds again: 12 Dec → 17 Dec (+5 days)."
    assert holds_again in harness.text(newer)
    assert holds_again in harness.text(harness.workspace.messages[checkout.id][-1])
