"""Updates whose end the bot does not see: the message still becomes what the record says.

The record may be back at what Slack showed before the update.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.demo.slack.faults import Kind
from bot.demo.slack.workspace import Channel
from bot.outbox.claims import BETWEEN_UPDATES, LEASE
from support.harness import GENEROUS, Actor, Harness
from support.story_helpers import secret_of

# The update was carried out, but the bot gets no answer that says so.
CARRIED_OUT: list[Kind] = ["broken_after", "timeout_after"]
HIDDEN = "This message was about a channel in which I cannot see you any more."
ASKED = "#1 Lay off contractors in #secret waits for your decision."


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(GENEROUS):
        while not true():
            await asyncio.sleep(0.01)


async def goes(bob: Actor, channel: Channel, *, joins: bool) -> None:
    (channel.members.add if joins else channel.members.discard)(bob.id)
    event = {"type": f"member_{'joined' if joins else 'left'}_channel", "user": bob.id}
    await bob.member.delivery.event({**event, "channel": channel.id})


def is_in(bob: Actor, channel: Channel, *, joins: bool) -> None:
    """Let Bob join or leave this channel. Nothing is sent yet."""
    bob.harness.run(goes(bob, channel, joins=joins))


def hidden_from_bob(harness: Harness, alice: Actor, bob: Actor, erin: Actor) -> Channel:
    """Raise what Bob decides in a private channel, and let him leave it; return the channel."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    is_in(bob, secret, joins=False)
    harness.settle()
    assert bob.dm_text() == [HIDDEN]
    harness.later(minutes=1)
    return secret


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", CARRIED_OUT)
def test_whoever_leaves_again_before_an_update_is_repeated_reads_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, kind: Kind
) -> None:
    secret = hidden_from_bob(harness, alice, bob, erin)
    is_in(bob, secret, joins=True)
    harness.breaks("chat.update", kind, channel=bob.dm()[0].channel)
    harness.sends()
    assert ASKED in bob.dm_text()[0]
    is_in(bob, secret, joins=False)
    harness.later(minutes=1)
    assert bob.dm_text() == [HIDDEN]


@pytest.mark.both_databases
def test_whoever_leaves_again_after_the_bot_was_killed_reads_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Slack has carried out the update, and the bot ends before it marks the row."""
    secret = hidden_from_bob(harness, alice, bob, erin)
    is_in(bob, secret, joins=True)
    harness.workspace.faults.add("chat.update", "timeout_after", channel=bob.dm()[0].channel)

    async def killed() -> None:
        sending = asyncio.create_task(harness.bot.outbox.send_at_once())
        await until(lambda: ASKED in bob.dm_text()[0])
        sending.cancel()

    harness.run(killed())
    is_in(bob, secret, joins=False)
    harness.later(seconds=LEASE.total_seconds() + 1)
    assert bob.dm_text() == [HIDDEN]


@pytest.mark.both_databases
def test_an_older_update_that_slack_carries_out_last_is_corrected(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """The first replica has stalled, and its lease is over; the second has sent a newer update."""
    secret = hidden_from_bob(harness, alice, bob, erin)
    is_in(bob, secret, joins=True)
    second = harness.new_bot()
    harness.breaks("chat.update", "held", channel=bob.dm()[0].channel)

    async def stalled() -> None:
        sending = asyncio.create_task(harness.bot.outbox.send_at_once())
        await until(lambda: harness.workspace.faults.used_up)
        harness.clock.advance(seconds=LEASE.total_seconds() + 1)
        await goes(bob, secret, joins=False)
        await second.outbox.send_due()
        assert bob.dm_text() == [HIDDEN]
        harness.workspace.faults.released.set()
        await sending
        assert ASKED in bob.dm_text()[0]

    harness.run(stalled())
    harness.settle(second)
    assert bob.dm_text() == [HIDDEN]


@pytest.mark.both_databases
@pytest.mark.parametrize("repeated", [False, True], ids=["after the next", "after two newer ones"])
def test_an_update_that_slack_carries_out_late_is_corrected(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, repeated: bool
) -> None:
    """The newer updates are the one that hides the message and, before it, perhaps a repeat."""
    secret = hidden_from_bob(harness, alice, bob, erin)
    is_in(bob, secret, joins=True)
    harness.timeouts.send = 0.4
    harness.breaks("chat.update", "held", channel=bob.dm()[0].channel)
    harness.sends()
    if repeated:
        harness.clock.advance(seconds=10)
        harness.sends()
    is_in(bob, secret, joins=False)
    harness.clock.advance(seconds=10)
    harness.sends()
    assert bob.dm_text() == [HIDDEN]
    harness.timeouts.send = GENEROUS
    harness.workspace.faults.released.set()
    harness.run(until(lambda: ASKED in bob.dm_text()[0]))
    harness.later(minutes=1)
    assert bob.dm_text() == [HIDDEN]


@pytest.mark.both_databases
@pytest.mark.parametrize("was_cut_off", [False, True])
def test_whoever_leaves_while_an_update_is_under_way_reads_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, was_cut_off: bool
) -> None:
    """Nothing but the update says that Bob may read: in the record, his message is still hidden."""
    secret = hidden_from_bob(harness, alice, bob, erin)
    is_in(bob, secret, joins=True)
    if was_cut_off:
        harness.breaks("chat.update", "broken_after", channel=bob.dm()[0].channel)
        harness.sends()
        harness.clock.advance(seconds=10)
    leaves_meanwhile(harness, bob, secret)
    assert ASKED in bob.dm_text()[0]
    harness.clock.advance(seconds=BETWEEN_UPDATES.total_seconds())
    harness.sends()
    assert bob.dm_text() == [HIDDEN]


def leaves_meanwhile(harness: Harness, bob: Actor, channel: Channel) -> None:
    """Let Bob leave this channel after his message was drawn, and before Slack answers."""
    harness.breaks("chat.update", "held", channel=bob.dm()[0].channel)

    async def under_way() -> None:
        sending = asyncio.create_task(harness.bot.outbox.send_at_once())
        await until(lambda: harness.workspace.faults.used_up)
        await goes(bob, channel, joins=False)
        await until(lambda: any(post.wanted > 3 for post in harness.posts()))
        harness.workspace.faults.released.set()
        await sending

    harness.run(under_way())
