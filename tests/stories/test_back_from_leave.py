"""Stories around a leave: what was decided meanwhile, and what messages say while it lasts."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from models.rules import State
from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.story_helpers import acting, both_decide, secret_of, until


def test_what_was_signed_is_named_but_nothing_that_may_not_be_read(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    hidden = erin.raises("Close an office", kind="requirements", in_=secret)
    card = both_decide(alice, bob)
    assert alice.goes_away("erin") == {}
    erin.approves(card)
    erin.rejects(hidden)
    leaves(alice, secret)
    alice.is_back()
    assert "Meanwhile they decided or signed in your place: #2." in alice.was_told()
    assert harness.decision(2).state is State.AWAITING_SIGNATURE


def test_what_was_decided_by_escalation_is_named(
    harness: Harness, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    assert sam.goes_away("dora", until="2026-12-09") == {}
    dora.rejects(card)
    sam.is_back()
    assert "in your place: #1." in sam.was_told()


def test_only_a_few_are_named_and_none_if_nothing_was_decided(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    for number in range(7):
        erin.raises_quietly(f"Wish {number}", checkout, "requirements")
    assert alice.goes_away("dora") == {}
    alice.is_back()
    assert "Meanwhile" not in alice.was_told()
    assert alice.goes_away("dora") == {}
    for card in erin.member.sees(checkout):
        if "Wish" in card.text:
            dora.rejects(card)
    alice.is_back()
    assert "in your place: #1, #2, #3, #4, #5 and 2 more." in alice.was_told()


def test_nobody_is_said_to_state_the_impact_after_its_window(
    harness: Harness, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Bob's part has gone to Dora; after the window, the decision waits for Alice alone."""
    erin.raises("Add Apple Pay")
    assert bob.goes_away("dora", until="2026-12-09") == {}
    assert "@dora states the impact now." in harness.plain(bob.dm()[0])
    harness.later(days=4)
    assert harness.plain(bob.dm()[0]) == (
        "#1 Add Apple Pay: the time to state the impact has passed; @dora still can. "
        "Waiting for @alice to decide."
    )


def test_a_seat_that_asks_for_nothing_moves_without_being_called_unmoved(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Bob has stated his impact, so nothing waits for him; his side of #1 moves all the same."""
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    bob.types("/tradeoff away @dora until 2026-12-01", checkout)
    assert "No open decision of yours that waits for you would move now" in bob.form_words()
    assert bob.submits() == {}
    assert "No open decision of yours that waited for you moved." in bob.form_words()
    assert acting(harness) == ("alice", None, "dora", "bob")
    assert "@bob handed their part to @dora" in erin.shows(1)


def test_a_sponsor_who_stood_in_is_not_told_that_they_cannot_decide_what_is_escalated(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Sam stands in for Alice until she is back; then the decision is escalated to Sam."""
    assert alice.goes_away("sam", until="2026-12-09") == {}
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    asked = next(found for found in sam.dm() if "You decide for" in found.text)
    alice.is_back()
    harness.settle()
    assert harness.plain(asked).startswith("#1 Guest checkout has gone to somebody else. Waiting")
    assert "@sam (sponsor) may decide too." in harness.plain(asked)
    assert len(sam.dm_text("from now on you may decide it too")) == 1


def test_a_stand_in_who_acts_again_within_the_five_minutes_can_undo_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice is back for a moment only; Erin acts for her again before the five minutes are over."""
    card = alice.raises("Guest checkout", kind="requirements")
    assert alice.goes_away("erin") == {}
    erin.approves(card)
    alice.is_back()
    assert "can undo this" not in harness.text(card)
    assert alice.goes_away("erin") == {}
    assert "@erin can undo this until" in harness.text(card)
    erin.undoes()
    assert harness.decision().state is State.AWAITING_DECISION
