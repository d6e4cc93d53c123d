"""Stories of deciding: rejected, withdrawn, joint, two hats, lapsed or late impact, refusals."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.rules import Impact, Outcome, State
from models.tables.attempt import AttemptOutsideRight, attempts_outside_rights
from support.harness import Actor, Harness
from support.story_helpers import verified


def test_rejected_with_a_reason_the_raiser_reads(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert buttons(card) == ["Approve", "Reject", "Defer", "Ask"]
    alice.presses(card, "Reject")
    assert alice.submits(reason=" ") == {
        "Why": "Say why: the reason is what people look for later."
    }
    assert alice.submits(reason="Few ask for it") == {}
    assert harness.decision().outcome is Outcome.REJECTED
    assert "rejected by @alice (product owner, requirements)" in harness.plain(
        last_in(harness, checkout)
    )
    assert "Few ask for it" in harness.plain(erin.dm()[-1])
    assert buttons(card) == []
    verified(harness)


def last_in(harness: Harness, channel: Channel) -> object:
    return harness.workspace.messages[channel.id][-1]


def test_withdrawn_is_not_decided(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Withdraw")
    assert "Only @erin, who raised #1, can withdraw it" in alice.was_told()
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Asked twice") == {}
    assert (harness.decision().state, harness.decision().outcome) == (State.WITHDRAWN, None)
    assert "Withdrawn by @erin; it was not decided" in harness.whole(card)
    told = harness.text(alice.dm()[-1])
    assert "it was not decided. Nothing waits for you here.\nDetails\nAsked twice" in told
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "#1 is already withdrawn by @erin" in alice.was_told()
    verified(harness)


def test_impact_comes_first_and_only_from_the_counterpart(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "@bob (project manager) states the impact first" in alice.was_told()
    alice.presses(card, "State impact")
    assert "The impact comes from @bob (project manager)" in alice.was_told()
    bob.presses(card, "State impact")
    assert bob.submits(days="soon", confidence="high") != {}
    assert bob.submits(days=5) == {}
    assert "5 working days of slip, high confidence" in harness.whole(card)
    bob.presses_stale(card, "impact.state", str(harness.decision().id))
    assert "was already stated by @bob" in bob.was_told()
    assert "5 working days of slip" in harness.whole(alice.dm()[-1])


def test_the_window_lapses_and_a_late_statement_is_recorded_as_late(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=1, hours=23)
    assert harness.decision().impact is Impact.AWAITED
    harness.later(hours=2)
    assert harness.decision().impact is Impact.LAPSED
    assert "The project manager's impact was not stated" in harness.whole(card)
    assert "waits for your decision" in harness.plain(alice.dm()[-1])
    bob.states_impact(card)
    assert harness.decision().impact is Impact.LATE
    assert "project manager, late" in harness.whole(card)
    alice.approves(card)
    assert "Impact stated late" in harness.text(last_in(harness, checkout))
    verified(harness)


def test_decided_without_impact_is_said_in_form_card_and_outcome(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    alice.presses(card, "Approve")
    assert "decided without impact" in alice.form_words()
    assert alice.submits(option="B. Next quarter", reason="No time") == {}
    for message in (card, last_in(harness, checkout)):
        assert "Decided without impact" in harness.whole(message)
    assert harness.decision().impact is Impact.LAPSED


def test_the_impact_window_leaves_out_the_weekend(
    harness: Harness, erin: Actor, bob: Actor, checkout: Channel
) -> None:
    harness.clock.advance(days=4)  # Friday 10:00 UTC
    erin.raises("Add Apple Pay")
    harness.later(days=3, hours=23)  # Tuesday 09:00 UTC
    assert harness.decision().impact is Impact.AWAITED
    harness.later(hours=2)
    assert harness.decision().impact is Impact.LAPSED


def test_a_commitment_needs_two_signatures(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta to 17 Dec", kind="commitment")
    bob.states_impact(card)
    bob.approves(card, because="We need the week")
    assert harness.decision().state is State.AWAITING_SIGNATURE
    assert "Signed by @bob; waiting for the second signature, from @alice" in harness.whole(card)
    bob.presses(card, "Approve")
    assert (
        "You have already signed #1. It now waits for @alice's signature. "
        "They can still reject it. Your signature stays; once this is decided, it can be reopened."
    ) in bob.was_told()
    alice.approves(card, because="Agreed", option=None)
    decision = harness.decision()
    assert (decision.state, decision.outcome) == (State.DECIDED, Outcome.APPROVED)
    assert "approved, signed by @alice and @bob (commitment): A. Add it now" in harness.plain(
        last_in(harness, checkout)
    )
    both = "Why, says @alice:", "Agreed", "Why, says @bob:", "We need the week"
    for shown in (last_in(harness, checkout), card):
        # A mention is a node of its own, which the helper writes in a line of its own.
        words = re.sub(r"\n(@\w+)\n", r"\1", harness.text(shown))
        places = [words.index(said) for said in both]
        assert places == sorted(places)
    erin.presses(card, "Details")
    assert erin.form_words().count("We need the week") == 2
    verified(harness)


def test_either_can_reject_a_joint_decision(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta to 17 Dec", kind="commitment")
    bob.states_impact(card)
    bob.approves(card)
    alice.rejects(card, because="We promised it")
    assert harness.decision().outcome is Outcome.REJECTED
    assert "rejected by @alice (product owner, commitment)" in harness.plain(
        last_in(harness, checkout)
    )


@pytest.mark.parametrize("kind", ["priority", "commitment"])
def test_two_hats_hide_nothing_and_block_nothing(
    harness: Harness, alice: Actor, erin: Actor, search: Channel, kind: str
) -> None:
    alice.sets_up(search, po="alice", pm="alice", sponsor=None)
    card = erin.raises("Rewrite ranking", kind=kind, in_=search)
    assert "Approve" not in buttons(card)
    alice.states_impact(card)
    alice.approves(card)
    assert harness.decision().outcome is Outcome.APPROVED
    assert "same person in both roles" in harness.text(last_in(harness, search)).lower()
    assert "one person is product owner and project manager" in harness.whole(card)


def test_attempts_are_counted_without_names(
    harness: Harness, erin: Actor, gus: Actor, bob: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    for somebody in (bob, gus, erin, erin, erin):
        somebody.presses(card, "Approve")
    assert "You are a guest, and cannot decide here" in gus.was_told()
    since = harness.clock.now - timedelta(days=1)
    counted = harness.query(
        lambda session: attempts_outside_rights(session, harness.decision().channel_id, since)
    )
    assert counted == [(2026, 11, "requirements", 3)]
    bob.types("/tradeoff rights", checkout)
    last = bob.member.sees(checkout)[-1]
    assert "November 2026: requirements 3." in harness.whole(last)
    columns = {column.name for column in AttemptOutsideRight.__table__.columns}
    assert columns == {"id", "channel_id", "kind", "at", "mark"}


def test_a_guest_is_told_only_of_those_whose_signature_is_missing(
    checkout: Channel, alice: Actor, bob: Actor, erin: Actor, gus: Actor
) -> None:
    card = erin.raises("Move Beta", kind="commitment", in_=checkout)
    bob.states_impact(card)
    gus.presses(card, "Approve")
    assert "cannot decide here; @alice and @bob can." in gus.was_told()
    bob.approves(card)
    gus.presses(card, "Approve")
    assert "cannot decide here; @alice can." in gus.was_told()


def test_someone_of_another_company_cannot_decide(
    harness: Harness, erin: Actor, olga: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    olga.presses(card, "Reject")
    assert "You are from another company, and cannot decide here" in olga.was_told()
    assert harness.decision().state is State.AWAITING_DECISION


def test_who_decides_too_late_is_told_how_it_was_decided(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    alice.fills(option="A. Add it now", reason="Yes")
    form = alice.member.modal
    alice.harness.run(alice.member.submit_view(form))
    alice.presses_stale(card, "decide.reject", str(harness.decision().id))
    assert "#1 is already approved by @alice, 2026-" in alice.was_told()


def test_a_form_that_a_decision_has_overtaken_keeps_what_was_typed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    bob.rejects(card, because="No")
    assert alice.submits(option="A. Add it now", reason="Because we promised") == {}
    assert "#1 is already rejected by @bob" in alice.form_words()
    assert "Because we promised" in alice.form_words()
    assert harness.decision().outcome is Outcome.REJECTED


def test_rights_version_stays_with_the_decision(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    seats = {"product_owner": "sam", "goes_along": "no"}
    bob.sets_up_again(checkout, **seats, reason="Alice is away")
    later = erin.raises("Search filters", kind="requirements")
    assert "(rights v1)" in harness.whole(card)
    assert (
        "Routed to @sam because requirements is the product owner's call (rights v2)"
        in harness.whole(later)
    )
    alice.approves(card)
    assert harness.decision(1).outcome is Outcome.APPROVED


def test_consulted_people_are_named_on_the_card(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", consulted=["sam", "bob"])
    assert "view wanted: @sam, @bob" in harness.whole(card)


def test_who_rejects_or_defers_reads_that_the_other_has_signed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, "Both of us", risk="joint")
    card = bob.raises("Who pays the bank", kind="risk")
    alice.presses(card, "Reject")
    assert "has signed" not in alice.form_words()
    assert "The raiser reads it; the channel too." in alice.form_words()
    harness.run(alice.member.closes())
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="We can afford it") == {}
    for button, becomes in (("Reject", "rejected"), ("Defer", "deferred")):
        bob.presses(card, button)
        shown = bob.form_words()
        assert "@alice has signed A. Add it now" in shown
        assert "We can afford it" in shown
        assert f"If you {button.lower()} it, the whole decision is {becomes}." in shown
        assert "The channel reads it." in shown
        assert "The raiser reads it" not in shown, "the raiser is Bob"
        harness.run(bob.member.closes())
