"""Rows of a list: they say for whom a decision waits."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import found, listed, numbers, until


@pytest.mark.both_databases
def test_a_row_says_for_whom_a_decision_waits(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta to 17 Dec", kind="commitment")
    bob.states_impact(card)
    alice.presses(card, "Ask")
    assert alice.submits(person="erin", question="Is it worth it?") == {}
    erin.types("/tradeoff list", checkout)
    assert "Waiting for @erin to answer" in erin.form_words()
    erin.presses(erin.dm()[-1], "Answer")
    assert erin.submits(answer="Yes") == {}
    bob.approves(card)
    erin.types("/tradeoff list", checkout)
    assert "Waiting for the second signature, from @alice" in erin.form_words()
    assert (found(alice, "holder:me", checkout), found(bob, "holder:me", checkout)) == ([1], [])
    alice.presses(card, "Approve")
    assert alice.submits(reason="Yes") == {}
    assert found(bob, "holder:me", checkout) == [1]


def test_a_row_says_who_has_still_to_acknowledge_a_record(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Ship to Norway", kind="commitment")
    alice.presses(card, "Acknowledge")
    assert alice.submits() == {}
    erin.types("/tradeoff list", checkout)
    assert "Waiting for @bob to acknowledge or dispute it" in erin.form_words()


def test_a_row_says_whose_impact_is_missing_if_both_roles_are_asked(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta")
    card = erin.raises_move("Freeze in November", to="2026-12-17", kind="schedule")
    erin.types("/tradeoff list", checkout)
    assert "Waiting for the impact from @alice and @bob" in erin.form_words()
    alice.states_impact(card)
    erin.types("/tradeoff list", checkout)
    assert "Waiting for the impact from @bob" in erin.form_words()


def test_a_row_names_everyone_who_signed_a_decision_that_moves_a_commitment(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta")
    card = erin.raises_move("Freeze in November", to="2026-12-17", kind="schedule")
    alice.states_impact(card)
    bob.states_impact(card, days=7)
    bob.approves_move(card)
    alice.presses(card, "Approve")
    assert alice.submits(reason="Yes") == {}
    erin.types("/tradeoff list kind:schedule", checkout)
    assert "Approved, signed by @alice and @bob, on" in erin.form_words()


def test_a_row_says_who_may_decide_by_escalation(
    harness: Harness, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    shown = listed(erin, "state:escalated", checkout)
    assert "; overdue; @sam may decide too, by escalation" in shown
    sam.types("/tradeoff list", checkout)
    sam.chooses("finding.whose", "Mine to decide")
    assert numbers(sam.form_words()) == [1]


def test_a_row_says_who_is_asked_to_revise_the_impact(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Too low?") == {}
    revision = "Waiting for @alice to decide, and for @bob to revise the impact"
    assert revision in listed(erin, "", checkout)
    bob.states_impact(bob.dm()[-1])
    shown = listed(erin, "", checkout)
    assert "Waiting for @alice to decide" in shown
    assert "to revise the impact" not in shown


def test_a_row_says_for_whom_a_stand_in_acts(
    alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    assert alice.goes_away("dora") == {}
    assert "Waiting for @dora (for @alice) to decide" in listed(erin, "", checkout)
