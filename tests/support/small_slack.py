"""Demo Slack without our bot, and a connection that calls its methods as an app does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.demo.slack.member import Member
from bot.demo.slack.server import DemoSlack, running
from bot.demo.slack.workspace import Channel, Message, Workspace

JSON = "application/json; charset=utf-8"


class Clock:
    """Time that only tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Reply:
    """Answer over HTTP; `word` is "ok" or the refusal's name."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.text))

    @property
    def word(self) -> str:
        return "ok" if self.json["ok"] else str(self.json["error"])


class SmallSlack:
    """Small workspace, and an HTTP connection with which a test calls methods as the app."""

    def __init__(self, slack: DemoSlack, clock: Clock, session: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.clock = clock
        self.session = session
        self.workspace = slack.workspace
        self.checkout = self.workspace.add_channel("checkout", ["alice", "erin"])
        self.workspace.add_channel("elsewhere", ["alice"], bot_in=False)
        self.workspace.add_channel("old", ["alice"]).is_archived = True

    async def call(
        self, method: str, *, token: str = "", form: bool = False, **given: Any
    ) -> Reply:
        """Call a method with JSON or, if `form` is True, with form fields."""
        headers = {"Authorization": f"Bearer {token or self.workspace.token}"}
        url = f"{self.workspace.base_url}/api/{method}"
        if form:
            sent: Any = given
        else:
            sent, headers["Content-Type"] = json.dumps(given), JSON
        async with self.session.post(url, data=sent, headers=headers) as answer:
            return Reply(answer.status, dict(answer.headers), await answer.text())

    def member(self, name: str) -> Member:
        return Member(self.slack.delivery, self.workspace.person(name))

    def trigger(self, name: str = "alice") -> str:
        return self.slack.delivery.triggers.issue(self.workspace.person(name).id)

    async def posts(
        self, text: str = "Hello", channel: Channel | None = None, **more: Any
    ) -> Message:
        """Post as the app, and return the message from the workspace."""
        place = channel or self.checkout
        answer = await self.call("chat.postMessage", channel=place.id, text=text, **more)
        assert answer.word == "ok", answer.text
        found = self.workspace.message(place.id, answer.json["ts"])
        assert found is not None
        return found


@asynccontextmanager
async def small_slack(**workspace: Any) -> AsyncIterator[SmallSlack]:
    clock = Clock()
    made = Workspace(clock=clock, **workspace)
    for name in ("alice", "erin", "dora"):
        made.add_person(name)
    async with running(made) as slack, aiohttp.ClientSession() as session:
        yield SmallSlack(slack, clock, session)


def played(steps: Callable[[SmallSlack], Awaitable[None]], **workspace: Any) -> None:
    """Run these steps against a new demo Slack."""

    async def play() -> None:
        async with small_slack(**workspace) as slack:
            await steps(slack)

    asyncio.run(play())


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}
