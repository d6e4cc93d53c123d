"""Load balancer of the crowd: replicas take turns, and some requests go wrong on their way."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from random import Random

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo.slack.server import serving

# Per cent of the requests that reach two replicas at once, and of those whose answer is lost.
SENT_TWICE, ANSWER_LOST = 3, 3
# Seconds for a request. Slack waits only three, and the bot gives up long before this ends.
PATIENCE = aiohttp.ClientTimeout(total=10)


class Proxy:
    """Round-robin proxy over `ports`. A replica that refuses connections is passed over."""

    def __init__(self, ports: list[int], dice: Random) -> None:
        self.ports = ports
        self.dice = dice
        self.raging = False
        self.gone_wrong: Counter[str] = Counter()
        self._turn = 0
        self._session: aiohttp.ClientSession

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Listen on a free port; yield the base URL."""
        app = Starlette(routes=[Route("/slack/events", self._forward, methods=["POST"])])
        # A connection of its own for each request, so that "refused" means that nothing was sent.
        connector = aiohttp.TCPConnector(force_close=True)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=PATIENCE) as self._session,
            serving(app) as url,
        ):
            yield url

    async def _forward(self, request: Request) -> Response:
        body = await request.body()
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.startswith("x-slack") or name == "content-type"
        }
        roll = self.dice.randrange(100) if self.raging else 100
        if roll < SENT_TWICE:
            self.gone_wrong["sent twice"] += 1
            answer, _ = await asyncio.gather(self._ask(body, headers), self._ask(body, headers))
            return answer
        answer = await self._ask(body, headers)
        if roll < SENT_TWICE + ANSWER_LOST:
            self.gone_wrong["answer lost"] += 1
            return Response(status_code=502)
        return answer

    async def _ask(self, body: bytes, headers: dict[str, str]) -> Response:
        for _ in self.ports:
            self._turn += 1
            port = self.ports[self._turn % len(self.ports)]
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers
                ) as answer:
                    type = answer.headers.get("content-type")
                    return Response(await answer.read(), answer.status, media_type=type)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError):
                return Response(status_code=502)
        return Response(status_code=503)
