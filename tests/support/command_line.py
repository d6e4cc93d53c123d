"""Real processes of the command line, as a person starts them.

In an empty folder, with settings from nowhere else. To import the product takes seconds, so most
processes are forked from one that has imported it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import aiohttp
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.demo.slack.workspace import Workspace

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


# Reads a command per line, runs it in a process forked off, and writes its exit code.
_FORKED = """
import json, os, sys
import alembic.command, bot.app, bot.cli, bot.migrate, sqlalchemy.dialects.sqlite
import bot.commands.digest, bot.commands.doctor, bot.commands.verify
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        for name, stream in (("nothing", 0), ("out", 1), ("err", 2)):
            os.dup2(os.open(asked[name], os.O_RDWR), stream)
        sys.argv = ["tradeoff", *asked["arguments"]]
        bot.cli.main()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@cache
def _forking() -> subprocess.Popen[str]:
    """Start the process that the others are forked from; it ends with this one."""
    forking = subprocess.Popen(
        [sys.executable, "-c", _FORKED],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(forking.communicate)
    return forking


def tradeoff(folder: Path, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run `tradeoff` in a process forked from one that has imported the product."""
    forking = _forking()
    assert forking.stdin
    assert forking.stdout
    with tempfile.NamedTemporaryFile("r") as out, tempfile.NamedTemporaryFile("r") as err:
        asked = {"folder": str(folder), "arguments": arguments, "environment": environment(**given)}
        streams = {"nothing": os.devnull, "out": out.name, "err": err.name}
        print(json.dumps(asked | streams), file=forking.stdin, flush=True)
        code = int(forking.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


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

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port
        self.output = ""

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
        if not self.output:
            out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
            self.output = out.decode() + err.decode()
        return self.output


@contextlib.asynccontextmanager
async def served(folder: Path, workspace: Workspace, **given: str) -> AsyncIterator[Served]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "serve",
        cwd=folder,
        env=environment(**for_slack(workspace, port=str(port), **given)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    server = Served(process, port)
    try:
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await server.ended()
