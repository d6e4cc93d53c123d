"""Events about departures that arrive late, twice, or at two replicas at once."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.slack.shapes import user_json
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.replica import Replica
from support.story_helpers import acting, verified


def hears(harness: Harness, person: Actor, *, deleted: bool) -> None:
    """Deliver an event about this person that is out of date."""
    user = {**user_json(person.member.person, harness.workspace), "deleted": deleted}
    event = {"type": "user_change", "event_ts": "1.1", "user": user}
    harness.run(person.member.delivery.event(event))
    harness.settle()


def seats_told(harness: Harness, reader: Actor, channel: Channel) -> list[str]:
    """Return the channel's messages about seats, as they read now."""
    shown = map(harness.plain, reader.member.sees(channel))
    return [words for words in shown if "seat of" in words or "is back in Slack" in words]


def test_a_departure_that_is_told_late_takes_nothing_from_somebody_who_is_back(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Lay off contractors", kind="risk")
    harness.run(bob.member.is_deactivated())
    harness.run(bob.member.is_reactivated())
    harness.settle()
    hears(harness, bob, deleted=True)
    assert acting(harness) == ("bob", None, "alice", None)
    assert not any("is empty" in words for words in seats_told(harness, erin, checkout))


def test_a_change_that_is_told_late_gives_nothing_back_to_somebody_who_has_left(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Slack delivers the event of Bob's new status only after that of his departure."""
    erin.raises("Lay off contractors", kind="risk")
    harness.run(bob.member.is_deactivated())
    harness.settle()
    hears(harness, bob, deleted=False)
    assert acting(harness) == ("sam", "bob", "alice", None)
    assert "is empty here" in seats_told(harness, erin, checkout)[-1]


@pytest.mark.both_databases
def test_a_departure_and_a_return_at_once_leave_what_slack_says(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Two replicas hear of them at once, one of each."""
    second = Replica(harness)
    erin.raises("Lay off contractors", kind="risk")
    there = second.sees(bob).member

    async def both() -> None:
        await asyncio.gather(bob.member.is_deactivated(), there.is_reactivated())

    harness.run(both())
    harness.settle(second.bot)
    assert acting(harness) == ("bob", None, "alice", None)
    assert not any("is empty" in words for words in seats_told(harness, erin, checkout))
    verified(harness)
    second.stop()
