"""Benchmark of the bot beside a bare Bolt app, in turn, in one run; the ratios are the result.

The ratios of processor time per request come first: they depend least on what else runs.

Our bot is the wheel, installed into an environment of its own and started with `tradeoff serve`.
The bare app runs in the same environment. About 31,000 requests go to the two servers, which listen
on 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

from bench import installed
from bench.client import help_command, raise_form, times
from bot import migrate
from bot.demo.slack.member import Member
from bot.demo.slack.server import running
from bot.demo.slack.workspace import Workspace

ROUNDS = 7
BARE = Path(__file__).parent / "bare.py"


Body = Callable[[int], str]


class Server(NamedTuple):
    port: int
    pid: int

    def cpu(self) -> float:
        """Return how many milliseconds of processor time this process has used; Linux says so."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


class Round(NamedTuple):
    """Result of one round: p50 and processor time per request in ms, and requests per second."""

    cpu: float
    rate: float
    p50: float


@contextlib.asynccontextmanager
async def process(command: list[str], folder: Path, **environment: str) -> AsyncIterator[Server]:
    """Run this command in this folder until the block ends; yield the server that it starts.

    The loop goes on meanwhile, because the demo Slack in it tells our server who we are.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = {**os.environ, **environment, "TRADEOFF_PORT": str(port), "BARE_PORT": str(port)}
    with (folder / "log").open("ab") as log:
        started = subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            await asyncio.sleep(0.05)
        yield Server(port, started.pid)
    finally:
        started.terminate()
        started.wait(15)


@contextlib.asynccontextmanager
async def both(folder: Path, url: str) -> AsyncIterator[tuple[Server, Server, Body, Body]]:
    """Yield our server and the bare one, with the requests to ask for help and to raise a tradeoff.

    The channel is set up, and the person has opened the form there.
    """
    workspace = Workspace()
    workspace.add_person("alice")
    workspace.add_person("bob")
    channel = workspace.add_channel("checkout", ["alice", "bob"])
    async with running(workspace) as slack:
        environment = {
            "TRADEOFF_DATABASE_URL": url,
            "TRADEOFF_SLACK_BOT_TOKEN": workspace.token,
            "TRADEOFF_SLACK_SIGNING_SECRET": workspace.signing_secret,
            "TRADEOFF_SLACK_APP_TOKEN": "",
            "TRADEOFF_SLACK_API_URL": f"{workspace.base_url}/api/",
        }
        bin_ = folder / "environment" / "bin"
        serve = [str(bin_ / "tradeoff"), "serve"]
        async with (
            process(serve, folder, **environment) as ours,
            process([str(bin_ / "python"), str(BARE)], folder) as bare,
        ):
            slack.delivery.bot_url = f"http://127.0.0.1:{ours.port}"
            alice = Member(slack.delivery, workspace.person("alice"))
            await alice.types(channel, "/tradeoff setup")
            await alice.submits(product_owner="alice", project_manager="bob")
            await alice.types(channel, "/tradeoff")
            assert alice.modal
            asked = help_command(alice.id, channel.id)
            yield ours, bare, asked, raise_form(alice.id, alice.modal.view)


async def compare(folder: Path, url: str) -> None:
    async with both(folder, url) as (ours, bare, asked, form):
        for server in (ours, bare):
            await times(server.port, asked, 300, 1)
        alone, crowd, raised = list[tuple[Round, Round]](), [], []
        for _ in range(ROUNDS):
            alone.append((await a_round(ours, asked, 400, 1), await a_round(bare, asked, 400, 1)))
            crowd.append(
                (await a_round(ours, asked, 1600, 32), await a_round(bare, asked, 1600, 32))
            )
        for number in range(ROUNDS):
            mine = await a_round(ours, form, 60, 1, first=number * 1000)
            raised.append((mine, await a_round(bare, asked, 300, 1)))
    row("/tradeoff help, processor time", "ms", [(a.cpu, b.cpu) for a, b in crowd], "at most 1.33")
    row("raise a tradeoff, processor time", "ms", [(a.cpu, b.cpu) for a, b in raised])
    row("/tradeoff help, 1 client", "requests/s", rates(alone), "at least 0.75")
    row("/tradeoff help, 32 clients", "requests/s", rates(crowd), "at least 0.75")
    row("raise a tradeoff, p50", "ms", [(a.p50, b.p50) for a, b in raised], "at most 15")


async def a_round(server: Server, body: Body, count: int, clients: int, *, first: int = 0) -> Round:
    busy = server.cpu()
    spent, rate = await times(server.port, body, count, clients, first=first)
    return Round((server.cpu() - busy) / count, rate, statistics.median(spent))


def rates(rounds: list[tuple[Round, Round]]) -> list[tuple[float, float]]:
    return [(ours.rate, bare.rate) for ours, bare in rounds]


def row(name: str, unit: str, rounds: list[tuple[float, float]], goal: str = "") -> None:
    """Print the medians of our rounds, of the bare app's, and of their ratios."""
    ratios = [ours / bare for ours, bare in rounds]
    mine, theirs = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(
        f"{name:33} ours {mine:8.2f} {unit:11} bare {theirs:8.2f} {unit:11} ratio "
        f"{statistics.median(ratios):6.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        f"{goal and f', goal {goal}'}"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        served_by = installed.make(folder / "environment")
        url = f"sqlite:///{folder / 'bench.db'}"
        migrate.upgrade(url)
        print(f"{ROUNDS} rounds, ours and bare in turn; medians of rounds; SQLite; {served_by}")
        asyncio.run(compare(folder, url))


if __name__ == "__main__":
    main()
