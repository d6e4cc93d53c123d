"""Real processes of the command line, as a person starts them.

They run in a folder of their own, with the settings that the test gives and no others.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.demo.slack.workspace import Workspace
from support.forked import Forked

COMMAND = [sys.executable, "-m", "bot"]
# Seconds: long enough for a busy machine, short enough to notice that something never happens.
PATIENCE = 120


def environment(**given: str) -> dict[str, str]:
    """Return this machine's environment, without settings and proxies of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"TRADEOFF_|.*_proxy$", name, re.I)
    }
    return {**kept, **{f"TRADEOFF_{name.upper()}": value for name, value in given.items()}}


def tradeoff(folder: Path, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run `tradeoff` in a process forked from one that has imported the product."""
    return Forked(folder, environment(**given), *arguments).completed(PATIENCE)


def tradeoff_from_cold(
    folder: Path, *arguments: str, **given: str
) -> subprocess.CompletedProcess[str]:
    """Run `tradeoff` as a shell does."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**given),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def for_slack(workspace: Workspace, **more: str) -> dict[str, str]:
    """Return the settings that fit this workspace."""
    return {
        "slack_bot_token": workspace.token,
        "slack_signing_secret": workspace.signing_secret,
        "slack_api_url": f"{workspace.base_url}/api/",
        **more,
    }


def assert_no_secrets(workspace: Workspace, *outputs: str) -> None:
    for secret in (workspace.token, workspace.signing_secret, workspace.app_token):
        assert not [output for output in outputs if secret in output]


@contextlib.contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Make a PostgreSQL database with nothing in it, on this server."""
    name = f"empty_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield (
        make_url(server)
        .set(drivername="postgresql", database=name)
        .render_as_string(hide_password=False)
    )
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Served:
    """Running `tradeoff serve`."""

    def __init__(self, process: Forked, port: int) -> None:
        self.process = process
        self.port = port

    async def ready(self) -> dict[str, object]:
        """Return what /healthz says, as soon as it answers."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while self.process.returncode is None:
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        return dict(await answer.json())
                await asyncio.sleep(0.05)
        raise AssertionError(f"it ended: {await self.ended()}")

    async def listens_no_more(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except ConnectionRefusedError:
                    return
                writer.close()
                await asyncio.sleep(0.02)

    async def ended(self) -> str:
        """Return what it said, once it has ended."""
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        return "".join(self.process.said())


@contextlib.asynccontextmanager
async def served(folder: Path, workspace: Workspace, **given: str) -> AsyncIterator[Served]:
    port = free_port()
    settings = for_slack(workspace, port=str(port), **given)
    process = Forked(folder, environment(**settings), "serve")
    server = Served(process, port)
    try:
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await server.ended()
