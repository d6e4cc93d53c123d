"""Demo Slack of the crowd: calls take a while, as in life; some of them go wrong, at times most."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from bot.demo.slack.faults import Fault, Faults, Kind
from bot.demo.slack.server import DemoSlack, serving
from bot.demo.slack.workspace import Workspace
from support.crowd_faults import passed

# The weight of each sort of fault. A time-out is rare, because it takes up to ten
# seconds.
OF_A_POST: dict[Kind, int] = {
    "ratelimited": 5,
    "server_error": 3,
    "proxy_error": 2,
    "broken_before": 3,
    "broken_after": 8,
    "timeout_before": 1,
    "timeout_after": 1,
}
OF_A_READ: dict[Kind, int] = {
    "ratelimited": 2,
    "server_error": 2,
    "broken_before": 2,
    "timeout_before": 1,
}
# By method: the per cent of its calls that go wrong, and how they do.
GOES_WRONG: dict[str, tuple[int, dict[Kind, int]]] = {
    "chat.postMessage": (15, OF_A_POST),
    "chat.update": (10, OF_A_POST),
    "conversations.history": (10, OF_A_READ),
    "conversations.replies": (10, OF_A_READ),
    "conversations.open": (5, OF_A_READ),
    "conversations.info": (3, OF_A_READ),
    "conversations.members": (3, OF_A_READ),
    "users.info": (3, OF_A_READ),
    "views.open": (3, OF_A_READ),
}
# The per cent of calls that go wrong while Slack is down, and how they do.
DOWN = 90
OF_ALL: dict[Kind, int] = {"server_error": 1, "proxy_error": 1, "broken_before": 1}
# Seconds, at most, from the bot to Slack, and as many back.
ONE_WAY = 0.4
SENDING = ("chat.postMessage", "chat.update")


@dataclass
class RollingFaults(Faults):
    """Faults of the demo Slack that are not planned: each call may go wrong, by the dice.

    While Slack `is_down`, most do, at once, and none takes effect.
    """

    dice: Random = field(default_factory=Random)
    raging: bool = False
    is_down: bool = False
    gone_wrong: Counter[tuple[str, str]] = field(default_factory=Counter)

    def next_for(self, method: str, channel: str = "") -> Fault | None:
        chance, kinds = (DOWN, OF_ALL) if self.is_down else GOES_WRONG.get(method, (0, {}))
        if not self.raging or self.dice.randrange(100) >= chance:
            return None
        (kind,) = self.dice.choices(list(kinds), list(kinds.values()))
        self.gone_wrong[method, kind] += 1
        return Fault(method, kind, 0, self.dice.randint(1, 3), channel)

    @property
    def of_sending(self) -> int:
        """Return how many posts and updates went wrong."""
        return sum(count for (method, _), count in self.gone_wrong.items() if method in SENDING)


class SlowSlack(DemoSlack):
    """Demo Slack whose calls take a while on their way in, and on their way back."""

    def __init__(self, workspace: Workspace, dice: Random) -> None:
        super().__init__(workspace)
        self.dice = dice

    async def _call(self, request: Request) -> Response:
        await asyncio.sleep(self.dice.uniform(0, ONE_WAY))
        answer = await super()._call(request)
        await asyncio.sleep(self.dice.uniform(0, ONE_WAY))
        return answer

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen on a free port."""
        async with serving(Starlette(routes=self.routes)) as self.workspace.base_url:
            yield
        await self.delivery.close()


async def take_slack_down(
    faults: RollingFaults, dice: Random, ended: asyncio.Event
) -> Counter[str]:
    """Take Slack down now and then, so that messages pile up; return how often."""
    count: Counter[str] = Counter()
    while not await passed(ended, dice.uniform(10, 25)):
        count["Slack down"] += 1
        faults.is_down = True
        await passed(ended, dice.uniform(2, 6))
        faults.is_down = False
    return count
