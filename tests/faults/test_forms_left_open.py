"""Forms that stay open while others act: nothing is recorded that the form did not show."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.slack.workspace import Channel
from handlers.tradeoff import form as tradeoff_form
from models.rules import Outcome, State
from support.harness import Actor, Harness
from support.story_helpers import beta

CHANGED = "#1 was changed while your form was open"


def takes_up(harness: Harness, person: Actor, form: Any) -> None:
    """Let this person go on with a device that was put away, on which only this form is open."""
    harness.workspace._stacks[person.id] = [form]


def puts_away(harness: Harness, person: Actor) -> None:
    """Let this person go on with another device, on which no form is open."""
    harness.workspace._stacks[person.id] = []


def test_an_edit_of_a_claim_does_not_bring_back_what_was_sent_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin's form still has the evidence of round 1, and criteria that are judged meanwhile."""
    card = erin.claims("Refund by e-mail")
    erin.presses(card, "Edit")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ten seconds") == {}
    bob.presses(card, "Submit again")
    assert bob.submits(evidence="Now two seconds") == {}
    assert erin.submits(criteria="Works\nIs fast\nIs safe") == {}
    assert CHANGED in erin.form_words()
    assert "What you typed:\nWhat is finished: \nRefund by e-mail\n" in erin.form_words()
    assert "Criteria: \nWorks\nIs fast\nIs safe" in erin.form_words()
    assert harness.decision().round == 2
    assert "Now two seconds" in harness.text(card)


def test_work_is_submitted_again_only_after_the_verdict_that_the_form_shows(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ten seconds") == {}
    erin.presses(card, "Submit again")
    bob.presses(card, "Submit again")
    assert bob.submits(evidence="Now two seconds") == {}
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="not_met", criterion2="met", reason="It fails now") == {}
    assert erin.submits(evidence="Now three seconds") == {}
    assert CHANGED in erin.form_words()
    assert harness.decision().outcome is Outcome.SENT_BACK


