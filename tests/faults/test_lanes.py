"""Faults at one destination or in one replica: others do not wait, and Slack's answers are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.demo.slack.workspace import Channel, Message
from models.tables.post import Drawing, Post
from support.harness import Actor, Harness
from support.replica import Replica


@pytest.fixture
def second(harness: Harness) -> Iterator[Replica]:
    replica = Replica(harness)
    yield replica
    replica.stop()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


def said(harness: Harness, channel: Channel, words: str) -> list[Message]:
    found = harness.workspace.messages.get(channel.id, [])
    return [message for message in found if message.bot_id and words in message.text]


def card_of(harness: Harness) -> Post:
    (card,) = [post for post in harness.posts() if post.drawing is Drawing.CARD]
    return card


def test_a_channel_that_slack_does_not_answer_for_holds_up_no_other(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "held", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)

    async def story() -> None:
        loop = asyncio.create_task(harness.bot.outbox.run())
        await until(lambda: harness.workspace.faults.used_up)
        await erin.member.types(search, "/tradeoff Better ranking")
        fields = {"kind": "requirements", "why_now": "Asked for"}
        assert await erin.member.submits(fields, option1_name="Yes", option2_name="No") == {}
        await until(lambda: said(harness, search, "Better ranking"))
        assert said(harness, checkout, "Guest checkout") == []
        harness.workspace.faults.released.set()
        await until(lambda: said(harness, checkout, "Guest checkout"))
        await harness.bot.outbox.stop(10)
        await loop

    harness.run(story())


@pytest.mark.both_databases
def test_what_slack_has_answered_is_marked_as_soon_as_the_database_takes_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    failures = [OperationalError("", {}, Exception("gone")) for _ in range(2)]

    @event.listens_for(harness.bot.database.engine, "before_cursor_execute")
    def refuse(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("UPDATE post") and "fingerprint=" in statement and failures:
            raise failures.pop()

    harness.workspace.scopes -= {"channels:history", "groups:history", "im:history"}
    card = erin.raises("Guest checkout", kind="requirements")
    assert failures == []
    assert card_of(harness).ts == card.ts
    alice.rejects(card)
    assert "Rejected by @alice" in harness.text(card)


def test_a_planned_stop_finishes_what_is_under_way_and_claims_nothing_new(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "held", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)

    async def story() -> None:
        outbox = harness.bot.outbox
        loop = asyncio.create_task(outbox.run())
        await until(lambda: harness.workspace.faults.used_up)
        await until(lambda: alice.dm())
        stopping = asyncio.create_task(outbox.stop(60))
        await asyncio.sleep(0)
        await erin.member.types(search, "/tradeoff Better ranking")
        fields = {"kind": "requirements", "why_now": "Asked for"}
        assert await erin.member.submits(fields, option1_name="Yes", option2_name="No") == {}
        assert await outbox.send_due() == 0
        harness.workspace.faults.released.set()
        await stopping
        await loop

    harness.run(story())
    first, later = (post for post in harness.posts() if post.drawing is Drawing.CARD)
    assert (first.shown, first.sending, first.claimed_until) == (1, False, None)
    assert first.ts == said(harness, checkout, "Guest checkout")[0].ts
    assert (later.shown, later.sending, later.claimed_until) == (0, False, None)


def test_an_answer_that_comes_after_the_lease_corrects_what_was_unknown(
    harness: Harness, erin: Actor, checkout: Channel, second: Replica
) -> None:
    harness.workspace.scopes -= {"channels:history"}
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "held", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)

    async def story() -> None:
        sending = asyncio.create_task(harness.bot.outbox.send_due())
        await until(lambda: harness.workspace.faults.used_up)
        harness.clock.advance(seconds=61)
        await second.bot.outbox.send_due()
        harness.workspace.faults.released.set()
        await sending

    harness.run(story())
    harness.refused("missing_scope")
    harness.settle(second.bot)
    (message,) = said(harness, checkout, "Guest checkout")
    card = card_of(harness)
    assert (card.state, card.ts, card.shown) == ("owed", message.ts, card.wanted)


def test_a_digest_whose_picture_takes_longer_than_the_lease_is_posted_once(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, second: Replica
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    alice.rejects(alice.dm()[-1])
    harness.clock.now = datetime(2026, 11, 30, 9, 0, 1, tzinfo=UTC)
    harness.breaks("files.info", "held")

    async def story() -> None:
        await harness.bot.timers.fire_due()
        sending = asyncio.create_task(harness.bot.outbox.send_due())
        await until(lambda: harness.workspace.faults.used_up)
        harness.clock.advance(seconds=62)
        await second.bot.outbox.send_due()
        harness.workspace.faults.released.set()
        await sending

    harness.run(story())
    harness.settle(second.bot)
    heads = [
        message
        for message in harness.workspace.messages[checkout.id]
        if message.blocks and message.blocks[0].get("type") == "header"
    ]
    assert len([head for head in heads if "week" in str(head.blocks[0]).lower()]) == 1
