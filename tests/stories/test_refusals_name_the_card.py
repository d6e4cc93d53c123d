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
