"""Requests that arrive twice, with the same signature: each takes effect once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.demo.slack import payloads
from bot.demo.slack.workspace import Channel
from models.tables import Base
from models.tables.post import Post
from models.tables.taken_request import TakenRequest
from support.harness import Actor, Harness


class Wire:
    """Recorder of Slack's requests to the bot, which can send them again with their signatures."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.post = harness.slack.delivery.post
        self.sent: list[tuple[str | bytes, dict[str, str]]] = []
        harness.slack.delivery.post = self.record  # type: ignore[method-assign]

    async def record(self, body: str | bytes, headers: dict[str, str]) -> Any:
        self.sent.append((body, headers))
        return await self.post(body, headers)

    def repeat(self) -> None:
        """Send every recorded request again."""

        async def again() -> None:
            for body, headers in self.sent:
                await self.post(body, headers)

        self.harness.run(again())
        self.harness.settle()


def record_of(harness: Harness) -> dict[str, list[Any]]:
    """Return the rows of all tables but `timer`; of `post`, only the key and the person."""

    def read(session: Session) -> dict[str, list[Any]]:
        tables = [
            table for name, table in Base.metadata.tables.items() if name not in ("post", "timer")
        ]
        rows = {table.name: list(session.execute(select(table))) for table in tables}
        return {**rows, "post": list(session.execute(select(Post.key, Post.person)))}

    return {name: sorted(map(repr, rows)) for name, rows in harness.query(read).items()}


def acts(alice: Actor, bob: Actor, erin: Actor, checkout: Channel) -> Iterator[str]:
    """Act on a decision in many ways; yield the name of each act once it is done."""
    card = erin.raises("Guest checkout")
    yield "raise"
    bob.states_impact(card)
    yield "state impact"
    alice.asks(card, "erin", "For whom?")
    yield "ask"
    erin.answers("For guests")
    yield "answer"
    assert alice.delegates(card, "sam") == {}
    yield "delegate"
    assert alice.delegates(card, "alice") == {}
    yield "take back"
    assert alice.goes_away("sam") == {}
    alice.harness.run(alice.member.closes())
    yield "away"
    alice.is_back()
    yield "back"
    alice.approves(card)
    yield "approve"
    alice.undoes()
    yield "undo"
    alice.rejects(card)
    yield "reject"
    alice.harness.later(minutes=6)
    alice.reopens(card)
    yield "reopen"
    erin.presses(card, "Approve")
    yield "attempt outside the right"
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Not needed") == {}
    yield "withdraw"
    erin.types("/tradeoff export csv", checkout)
    yield "export"


def test_a_request_that_arrives_twice_takes_effect_once(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    wire = Wire(harness)
    for act in acts(alice, bob, erin, checkout):
        before = record_of(harness)
        wire.repeat()
        now = record_of(harness)
        changed = [name for name in now if now[name] != before[name]]
        assert not changed, f"after {act}, when everything so far arrived again: {changed}"
    assert "Something went wrong" not in alice.was_told() + erin.was_told()
    harness.refused("exchanged_trigger_id", "expired_url")


@pytest.mark.both_databases
def test_requests_that_arrive_together_take_effect_once(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout")
    bob.states_impact(card)
    alice.presses(card, "Ask")
    alice.fills(person="erin", question="For whom?")
    form = payloads.submission(harness.workspace, alice.member.person, alice.form)

    async def five_times() -> list[int]:
        interaction = harness.slack.delivery.interaction
        return [
            answer.status for answer in await asyncio.gather(*(interaction(form) for _ in range(5)))
        ]

    assert harness.run(five_times()) == [200] * 5
    harness.settle()
    assert len(harness.decision_whole().questions) == 1


def test_requests_are_forgotten_after_a_day(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    def kept() -> int:
        of_erin = TakenRequest.person == erin.id
        count = select(func.count()).select_from(TakenRequest).where(of_erin)
        return int(harness.query(lambda session: session.scalar(count)))

    erin.raises("One", kind="requirements")
    erin.raises("Two", kind="requirements")
    assert kept() == 2
    harness.later(days=2)
    erin.raises("Three", kind="requirements")
    assert kept() == 1
