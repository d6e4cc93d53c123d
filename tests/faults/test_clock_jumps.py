"""Clocks that go back or jump ahead: nothing happens twice, and nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.slack.workspace import Channel
from models.rules import Impact, State, Verb
from models.tables.history import HistoryEvent
from support.harness import Actor, Harness
from support.story_helpers import digests


def lapses(harness: Harness) -> int:
    query = select(HistoryEvent).where(HistoryEvent.verb == Verb.LAPSE_IMPACT)
    return len(harness.query(lambda session: session.scalars(query).all()))


def said(harness: Harness, channel: Channel, words: str) -> int:
    """Count the bot's messages in this channel that have these words."""
    return len(
        [
            message
            for message in harness.workspace.messages[channel.id]
            if message.bot_id and words in message.text
        ]
    )


@pytest.mark.both_databases
def test_a_timer_fires_once_if_the_clock_skips_its_day(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Add Apple Pay")
    harness.later(days=5)
    harness.later(days=30)
    assert harness.decision().impact is Impact.LAPSED
    assert lapses(harness) == 1
    assert len(alice.dm()) == 1


def test_a_timer_does_not_fire_again_when_the_clock_goes_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    for _ in range(3):
        harness.later(days=-1)
    harness.later(days=4)
    assert lapses(harness) == 1
    assert len(alice.dm()) == 1
    assert said(harness, checkout, "Add Apple Pay") == 1
    alice.approves(card)
    assert "Decided without impact" in harness.text(card)


@pytest.mark.both_databases
def test_work_goes_on_at_once_when_the_clock_goes_back_a_day(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.clock.advance(days=-1)
    bob.states_impact(card)
    assert "5 working days of slip" in harness.text(card)
    assert said(harness, checkout, "Guest checkout") == 0
    second = erin.raises("Guest checkout", kind="requirements")
    assert "Guest checkout" in harness.text(second)
    alice.approves(card)
    assert "Approved by @alice" in harness.text(card)
    assert said(harness, checkout, "approved by") == 1
    assert len(bob.dm()) == 1
    harness.later(days=2)
    assert (said(harness, checkout, "approved by"), said(harness, checkout, "Guest checkout")) == (
        1,
        1,
    )


def test_what_was_put_off_before_the_clock_went_back_still_comes(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "ratelimited", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)
    harness.sends()
    harness.later(days=-1)
    harness.later(days=1, minutes=1)
    assert said(harness, checkout, "Guest checkout") == 1
    assert harness.decision().state is State.AWAITING_DECISION


@pytest.mark.both_databases
def test_a_post_cut_off_while_our_clock_was_ahead_is_not_posted_twice(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.clock.advance(seconds=5)
    slack_time = harness.clock.now
    harness.workspace.clock = lambda: slack_time
    harness.clock.advance(minutes=5)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)
    harness.sends()
    harness.clock.advance(minutes=-5)
    harness.settle()
    harness.later(days=2)
    assert said(harness, checkout, "Guest checkout") == 1


def was_a_month_ahead(harness: Harness) -> None:
    """Let the clock be a month ahead for a moment, and let the timers look."""
    harness.later(days=31)
    harness.later(days=-31)
    harness.run(harness.bot.timers.fire_due())


@pytest.mark.both_databases
def test_digests_and_reminders_go_on_after_the_clock_was_a_month_ahead(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    was_a_month_ahead(harness)
    reminded = len(alice.dm_text("waits for you"))
    for _ in range(7):
        harness.later(days=1)
    assert len(digests(harness, checkout)) == 1
    assert len(alice.dm_text("waits for you")) > reminded


def test_the_clock_was_ahead_before_the_bot_was_started_again(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.later(days=31)
    harness.clock.advance(days=-31)
    harness.run(harness.new_bot().timers.fire_due())
    harness.later(days=7)
    assert len(digests(harness, checkout)) == 1


def test_old_messages_are_checked_after_the_clock_was_a_month_ahead(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = harness.workspace.add_channel("secret", ["alice", "erin"], private=True)
    alice.sets_up(secret, pm="alice", sponsor=None)
    alice.rejects(erin.raises("Fire the vendor", kind="requirements", in_=secret))
    was_a_month_ahead(harness)
    secret.members.discard(erin.id)
    harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
    harness.later(minutes=51)
    assert "Fire the vendor" not in str([message.text for message in erin.dm()])


@pytest.mark.both_databases
def test_messages_that_became_due_while_the_clock_was_ahead_do_not_wait_a_month(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.clock.advance(days=31)
    harness.run(harness.bot.timers.fire_due())
    harness.clock.advance(days=-31)
    harness.run(harness.bot.timers.fire_due())
    harness.settle()
    assert "waits for your decision" in harness.plain(alice.dm()[-1])
    assert "Waiting for @alice to decide" in harness.text(card)
