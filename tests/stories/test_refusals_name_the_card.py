"""Stories of refusals, which name the card or the commitment on which somebody acted."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from handlers.ui.marks import value_of
from support.harness import Actor, Harness
from support.story_helpers import beta


def test_a_refused_click_names_its_card(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    waits = erin.raises("Apple *Pay*", kind="priority")
    erin.presses(waits, "State impact")
    assert erin.was_told().startswith("*#1 Apple *Pay**\nThe impact comes from @bob")
    card = erin.raises("Guest checkout", kind="requirements")
    bob.presses(card, "Approve")
    assert bob.was_told().startswith("*#2 Guest checkout*\nOnly @alice (product owner) decides")
    promise = alice.promises("Beta")
    erin.presses_stale(promise, "commitments.close", value_of(beta(harness)))
    assert "*Beta*\nCommitments are added and closed" in erin.was_told()


def test_a_refused_form_names_its_card_and_a_sentence_that_does_so_is_left_alone(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    bob.presses(card, "Edit")
    assert bob.was_told().startswith("Only @erin, who raised #1, can edit it.")
    alice.presses(card, "Reject")
    bob.sets_up_again(checkout, product_owner="erin", reason="Erin knows the guests")
    assert alice.submits(reason="Few ask for it") == {}
    assert "*#1 Guest checkout*\nOnly @erin (product owner) decides requirements" in (
        alice.form_words()
    )
    assert "Few ask for it" in alice.form_words()


def test_a_refused_command_names_its_card(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    for typed in ("/tradeoff delegate 1 @erin", "/tradeoff ask 1 @erin How many?"):
        bob.types(typed, checkout)
        assert bob.was_told().startswith("*#1 Guest checkout*\nOnly @alice (product owner)")


def test_a_refusal_says_for_whom_somebody_acts_in_each_role(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.goes_away("alice")
    assert bob.submits(both=["both"]) == {}
    erin.presses(card, "State impact")
    assert "The impact comes from @alice (for @bob, project manager)." in erin.was_told()
    alice.states_impact(card)
    erin.presses(card, "Approve")
    assert (
        "Only @alice (product owner) and @alice (for @bob, project manager) decide this now "
        "together (rights v1)." in erin.was_told()
    )
