"""Two replicas on one database, which both answer, send and fire timers: nothing happens twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.slack.workspace import Channel
from models.rules import Impact, Outcome, Verb
from models.tables.channel import ensure_channel
from models.tables.history import HistoryEvent
from models.tables.post import Drawing, Post
from support.harness import GENEROUS, Actor, Harness
from support.replica import Replica

pytestmark = pytest.mark.both_databases


@pytest.fixture
def second(harness: Harness) -> Iterator[Replica]:
    replica = Replica(harness)
    yield replica
    replica.stop()


def everything_said(harness: Harness) -> Counter[tuple[str, str]]:
    """Count the bot's messages that are not private, by channel and text."""
    return Counter(
        (channel, message.text)
        for channel, messages in harness.workspace.messages.items()
        for message in messages
        if message.bot_id and not message.ephemeral_to
    )


def events(harness: Harness, verb: Verb) -> int:
    query = select(HistoryEvent).where(HistoryEvent.verb == verb)
    return len(harness.query(lambda session: session.scalars(query).all()))


def test_every_message_is_sent_once_and_at_slacks_pace(
    harness: Harness, erin: Actor, checkout: Channel, second: Replica
) -> None:
    harness.workspace.faults.one_post_a_second = True
    harness.clock.advance(seconds=5)
    for number in range(8):
        who = erin if number % 2 else second.sees(erin)
        who.raises_quietly(f"Wish {number}", checkout, "priority")
    harness.settle(second.bot)
    said = everything_said(harness)
    assert len([text for _, text in said if "Wish" in text]) == 16
    assert set(said.values()) == {1}
    assert [decision.number for decision in harness.decisions()] == list(range(1, 9))


def test_a_timer_fires_once(
    harness: Harness, erin: Actor, alice: Actor, checkout: Channel, second: Replica
) -> None:
    for number in range(5):
        erin.raises_quietly(f"Wish {number}", checkout, "priority")
    harness.settle(second.bot)
    harness.clock.advance(days=3)
    harness.settle(second.bot)
    assert [decision.impact for decision in harness.decisions()] == [Impact.LAPSED] * 5
    assert events(harness, Verb.LAPSE_IMPACT) == 5
    assert len(alice.dm()) == 5


def test_a_decision_on_each_replica_at_once_is_one(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, second: Replica
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    there = second.sees(alice).member
    alice.presses(card, "Approve")
    alice.fills(option="A. Add it now", reason="Here")
    here_form = alice.form
    harness.run(there.presses(alice.dm()[-1], "Reject"))
    there.fills("reason", "There")
    there_form = there.modal

    async def both() -> None:
        await asyncio.gather(alice.member.submit_view(here_form), there.submit_view(there_form))

    harness.run(both())
    harness.settle(second.bot)
    decision = harness.decision()
    assert decision.settled_reason == ("Here" if decision.outcome is Outcome.APPROVED else "There")
    loser = there_form if decision.outcome is Outcome.APPROVED else here_form
    assert f"#1> is already {decision.outcome_word} by" in str(loser.view)
    assert events(harness, Verb.DECIDE) == 1
    assert set(everything_said(harness).values()) == {1}


def test_each_replica_carries_on_what_the_other_began(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, second: Replica
) -> None:
    second.sees(erin).raises_quietly("Add Apple Pay", checkout, "priority")
    harness.settle(second.bot)
    card = erin.card(checkout)
    bob.states_impact(card)
    there = second.sees(alice).member
    harness.run(there.presses(alice.dm()[-1], "Approve"))
    assert harness.run(there.submits(option="A. Yes", reason="Worth it")) == {}
    harness.settle(second.bot)
    assert "Approved by @alice" in harness.text(card)
    assert set(everything_said(harness).values()) == {1}


def test_a_message_claimed_by_a_dead_replica_is_sent_by_the_other(
    harness: Harness, erin: Actor, checkout: Channel, second: Replica
) -> None:
    harness.clock.advance(seconds=5)
    erin.raises_quietly("Add Apple Pay", checkout)
    harness.breaks("chat.postMessage", "timeout_after", channel=checkout.id)
    harness.timeouts.send = GENEROUS

    async def killed() -> None:
        sending = asyncio.create_task(harness.bot.outbox.send_due())
        async with asyncio.timeout(GENEROUS):
            while not harness.workspace.faults.used_up:
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.wait([sending])

    harness.run(killed())
    assert harness.run(second.bot.outbox.send_due()) == 0
    harness.clock.advance(seconds=61)
    harness.settle(second.bot)
    assert set(everything_said(harness).values()) == {1}
    assert erin.card(checkout).text.startswith("#1 Add Apple Pay")


def test_two_replicas_drain_ten_channels_as_fast_as_slack_allows(
    harness: Harness, checkout: Channel, second: Replica
) -> None:
    channels = [harness.workspace.add_channel(f"team-{number}", []) for number in range(10)]
    harness.workspace.faults.one_post_a_second = True
    harness.clock.advance(seconds=5)
    start = harness.clock.now

    def owe(session: Session) -> None:
        for channel in channels:
            row = ensure_channel(session, harness.workspace.team_id, channel.id)
            for number in range(6):
                key = f"x:{number}"
                session.add(Post(channel=row, key=key, drawing=Drawing.NO_ANSWER, due_at=start))

    harness.query(owe)
    harness.settle(second.bot)
    assert [len(harness.workspace.messages[channel.id]) for channel in channels] == [6] * 10
    assert (harness.clock.now - start).total_seconds() <= 5 * 1.15
