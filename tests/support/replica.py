"""Second replica of the bot, on the same record."""

from __future__ import annotations

import contextlib

from bot.demo.slack.delivery import Delivery
from bot.demo.slack.member import Member
from bot.demo.slack.server import serving
from support.harness import Actor, Harness


class Replica:
    """Replica of the bot, with an address of its own."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.bot = harness.new_bot()
        first = harness.slack.delivery
        self.delivery = Delivery(harness.workspace, triggers=first.triggers)
        self.delivery.patience = first.patience
        self._stack = contextlib.AsyncExitStack()
        harness.run(self._start())

    async def _start(self) -> None:
        self.delivery.bot_url = await self._stack.enter_async_context(
            serving(self.bot.web(loops=False))
        )

    def stop(self) -> None:
        self.harness.run(self._stack.aclose())
        self.harness.run(self.delivery.close())

    def sees(self, who: Actor) -> Actor:
        """Return this person as an actor whose requests go to this replica."""
        return Actor(self.harness, Member(self.delivery, who.member.person))