def test_an_edit_says_that_it_begins_the_next_round_before_it_does(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob states the impact while Erin's form is open; her edit asks for it anew."""
    card = erin.raises("Add Apple Pay")
    erin.presses(card, "Edit")
    bob.states_impact(card)
    assert erin.submits(title="Add Apple Pay now") == {}
    assert "*Others have acted on this, or their time for it is over.*" in erin.form_words()
    assert erin.form.values["title"]["title"]["value"] == "Add Apple Pay now"
    assert harness.decision().round == 1
    assert erin.submits() == {}
    assert (harness.decision().round, harness.decision().title) == (2, "Add Apple Pay now")


def test_an_edit_does_not_undo_another_edit(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    erin.presses(card, "Edit")
    stale = erin.form
    puts_away(harness, erin)
    erin.presses(card, "Edit")
    assert erin.submits(title="Add Apple Pay in March") == {}
    takes_up(harness, erin, stale)
    assert erin.submits(why_now="Customers ask for it") == {}
    assert CHANGED in erin.form_words()
    assert "Customers ask for it" in erin.form_words()
    assert harness.decision().title == "Add Apple Pay in March"


@pytest.mark.parametrize("button", ["Acknowledge", "Dispute"])
def test_a_record_that_was_reopened_is_not_acknowledged_with_an_older_form(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, button: str
) -> None:
    """Bob reopens it and says why; Alice's form does not show that."""
    card = erin.records("Guest checkout", kind="priority", by="bob")
    alice.presses(card, button)
    stale = alice.form
    puts_away(harness, alice)
    alice.presses(card, "Acknowledge")
    assert alice.submits() == {}
    bob.reopens(card, "I never decided that")
    takes_up(harness, alice, stale)
    typed = {"instead": "Only members order", "reason": "No"} if button == "Dispute" else {}
    assert alice.submits(**typed) == {}
    assert CHANGED in alice.form_words()
    assert harness.decision().state is State.AWAITING_DECISION


def test_only_the_outcome_that_was_read_is_reopened(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob reads an approval, which becomes a rejection before he submits his reason."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    bob.presses(card, "Reopen")
    alice.undoes()
    alice.rejects(card)
    assert bob.submits(reason="We should not add it") == {}
    assert CHANGED in bob.form_words()
    assert "We should not add it" in bob.form_words()
    assert harness.decision().outcome is Outcome.REJECTED


def test_only_the_outcome_that_was_read_is_superseded(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    alice.presses(card, "Supersede")
    stale = alice.form
    puts_away(harness, alice)
    alice.undoes()
    alice.rejects(card)
    takes_up(harness, alice, stale)
    assert alice.submits(title="No guest checkout", why_now="It costs too much") == {}
    assert CHANGED in alice.form_words()
    assert len(harness.decisions()) == 1


def test_a_decision_that_was_reopened_meanwhile_is_not_said_to_be_still_open(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    alice.presses(card, "Supersede")
    bob.reopens(card)
    assert alice.submits(title="No guest checkout", why_now="It costs too much") == {}
    assert "#1 is open already. Its card says whom it waits for." in alice.form_words()
    assert "No guest checkout" in alice.form_words()


def test_a_decision_that_was_reopened_is_not_withdrawn_with_an_older_form(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice reopens what she has decided; Erin has not read why."""
    card = erin.raises("Guest checkout", kind="requirements")
    erin.presses(card, "Withdraw")
    alice.approves(card)
    alice.reopens(card)
    assert erin.submits(reason="Never mind") == {}
    assert CHANGED in erin.form_words()
    assert harness.decision().state is State.AWAITING_DECISION


def test_a_question_is_about_what_was_read(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Ask")
    erin.presses(card, "Edit")
    assert erin.submits(title="No guest checkout") == {}
    assert alice.submits(person="bob", question="How many want it?") == {}
    assert CHANGED in alice.form_words()
    assert harness.decision_whole().questions == []


def test_a_commitment_is_not_marked_as_missed_by_a_date_that_has_moved(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    bob.presses(promise, "Ledger")
    bob.presses(bob.form, "Mark met / missed / withdrawn")
    alice.approves_move(card)
    assert bob.submits(how="Missed", reason="It was not there on the 12th") == {}
    assert "*Beta moved while your form was open.*" in bob.form_words()
    assert "promised for Thu 17 Dec 2026" in bob.form_words()
    assert beta(harness).is_open
    assert bob.submits(how="Met") == {}
    assert beta(harness).closed_reason == "It was not there on the 12th"


def test_a_commitment_that_is_marked_already_says_who_has_marked_it(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    promise = alice.promises("Beta")
    for person in (alice, bob):
        person.presses(promise, "Ledger")
        person.presses(person.form, "Mark met / missed / withdrawn")
    assert bob.submits(how="Met", reason="It is there") == {}
    assert alice.submits(how="Missed", reason="Not all of it") == {}
    said = "@bob has already marked “Beta” as met"
    assert said in alice.form_words()
    assert "Nothing was changed; its ledger says why." in alice.form_words()
    assert "Not all of it" in alice.form_words()
    assert beta(harness).closed_reason == "It is there"


@pytest.mark.parametrize("redrawn", [False, True])
def test_an_edit_keeps_a_commitment_beyond_those_that_a_select_offers(
    harness: Harness,
    alice: Actor,
    erin: Actor,
    checkout: Channel,
    monkeypatch: pytest.MonkeyPatch,
    redrawn: bool,
) -> None:
    """Slack takes a hundred entries; here it is one, and Beta is the second."""
    alice.promises("Alpha", on="2026-12-01")
    alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    monkeypatch.setattr(tradeoff_form, "MOST_COMMITMENTS", 1)
    erin.presses(card, "Edit")
    if redrawn:
        erin.presses(erin.form, "Add another option")
        erin.fills(option3_name="Later")
    assert erin.submits(title="Guest checkout now") == {}
    decision = harness.decision_whole()
    assert decision.title == "Guest checkout now"
    assert decision.commitment
    assert (decision.commitment.name, f"{decision.move_to}") == ("Beta", "2026-12-17")
