"""Stories of deferring: not now, until a day; then the decision comes back by itself.

It comes back to whoever holds the right on that day.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel
from models.reads.trend import trend_of
from models.rules import Impact, Outcome, State
from support.harness import Actor, Harness
from support.story_helpers import verified


def test_a_decision_is_deferred_with_a_day_and_a_reason(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    bob.presses(card, "Defer")
    assert "Only @alice (product owner) decides requirements here" in bob.was_told()
    alice.presses(card, "Defer")
    assert "It comes back by itself, at 09:00 in the channel's time zone" in alice.form_words()
    late = {"Or on another day": "Choose a day after today, within a year."}
    assert alice.submits(until="2026-11-23", reason="Too early") == late
    assert alice.submits(until="2027-12-01") == late
    assert "#1 is already deferred by @alice" in alice.submits_twice(until="2026-12-01")
    words = "deferred by @alice (product owner, requirements) until Tue 1 Dec 2026."
    assert words in harness.plain(harness.workspace.messages[checkout.id][-1])
    told = "What you raised in #checkout, #1 Guest checkout, is not decided yet: "
    assert f"{told}{words}" in harness.plain(erin.dm()[-1])
    assert f"D{words[1:]}" in harness.whole(card)
    assert (buttons(card), menu(card)) == (
        [],
        ["Undo", "Details", "Reopen", "Supersede"],
    )


def test_a_deferred_decision_comes_back_by_itself(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-25")
    alice.defers(card, until="2026-12-01")
    harness.later(days=7, hours=22, minutes=50)  # Tuesday 1 Dec, 08:50 in London
    assert harness.decision().state is State.DECIDED
    harness.later(minutes=15)
    assert harness.decision().state is State.AWAITING_DECISION
    assert (
        "Round 2. Before: deferred by @alice (product owner, requirements) until Tue 1 Dec 2026."
        in harness.whole(card)
    )
    assert "Since then: back for a decision." in harness.whole(card)
    assert "The right has moved on" not in harness.text(card)
    assert "Decide by Tue 8 Dec 2026." in harness.whole(card)
    assert buttons(card) == ["Approve", "Reject", "Defer", "Ask"]
    assert "#1 Guest checkout in #checkout waits for your decision." in harness.plain(
        alice.dm()[-1]
    )
    assert "Deferred by @alice until Tue 1 Dec 2026. Why: Too early" in harness.plain(
        alice.dm()[-1]
    )
    assert "back for a decision" in harness.plain(erin.dm()[-1])
    posted = next(
        message
        for message in harness.workspace.messages[checkout.id]
        if message.thread_ts == card.ts
    )
    assert "Since then: back for a decision." in harness.plain(posted)
    alice.approves(card)
    assert harness.decision().outcome is Outcome.APPROVED


def test_a_digest_at_the_hour_of_the_return_says_that_the_decision_waits(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.defers(erin.raises("Guest checkout", kind="requirements"), until="2026-11-30")
    harness.later(days=6, hours=23, seconds=3)  # Monday 30 Nov, some seconds after 09:00 in London
    digest = next(
        message
        for message in harness.workspace.messages[checkout.id]
        if "The week in decisions" in harness.text(message)
    )
    said = harness.text(digest)
    assert "1 decision was made; 1 decision waits." in said
    assert "• #1 Guest checkout (less than a minute so far): waiting for @alice to decide." in said
    end, channel = datetime(2026, 11, 30, 9, tzinfo=UTC), harness.decision().channel_id
    trend = harness.query(lambda session: trend_of(session, channel, end, "Europe/London"))
    assert (trend.decided[-1], trend.waiting[-1]) == (1, 1)
    verified(harness)


def test_a_deferred_decision_without_a_date_to_decide_by_gets_none(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.defers(card, until="2026-12-01")
    harness.later(days=8)
    assert "Decide by" not in harness.text(card)


def test_a_decision_that_comes_back_is_routed_under_the_rights_of_that_day(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.defers(card, until="2026-12-01")
    bob.sets_up_again(checkout, product_owner="sam", sponsor=None, reason="Alice has another team")
    harness.later(days=8)
    assert (
        "Routed to @sam because requirements is the product owner's call (rights v2)"
        in harness.whole(card)
    )
    assert "The right has moved on from @alice meanwhile." in harness.whole(card)
    told = sam.dm()[-1]
    assert "#1 Guest checkout in #checkout waits for your decision." in harness.plain(told)
    assert "The right has moved on from @alice meanwhile." in harness.whole(told)
    alice.presses(card, "Approve")
    assert "Only @sam (product owner) decides requirements here (rights v2)" in alice.was_told()
    sam.approves(card)
    assert harness.decision().outcome is Outcome.APPROVED


def test_the_end_of_a_leave_is_no_move_of_the_right(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam deferred it for Alice.

    The right was Alice's all the time, so the card does not say that it has moved on.
    """
    alice.goes_away("sam", "2026-11-27")
    card = erin.raises("Guest checkout", kind="requirements")
    sam.defers(card, until="2026-12-01")
    harness.later(days=5)
    harness.later(days=3)
    assert harness.decision().holder == alice.id
    assert "The right has moved on" not in harness.text(card)


def test_the_earlier_day_does_not_count_any_more(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The decision is reopened and deferred for longer; on the first day nothing happens."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.defers(card, until="2026-12-01")
    harness.later(days=1)
    alice.reopens(card)
    alice.defers(card, until="2027-01-11")
    harness.later(days=9)
    assert (harness.decision().state, harness.decision().round) == (State.DECIDED, 2)
    harness.later(days=41)
    assert (harness.decision().state, harness.decision().round) == (State.AWAITING_DECISION, 3)


def test_an_impact_statement_comes_back_with_the_decision(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.defers(card, until="2026-12-01")
    harness.later(days=8)
    assert harness.decision().state is State.AWAITING_DECISION
    assert "*Impact, stated by @bob" in harness.whole(card)


def test_a_lapsed_impact_is_asked_for_again(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The first window ended in silence; a decision that comes back has a new one."""
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    alice.defers(card, until="2026-12-07")
    harness.later(days=12)
    assert harness.decision().impact is Impact.AWAITED
    assert "Waiting for the impact from @bob" in harness.text(card)
    assert "asks: what would Add Apple Pay (#1) in #checkout cost?" in harness.plain(bob.dm()[-1])
    assert "it was deferred before" not in harness.text(card)
    bob.states_impact(bob.dm()[-1])
    assert "late" not in harness.text(card)


def test_a_deferral_reopened_before_its_day_does_not_come_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.defers(card, until="2026-12-01")
    alice.reopens(card, because="It cannot wait")
    alice.rejects(card)
    harness.later(days=10)
    assert harness.decision().outcome is Outcome.REJECTED


def test_a_deferral_is_never_called_decided(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    alice.defers(card, until="2026-12-07")
    assert "Deferred by @alice until Mon 7 Dec 2026. Deferred without impact." in harness.text(card)
    told = harness.plain(erin.dm()[-1])
    assert "is not decided yet" in told
    assert "Deferred without impact." in told
    own = alice.raises("Guest checkout", kind="requirements")
    alice.defers(own, until="2026-12-07")
    assert "Deferred on their own question." in harness.text(own)


def test_a_deferral_clears_the_signature_that_was_given(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    bob.approves(card)
    alice.defers(card, until="2026-12-01")
    harness.later(days=8)
    assert harness.decision().state is State.AWAITING_DECISION
    assert "Waiting for the signatures of @alice and @bob." in harness.whole(card)
    assert "Signed by" not in harness.text(card)
