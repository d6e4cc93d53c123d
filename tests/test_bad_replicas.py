"""Bad days: two replicas on one database, both with their loops at work. Everything still happens once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator

import pytest
from house import GENEROUS, Actor, House
from sqlalchemy import select

from bot.demo.delivery import Delivery
from bot.demo.member import Member
from bot.demo.server import serving
from bot.demo.workspace import Channel
from models.history import HistoryEvent
from models.rules import Impact, Outcome, Verb


class Second:
    """Another replica, at its own door."""

    def __init__(self, house: House) -> None:
        self.house, self.bot = house, house.new_bot()
        self.delivery = Delivery(house.workspace, triggers=house.slack.delivery.triggers)
        self._stack = contextlib.AsyncExitStack()
        house.run(self._start())

    async def _start(self) -> None:
        self.delivery.bot_url = await self._stack.enter_async_context(serving(self.bot.web(loops=False)))

    def stop(self) -> None:
        self.house.run(self._stack.aclose())
        self.house.run(self.delivery.close())

    def sees(self, who: Actor) -> Actor:
        """This person, whose requests the load balancer sends here."""
        found = Actor(self.house, Member(self.house.workspace, who.member.person))
        found.member.delivery = self.delivery
        return found


@pytest.fixture
def second(house: House) -> Iterator[Second]:
    replica = Second(house)
    yield replica
    replica.stop()


def everything_said(house: House) -> Counter[tuple[str, str]]:
    """How often each text stands where."""
    return Counter(
        (channel, one.text)
        for channel, messages in house.workspace.messages.items()
        for one in messages
        if one.bot_id and not one.ephemeral_to
    )


def events(house: House, verb: Verb) -> int:
    query = select(HistoryEvent).where(HistoryEvent.verb == verb)
    return len(house.query(lambda session: session.scalars(query).all()))


def test_every_message_once_and_at_slacks_pace(house: House, erin: Actor, checkout: Channel, second: Second) -> None:
    house.workspace.faults.one_post_a_second = True
    house.clock.advance(seconds=5)
    for number in range(8):
        who = erin if number % 2 else second.sees(erin)
        who.raises_quietly(f"Wish {number}", checkout, "priority")
    house.settle(second.bot)
    said = everything_said(house)
    assert len([text for _, text in said if "Wish" in text]) == 16
    assert set(said.values()) == {1}
    assert [one.number for one in house.decisions()] == list(range(1, 9))


def test_a_timer_fires_once(house: House, erin: Actor, alice: Actor, checkout: Channel, second: Second) -> None:
    for number in range(5):
        erin.raises_quietly(f"Wish {number}", checkout, "priority")
    house.settle(second.bot)
    house.clock.advance(days=3)
    house.settle(second.bot)
    assert [one.impact for one in house.decisions()] == [Impact.LAPSED] * 5
    assert events(house, Verb.LAPSE_IMPACT) == 5
    assert len(alice.dm()) == 5


def test_a_decision_on_each_replica_at_once_is_one(
    house: House, alice: Actor, erin: Actor, checkout: Channel, second: Second
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    there = second.sees(alice).member
    alice.presses(card, "Approve")
    alice.fills(option="A. Add it now", reason="Here")
    here_form = alice.form
    house.run(there.presses(alice.dm()[-1], "Reject"))
    there.fills("reason", "There")
    there_form = there.modal

    async def both() -> None:
        await asyncio.gather(alice.member.submit_view(here_form), there.submit_view(there_form))

    house.run(both())
    house.settle(second.bot)
    decision = house.decision()
    assert decision.settled_reason == ("Here" if decision.outcome is Outcome.APPROVED else "There")
    loser = there_form if decision.outcome is Outcome.APPROVED else here_form
    assert f"#1 is already {decision.outcome_word} by" in str(loser.view)
    assert events(house, Verb.DECIDE) == 1
    assert set(everything_said(house).values()) == {1}


def test_each_replica_carries_on_what_the_other_began(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, second: Second
) -> None:
    second.sees(erin).raises_quietly("Add Apple Pay", checkout, "priority")
    house.settle(second.bot)
    card = erin.card(checkout)
    bob.states_impact(card)
    there = second.sees(alice).member
    house.run(there.presses(alice.dm()[-1], "Approve"))
    assert house.run(there.submits(option="A. Yes", reason="Worth it")) == {}
    house.settle(second.bot)
    assert "Approved by @alice" in house.text(card)
    assert set(everything_said(house).values()) == {1}


def test_what_a_dead_replica_had_taken_is_sent_by_the_other(
    house: House, erin: Actor, checkout: Channel, second: Second
) -> None:
    house.clock.advance(seconds=5)
    erin.raises_quietly("Add Apple Pay", checkout)
    house.breaks("chat.postMessage", "timeout_after", channel=checkout.id)
    house.timeouts.send = GENEROUS

    async def killed() -> None:
        sending = asyncio.create_task(house.bot.outbox.send_due())
        async with asyncio.timeout(GENEROUS):
            while not house.workspace.faults.used_up:
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.wait([sending])

    house.run(killed())
    assert house.run(second.bot.outbox.send_due()) == 0
    house.clock.advance(seconds=61)
    house.settle(second.bot)
    assert set(everything_said(house).values()) == {1}
    assert erin.card(checkout).text.startswith("#1 Add Apple Pay")
