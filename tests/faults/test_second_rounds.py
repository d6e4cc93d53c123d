"""Ways around a right in a later round: after a reopening, an undo, or a replacement.

Also sentences that such a round gets right.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel, Message
from models.rules import Decider, Role, State
from support.harness import Actor, Harness
from support.replacements import AS_PROMISED, MOVED, PLAIN, replaces_what_bob_decided
from support.story_helpers import promised, until


def replaces_what_moved_beta(alice: Actor, bob: Actor, checkout: Channel) -> Message:
    """Both move Beta in #1; Alice asks in #2 to replace #1, and names no commitment. Return #2."""
    alice.promises("Beta")
    card = alice.raises_move("Guest checkout", to="2026-12-17")
    bob.states_impact(card)
    alice.approves_move(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Agreed") == {}
    alice.presses(card, "Supersede")
    assert alice.submits(title="As it was", why_now="I said so", **PLAIN) == {}
    newer = alice.card(checkout)
    bob.states_impact(newer)
    return newer


def both_approve(alice: Actor, bob: Actor, card: Message) -> None:
    alice.approves(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Agreed") == {}


def test_a_reopened_replacement_is_not_rejected_to_move_a_commitment_again(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Both have taken back Beta's move, so Alice alone cannot enter it again."""
    newer = replaces_what_moved_beta(alice, bob, checkout)
    both_approve(alice, bob, newer)
    assert promised(harness)[0] == AS_PROMISED
    alice.reopens(newer)
    alice.rejects(newer)
    assert harness.decision(1).state is State.DECIDED
    assert promised(harness)[0] == AS_PROMISED


def test_a_reopened_replacement_that_is_edited_still_needs_both(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces_what_moved_beta(alice, bob, checkout)
    both_approve(alice, bob, newer)
    alice.reopens(newer)
    alice.presses(newer, "Edit")
    assert alice.submits(title="As it was, please") == {}
    assert harness.decision(2).move_decides is Decider.JOINT
    alice.presses(newer, "Withdraw")
    assert alice.submits(reason="Never mind") == {}
    assert promised(harness)[0] == AS_PROMISED


def test_after_an_undo_a_replacement_needs_both_again(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces_what_moved_beta(alice, bob, checkout)
    both_approve(alice, bob, newer)
    bob.undoes()
    assert promised(harness)[0] == MOVED
    assert harness.decision(2).move_decides is Decider.JOINT


def test_naming_a_commitment_gives_nobody_what_another_role_has_decided(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Risks are Bob's call; Alice reopens his, calls it a requirement, and names Beta."""
    alice.promises("Beta")
    card = alice.raises("Freeze in December", kind="risk")
    bob.approves(card, because="Too risky")
    alice.reopens(card)
    alice.presses(card, "Edit")
    alice.presses(alice.form, "It touches a commitment")
    errors = alice.submits(kind="requirements", commitment="Beta", move_to="2026-12-17")
    assert "#1 was the call of the project manager. Its new kind must be" in errors["Kind"]


def test_a_replacement_needs_in_each_round_those_who_decided_what_it_replaced(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces_what_bob_decided(alice, bob, checkout)
    alice.approves_move(newer, moves="Leave it at 12 Dec")
    bob.presses(newer, "Approve")
    assert bob.submits(reason="Agreed") == {}
    alice.reopens(newer)
    alice.approves_move(newer, moves="Leave it at 12 Dec")
    assert harness.decision(2).state is State.AWAITING_SIGNATURE


def test_an_undo_in_between_lets_nobody_withdraw_what_others_have_decided(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = alice.raises("Freeze in December", kind="risk")
    bob.approves(card, because="Too risky")
    alice.reopens(card)
    bob.approves(card, because="Still")
    bob.undoes()
    alice.presses(card, "Withdraw")
    assert alice.form is None
    assert "Ask @bob to reject it." in alice.was_told()


@pytest.mark.both_databases
def test_what_the_sponsor_has_moved_meanwhile_is_not_replaced_by_one(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """#1 moved nothing when Alice asked to replace it; then Sam decided that it moves Beta."""
    alice.promises("Beta")
    old = alice.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "No guest checkout")
    alice.reopens(old, due_on="2026-11-26")
    alice.presses(old, "Edit")
    alice.presses(alice.form, "It touches a commitment")
    assert alice.submits(commitment="Beta", move_to="2026-12-17") == {}
    bob.states_impact(old)
    until(harness, 7, month=12)
    sam.approves_move(old)
    assert promised(harness)[0] == MOVED
    alice.presses(newer, "Approve")
    assert alice.submits(option="A. Add it now", reason="I said so") == {}
    assert "#2 would take the place of #1" in alice.form_words()
    assert promised(harness)[0] == MOVED


def test_a_move_that_a_decision_took_back_itself_does_not_come_back_with_it(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The move is not in force any more when the decision is replaced, so it is not restored."""
    alice.promises("Beta")
    alice.moves_alone(checkout)
    card = alice.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    alice.reopens(card)
    alice.approves_move(card, moves="Take it back to 12 Dec")
    assert promised(harness)[0] == AS_PROMISED
    harness.later(minutes=6)
    alice.presses(card, "Supersede")
    assert alice.submits(title="As it was", why_now="I said so", **PLAIN) == {}
    newer = alice.card(checkout)
    alice.approves(newer)
    alice.reopens(newer)
    alice.rejects(newer)
    assert harness.decision(1).state is State.DECIDED
    assert promised(harness)[0] == AS_PROMISED


def test_an_undo_takes_back_its_own_round_alone(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The first round superseded #1, so to undo the second round does not restore #1."""
    newer = replaces_what_moved_beta(alice, bob, checkout)
    for because in ("Agreed", "Still"):
        alice.approves(newer)
        bob.presses(newer, "Approve")
        assert bob.submits(reason=because) == {}
        harness.later(minutes=1)
        if because == "Agreed":
            alice.reopens(newer)
    bob.undoes()
    assert harness.decision(2).state is State.AWAITING_DECISION
    assert harness.decision(1).state is State.SUPERSEDED
    assert promised(harness)[0] == AS_PROMISED


def test_a_dispute_takes_the_matter_from_nobody(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Otherwise one of two who decide could dispute a record, and decide its matter alone."""
    card = erin.records("Beta moves to January", kind="commitment")
    alice.presses(card, "Dispute")
    assert alice.submits(instead="Beta stays", reason="I was not asked") == {}
    newer = alice.card(checkout)
    alice.presses(newer, "Edit")
    errors = alice.submits(kind="requirements")
    assert "Its new kind must be the call of the same roles" in errors["Kind"]
    assert alice.submits(kind="commitment", title="Beta in January") == {}
    assert harness.decision(2).holders.keys() == set(Role)


def test_the_refusal_to_withdraw_after_a_verdict_names_a_button_that_the_card_has(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    claim = erin.claims("Refund")
    alice.presses(claim, "Accept")
    assert alice.submits(criterion1="met", criterion2="met", reason="Works") == {}
    record = erin.records("Guest checkout")
    alice.presses(record, "Acknowledge")
    assert alice.submits() == {}
    for card, verb, step in (
        (claim, "claimed", "send it back"),
        (record, "recorded", "dispute it"),
    ):
        bob.reopens(card)
        erin.presses(card, "Withdraw")
        assert erin.form is None
        whole = f"So whoever {verb} it cannot take it back. Ask @alice to {step}."
        assert whole in erin.was_told()
        assert step.replace(" it", "").capitalize() in buttons(card)


def test_a_reopened_replacement_does_not_say_that_the_older_decision_moved_the_commitment(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The approval of the newer one has taken the older one's move back, and nobody else has."""
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    old = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(old)
    harness.later(minutes=30)
    newer = bob.supersedes(old, "Use the other bank", move_to="2026-12-14")
    alice.approves_move(newer)
    bob.reopens(newer)
    assert "Meanwhile" not in harness.text(newer)
    assert "has moved" not in harness.whole(newer)
    alice.presses(newer, "Approve")
    assert "has moved" not in alice.form_words()
    harness.run(alice.member.closes())
    bob.presses(newer, "Edit")
    assert bob.submits(title="Use the other bank now") == {}
    assert "has moved" not in harness.whole(newer)
    third = erin.raises_move("Wait for the auditor", to="2026-12-16")
    alice.approves_move(third)
    assert "Meanwhile #3 moved Beta." in harness.text(newer)
    assert "since then #3 has moved it to Wed 16 Dec 2026" in harness.whole(newer)


def test_a_replacement_says_that_the_older_decision_is_open_again(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = bob.supersedes(old, "Members only")
    alice.reopens(old)
    assert "was to replace #1, which is open again" in harness.text(newer)
    assert "Was to take the place of #1" in harness.whole(newer)
    alice.presses(newer, "Approve")
    said = "Was to replace #1, which is open again.* An approval now replaces nothing."
    assert said in alice.form_words()
    harness.run(alice.member.closes())
    alice.approves(old)
    assert "in place of #1" in harness.text(newer)
    alice.approves(newer)
    assert harness.decision(1).state is State.SUPERSEDED


def test_a_replacement_says_that_another_one_was_first(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    first, second = bob.supersedes(old, "Members only"), alice.supersedes(old, "By invitation")
    alice.approves(first)
    assert "was to replace #1, which #2 has replaced" in harness.text(second)
    alice.undoes()
    assert "in place of #1" in harness.text(second)
