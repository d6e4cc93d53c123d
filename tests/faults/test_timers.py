"""Faults of timers: one cannot be read, or Slack does not say who a person is when it fires."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from bot import timers
from bot.demo.slack.workspace import Channel
from models.rules import Impact
from models.tables.timer import Timer
from support.harness import Actor, Harness


@pytest.mark.both_databases
def test_a_timer_of_a_newer_release_blocks_no_other(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Add Apple Pay")
    erin.raises("Guest checkout", kind="priority")
    first = select(Timer.id).order_by(Timer.due_at, Timer.id)
    id = harness.query(lambda session: session.scalars(first).first())
    newer = text("UPDATE timer SET kind = 'of_tomorrow' WHERE id = :id")
    harness.query(lambda session: session.execute(newer, {"id": id}))
    harness.later(days=3)
    assert Impact.LAPSED in [decision.impact for decision in harness.decisions()]
    row = text("SELECT attempts, last_error FROM timer WHERE id = :id")
    attempts, error = harness.query(lambda session: session.execute(row, {"id": id}).one())
    assert attempts > 0
    assert error == "LookupError"


def test_timers_do_not_wait_for_each_others_people(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search, po="sam", sponsor=None)
    for channel in (checkout, search):
        erin.raises("Wish", kind="requirements", in_=channel, due_on="2026-11-23")
    harness.clock.now = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
    harness.settle()
    harness.clock.now = datetime(2026, 11, 24, 9, 30, 1, tzinfo=UTC)
    harness.bot.people._people._kept.clear()
    harness.breaks("users.info", "held", times=2)

    async def story() -> None:
        firing = asyncio.create_task(harness.bot.timers.fire_due())
        async with asyncio.timeout(60):
            while not harness.workspace.faults.used_up:
                await asyncio.sleep(0.01)
        assert not firing.done()
        harness.workspace.faults.released.set()
        await firing

    harness.run(story())


def test_a_timer_whose_people_slack_does_not_name_holds_up_no_other(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel, search: Channel
) -> None:
    """Other timers fire at once while Slack is silent about one person."""
    alice.sets_up(search, po="sam", sponsor=None)
    erin.raises("Wish", kind="requirements", in_=search, due_on="2026-11-23")
    for number in range(10):
        erin.raises(f"Healthy {number}", kind="requirements", in_=checkout, due_on="2026-11-24")
    harness.clock.now = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
    harness.settle()
    harness.clock.now = datetime(2026, 11, 24, 9, 30, 1, tzinfo=UTC)
    harness.bot.people._people._kept.clear()
    harness.breaks("users.info", "held", channel=sam.id)

    async def story() -> None:
        timers = asyncio.create_task(harness.bot.timers.run())
        async with asyncio.timeout(60):
            while not harness.workspace.faults.used_up:
                await asyncio.sleep(0.01)
            harness.clock.now = datetime(2026, 11, 25, 0, 1, tzinfo=UTC)
            harness.bot.timers.wake()
            while sum(decision.overdue_at is not None for decision in harness.decisions()) < 11:
                await asyncio.sleep(0.01)
        assert not harness.workspace.faults.released.is_set()
        timers.cancel()
        await asyncio.wait([timers])

    harness.run(story())


@pytest.mark.parametrize("turns", range(6))
def test_timers_that_are_woken_and_told_to_end_at_once_end(harness: Harness, turns: int) -> None:
    """`asyncio.wait_for` forgets, before Python 3.12, a cancellation that comes with the result."""

    async def story() -> None:
        running = asyncio.create_task(harness.bot.timers.run())
        await asyncio.sleep(0.3)
        harness.bot.timers.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        ended, _ = await asyncio.wait([running], timeout=5)
        running.cancel()
        assert ended

    harness.run(story())


def test_a_timer_that_is_gone_meanwhile_is_no_fault(harness: Harness) -> None:
    """Another replica has fired it, and its row is deleted, while this one asks Slack."""
    gone = 99
    assert harness.query(lambda session: timers._tenant_of(session, gone)) is None
    harness.query(lambda session: timers._put_off(session, gone, harness.clock.now, "Fault"))
    assert harness.run(harness.bot.timers._fire(gone)) is False
