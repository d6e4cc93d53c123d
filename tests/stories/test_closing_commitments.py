"""Stories of the end of a commitment: met, missed or withdrawn, with a reason.

Nothing moves a closed commitment.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel, Message
from handlers.ui.marks import value_of
from models.rules import State
from support.harness import Actor, Harness
from support.story_helpers import beta, digests, moves, outcome, rhythm, verified


def closes(
    person: Actor, promise: Message, how: str = "Met", because: str = "Shipped on the day"
) -> None:
    """Close a commitment from its ledger."""
    person.presses(promise, "Ledger")
    person.presses(person.form, "Mark met / missed / withdrawn")
    assert "has already marked" in person.submits_twice(how=how, reason=because)


def test_a_commitment_is_closed_with_a_reason(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta", "2026-11-23")
    harness.later(days=2)
    alice.types("/tradeoff commitments", checkout)
    listed = alice.member.sees(checkout)[-1]
    assert "Mon 23 Nov 2026 (2 days ago), as first promised." in harness.plain(listed)
    assert "The promised day, Mon 23 Nov 2026 (2 days ago), has passed." in erin.ledger(promise)
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    assert "Mark met" not in erin.ledger(promise)
    erin.presses_stale(promise, "commitments.close", value_of(beta(harness)))
    assert "Commitments are added and closed by @alice or @bob." in erin.was_told()
    assert beta(harness).is_open
    closes(bob, promise, because="Shipped on the day")
    assert "@bob marked it as met: Shipped on the day" in harness.plain(promise)
    assert "closed (met); nothing moves it any more." in harness.whole(card)
    assert "@bob marked it as met, 2026-11-25 10:00 UTC." in erin.ledger(promise)
    alice.types("/tradeoff commitments", checkout)
    listed = alice.member.sees(checkout)[-1]
    assert "No open commitment here; 1 is closed." in harness.whole(listed)
    assert "closed: met." in harness.whole(listed)
    alice.presses(card, "Approve")
    assert "moves" not in alice.form.values
    assert alice.submits(option="A. Add it now", reason="Pays") == {}
    assert moves(harness) == []


def test_closed_while_the_form_is_open(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.presses(card, "Approve")
    closes(bob, promise, how="Withdrawn", because="The partners left")
    assert alice.submits(option="A. Add it now", moves="yes", reason="Pays well") == {}
    assert "is closed (withdrawn), so nothing moves it any more" in alice.form_words()
    assert "Pays well" in alice.form_words()
    assert harness.decision().outcome is None


def test_no_card_asks_for_signatures_of_a_move_that_cannot_come_true(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    assert "moving Beta needs both" in harness.text(card)
    bob.presses(promise, "Ledger")
    bob.presses(bob.form, "Mark met / missed / withdrawn")
    assert "The channel reads it now, with your name" in bob.form_words()
    assert "Still open about it." in bob.form_words()
    assert "#1 Guest checkout" in bob.form_words()
    bob.submits(how="Missed", reason="Too late")
    assert "Beta is closed" in harness.text(card)
    assert "needs both" not in harness.text(card)


@pytest.mark.both_databases
def test_the_channel_reads_how_a_promise_ended(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """One reply to the commitment's message, also sent to the channel, and a line in one digest."""
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    alice.approves_move(erin.raises_move("Guest checkout", to="2026-12-17"))
    closes(bob, promise, how="Missed", because="The <!channel> bank said no")
    (told,) = [
        message
        for message in harness.workspace.messages[checkout.id]
        if "Beta: @bob marked it as missed" in harness.plain(message)
    ]
    assert told.thread_ts == promise.ts
    assert told in erin.member.sees(checkout)
    first = "Commitment Beta: @bob marked it as missed. It was promised to The partners for Thu"
    moved = "17 Dec 2026. First promised for Sat 12 Dec 2026; moved +5 days in all. Why: The"
    assert f"{first} {moved}" in harness.plain(told)
    assert "<!channel>" not in told.text
    assert "@alice" not in harness.text(told)
    assert "@bob marked it as missed" in erin.ledger(told)
    assert "The <!channel> bank said no" in erin.ledger(told)
    harness.later(days=7)
    (digest,) = digests(harness, checkout)
    line = "@bob marked *Beta* as missed; it was promised for Thu 17 Dec 2026."
    assert line in harness.text(digest)
    assert line in harness.plain(digest)
    harness.later(days=7)
    assert "marked *Beta*" not in harness.text(digests(harness, checkout)[-1])


def test_a_week_in_which_a_commitment_was_closed_is_not_quiet(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    closes(bob, alice.promises("Beta"))
    rhythm(alice, checkout, digest_when_empty="no")
    harness.later(days=7)
    (digest,) = digests(harness, checkout)
    assert "@bob marked *Beta* as met" in harness.text(digest)


def test_a_commitment_closed_between_two_signatures_cannot_move(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob signs a move of Beta, and closes Beta. Alice cannot sign the move any more.

    She is told who can edit the question.
    """
    promise = alice.promises("Beta")
    card = erin.raises_move("Move Beta", to="2026-12-17", kind="commitment")
    bob.states_impact(card)
    bob.approves_move(card)
    closes(bob, promise)
    alice.presses(card, "Approve")
    assert "closed (met); nothing moves it any more." in alice.form_words()
    assert alice.submits(reason="Agreed") == {}
    assert "@erin can edit it, and both sign again" in alice.form_words()
    assert harness.decision().outcome is None
    harness.run(erin.member.is_deactivated())
    harness.settle()
    harness.run(alice.member.closes())
    alice.presses(card, "Approve")
    assert alice.submits(reason="Agreed") == {}
    assert "nothing moves it any more. Reject this." in alice.form_words()


def test_a_closed_promise_stays_as_it_was_closed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    closes(bob, promise)
    alice.presses(card, "Reopen")
    assert alice.submits(reason="Looking back") == {}
    alice.rejects(card, because="Not again")
    assert moves(harness) == [(1, 5, False)]
    assert "Beta moves" not in outcome(harness, checkout)


@pytest.mark.parametrize("act", ["Withdraw", "Edit"])
def test_a_closed_promise_keeps_nobody_from_withdrawing_or_editing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, act: str
) -> None:
    """No decision takes back the move of a closed commitment, so nobody has to wait for one."""
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    closes(bob, promise)
    alice.undoes()
    erin.presses(card, act)
    typed = {"reason": "Never mind"} if act == "Withdraw" else {"title": "Guests may order"}
    assert erin.submits(**typed) == {}
    assert erin.form is None
    state = State.WITHDRAWN if act == "Withdraw" else State.AWAITING_DECISION
    assert harness.decision().state is state
    assert moves(harness) == [(1, 5, False)]
    verified(harness)
