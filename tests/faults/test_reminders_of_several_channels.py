"""Reminders list what waits in several channels; one of them may be closed to the reader later."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import secret_of, until


def read(actor: Actor) -> str:
    return "\n".join(actor.harness.text(told) for told in actor.dm())


def leave(actor: Actor, channel: Channel) -> None:
    channel.members.discard(actor.id)
    event = {"type": "member_left_channel", "user": actor.id, "channel": channel.id}
    actor.harness.run(actor.member.delivery.event(event))
    actor.harness.settle()


@pytest.mark.parametrize("event_is_lost", [False, True])
def test_a_reminder_of_several_channels_shows_nothing_of_one_that_its_reader_has_left(
    harness: Harness,
    alice: Actor,
    bob: Actor,
    erin: Actor,
    checkout: Channel,
    event_is_lost: bool,
) -> None:
    """The reminder is kept as one of the other channel."""
    secret = secret_of(harness, alice)
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    erin.raises("Lay off contractors", kind="requirements", in_=secret, due_on="2026-11-24")
    until(harness, 25)
    assert "Lay off" in read(alice)
    if event_is_lost:
        secret.members.discard(alice.id)
        harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
        harness.later(minutes=51)
    else:
        leave(alice, secret)
    assert "Lay off" not in read(alice)
    assert "1 thing waits for you." in read(alice)


def test_a_reminder_shows_again_what_waits_where_its_reader_is_back(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="requirements", in_=secret, due_on="2026-11-24")
    until(harness, 25)
    leave(alice, secret)
    gone = "What waits for you is in a channel in which I cannot see you any more."
    assert gone in read(alice)
    secret.members.add(alice.id)
    event = {"type": "member_joined_channel", "user": alice.id, "channel": secret.id}
    harness.run(alice.member.delivery.event(event))
    harness.settle()
    assert gone not in read(alice)
    assert "1 thing waits for you." in read(alice)
