"""Starts the demo: the fake Slack with its page on one port, the bot on another, in one process and one loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bot.demo.workspace import Workspace
from bot.demo.world import HINTS, build_world

HOST = "127.0.0.1"
BotMaker = Callable[[Workspace], ASGIApp]
Seed = Callable[[Workspace], Awaitable[None]]


@dataclass(frozen=True)
class Demo:
    """A running demo: where people open it, and what is in it."""

    url: str
    workspace: Workspace


@asynccontextmanager
async def running(
    make_bot: BotMaker, manifest: dict[str, Any], *, seed: Seed | None = None, port: int = 0
) -> AsyncIterator[Demo]:
    """The whole demo, ready when entered and stopped when left. Port 0 takes a free one."""
    workspace = Workspace()
    build_world(workspace)
    async with _slack(workspace, manifest, port) as (url, everything_read), _bot(workspace, make_bot):
        if seed:
            await seed(workspace)
        everything_read()
        yield Demo(url, workspace)


@asynccontextmanager
async def _slack(
    workspace: Workspace, manifest: dict[str, Any], port: int
) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """The fake Slack's API with the page at `/`. NiceGUI is loaded here, as nothing but the demo needs it."""
    from bot.demo.page import Hint, mount_page
    from bot.demo.server import create_slack

    server = create_slack(workspace)
    page = mount_page(server, workspace, manifest=manifest, hints=[Hint(**hint) for hint in HINTS])
    async with serving(server, port) as url:
        workspace.base_url = url
        yield url, page.everything_read


@asynccontextmanager
async def _bot(workspace: Workspace, make_bot: BotMaker) -> AsyncIterator[None]:
    """The bot on a free port; from here on the fake Slack delivers to it."""
    async with serving(make_bot(workspace), 0) as url:
        connect(workspace, url)
        yield


@asynccontextmanager
async def serving(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """A server in this loop, listening when entered; its address comes back, it is gone when left."""
    listener = socket.create_server((HOST, port))
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    # The process answers signals itself; a server in it must not take them.
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if task.done():
            task.result()
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()
