"""Refusals and other answers send nobody to a person who has left Slack."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import acting


def test_nobody_who_has_left_slack_is_named_as_able_to_reopen(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    harness.run(bob.member.is_deactivated())
    harness.settle()
    erin.presses(card, "Reopen")
    assert "Only @alice can reopen or supersede #1." in erin.was_told()
    harness.run(alice.member.is_deactivated())
    harness.settle()
    for button in ("Supersede", "Reopen"):
        erin.presses(card, button)
        told = "Only whoever gets the seat of @alice or @bob with `/tradeoff setup` can reopen"
        assert told in erin.was_told().splitlines()[-1]


def test_nobody_who_has_left_slack_is_named_as_able_to_reopen_instead_of_an_undo(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    harness.run(bob.member.is_deactivated())
    harness.settle()
    erin.presses_stale(card, "second_thoughts.undo", str(harness.decision().id))
    assert "within five minutes of that. Instead, @alice can reopen it" in erin.was_told()
    harness.run(alice.member.is_deactivated())
    harness.settle()
    erin.presses_stale(card, "second_thoughts.undo", str(harness.decision().id))
    assert "Instead, whoever gets the seat of @alice or @bob with" in erin.was_told()


def test_nobody_who_has_left_slack_is_named_as_able_to_add_a_commitment(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.run(bob.member.is_deactivated())
    harness.settle()
    erin.types("/tradeoff commitments", checkout)
    shown = erin.member.sees(checkout)[-1]
    assert "\n@alice can add a commitment." in harness.whole(shown)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    erin.types("/tradeoff commitments", checkout)
    told = "Whoever gets the seat of @alice or @bob with `/tradeoff setup` can add a commitment."
    assert told in harness.whole(erin.member.sees(checkout)[-1])


@pytest.mark.parametrize("button", ["Edit", "Withdraw"])
def test_a_decision_whose_raiser_has_left_slack_can_be_rejected(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel, button: str
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.run(erin.member.is_deactivated())
    harness.settle()
    told = f"@erin, who raised #1, has left Slack, so nobody can {button.lower()} it. Instead,"
    dora.presses(card, button)
    assert f"{told} @alice can reject it." in dora.was_told()
    alice.presses(card, button)
    assert f"{told} you can reject it." in alice.was_told()
    harness.run(alice.member.is_deactivated())
    harness.settle()
    dora.presses(card, button)
    assert f"{told} @sam can reject it." in dora.was_told()


def test_a_claim_whose_author_has_left_slack_can_be_sent_back(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    harness.run(erin.member.is_deactivated())
    harness.settle()
    dora.presses(card, "Withdraw")
    told = "@erin, who claimed #1, has left Slack, so nobody can withdraw it. Instead, @alice can"
    assert f"{told} send it back." in dora.was_told()


def test_a_stand_in_for_somebody_who_has_left_slack_is_not_sent_to_them(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    sam.presses(card, "Delegate")
    told = "You act on #1 for @alice, who has left Slack, and decisions are handed on once only."
    assert f"{told} Whoever gets their seat, with `/tradeoff setup`, gets #1 too." in sam.was_told()
    bob.sets_up_again(checkout, product_owner="erin", reason="Alice has left us")
    assert acting(harness)[:2] == ("erin", None)


def test_a_raiser_whose_decision_waits_for_an_empty_seat_reads_what_to_do(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    erin.raises("Search filters", kind="requirements", in_=search)
    harness.refused("user_disabled")
    said = "I could not tell @alice about #1: they have left Slack. What waits for them waits until"
    assert len(erin.dm_text(f"{said} somebody gets their seat, with `/tradeoff setup`.")) == 1


def test_i_have_asked_is_not_said_of_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    card = erin.raises("Search filters", kind="priority", in_=search)
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "@bob (project manager) states the impact first. I have asked." in alice.was_told()
    harness.run(bob.member.is_deactivated())
    harness.settle()
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    told = alice.was_told().splitlines()[-1]
    assert "I have asked" not in told
    assert "@bob has left Slack, and nobody acts for them here until somebody gets the seat" in told
    assert "If nothing comes, the decision can be made without it from" in told


def test_a_question_to_somebody_who_has_left_slack_sends_nobody_to_them(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "erin", "How many guests?")
    harness.run(erin.member.is_deactivated())
    harness.settle()
    dora.presses_stale(card, "questions.answer", f"{harness.decision().id}:1")
    assert "This was asked of @erin. They have left Slack." in dora.was_told()
