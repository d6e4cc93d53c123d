"""Starts the demo: the fake Slack with its page on one port, the bot on another, in one process and one loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.demo.server import DemoSlack, serving
from bot.demo.workspace import Workspace
from bot.demo.world import HINTS, build_world

# The bot is made when the fake Slack already listens: `base_url`, token and signing secret are the workspace's.
MakeBot = Callable[[Workspace], ASGIApp]
Seed = Callable[[Workspace], Awaitable[None]]


@dataclass(frozen=True)
class Demo:
    """A running demo: where people open it, and what is in it."""

    url: str
    workspace: Workspace


@asynccontextmanager
async def running(
    make_bot: MakeBot, manifest: dict[str, Any], *, seed: Seed | None = None, port: int = 0
) -> AsyncIterator[Demo]:
    """The whole demo: ready when entered, stopped when left. Port 0 takes a free one."""
    workspace = Workspace()
    build_world(workspace)
    async with _slack(workspace, manifest, port) as (slack, everything_read), _bot(slack, make_bot):
        if seed:
            await seed(workspace)
        everything_read()
        yield Demo(workspace.base_url, workspace)


@asynccontextmanager
async def _slack(
    workspace: Workspace, manifest: dict[str, Any], port: int
) -> AsyncIterator[tuple[DemoSlack, Callable[[], None]]]:
    """The fake Slack's API with the page at `/`. NiceGUI is loaded here, as nothing but the demo needs it."""
    from bot.demo.page import Hint, mount_page

    slack = DemoSlack(workspace)
    server = Starlette(routes=slack.routes)
    page = mount_page(server, workspace, manifest=manifest, hints=[Hint(**hint) for hint in HINTS])
    async with serving(server, port) as url:
        workspace.base_url = url
        yield slack, page.everything_read
    await slack.delivery.close()


@asynccontextmanager
async def _bot(slack: DemoSlack, make_bot: MakeBot) -> AsyncIterator[None]:
    """The bot on a free port; from here on what people do is delivered to it."""
    async with serving(make_bot(slack.workspace)) as url:
        slack.delivery.bot_url = url
        yield
        slack.delivery.bot_url = ""
