"""Benchmark of the bot beside a bare Bolt app, in turn, in one run; the ratios are the result.

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
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bench import installed
from bench.client import help_command, raise_form, times
from bot import migrate
from bot.demo.slack.member import Member
from bot.demo.slack.server import running
from bot.demo.slack.workspace import Workspace

ROUNDS = 7
BARE = Path(__file__).parent / "bare.py"


@contextlib.contextmanager
def process(command: list[str], folder: Path, **environment: str) -> Iterator[int]:
    """Run this command in this folder until the block ends; yield the port that it was given."""
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
            time.sleep(0.05)
        yield port
    finally:
        started.terminate()
        started.wait(15)


@contextlib.asynccontextmanager
async def both(folder: Path, url: str) -> AsyncIterator[tuple[int, int, str, str, str]]:
    """Yield our port and the bare app's, ids of a person and a channel, and a form's metadata.

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
        with (
            process(serve, folder, **environment) as ours,
            process([str(bin_ / "python"), str(BARE)], folder) as bare,
        ):
            slack.delivery.bot_url = f"http://127.0.0.1:{ours}"
            alice = Member(slack.delivery, workspace.person("alice"))
            await alice.types(channel, "/tradeoff setup")
            await alice.submits(product_owner="alice", project_manager="bob")
            await alice.types(channel, "/tradeoff")
            assert alice.modal
            yield ours, bare, alice.id, channel.id, alice.modal.view["private_metadata"]


async def compare(folder: Path, url: str) -> None:
    async with both(folder, url) as (ours, bare, person, channel, memory):
        asked = help_command(person, channel)
        for port in (ours, bare):
            await times(port, asked, 300, 1)
        await throughput("/tradeoff help, 1 client", ours, bare, asked, 400, 1)
        await throughput("/tradeoff help, 32 clients", ours, bare, asked, 1600, 32)
        await raising(ours, bare, asked, raise_form(person, memory))


async def throughput(
    name: str, ours: int, bare: int, asked: object, count: int, clients: int
) -> None:
    ratios, mine, theirs = [], [], []
    for _ in range(ROUNDS):
        _, here = await times(ours, asked, count, clients)  # type: ignore[arg-type]
        _, there = await times(bare, asked, count, clients)  # type: ignore[arg-type]
        ratios.append(here / there)
        mine.append(here)
        theirs.append(there)
    row(name, "requests/s", mine, theirs, ratios, "at least 0.75")


async def raising(ours: int, bare: int, asked: object, form: object) -> None:
    ratios, mine, theirs = [], [], []
    for number in range(ROUNDS):
        spent, _ = await times(ours, form, 60, 1, first=number * 1000)  # type: ignore[arg-type]
        acks, _ = await times(bare, asked, 300, 1)  # type: ignore[arg-type]
        mine.append(statistics.median(spent))
        theirs.append(statistics.median(acks))
        ratios.append(mine[-1] / theirs[-1])
    row("raise a tradeoff, p50, 1 client", "ms", mine, theirs, ratios, "at most 15")


def row(
    name: str, unit: str, mine: list[float], theirs: list[float], ratios: list[float], goal: str
) -> None:
    spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
    print(
        f"{name:34} ours {statistics.median(mine):9.2f} {unit:11} bare "
        f"{statistics.median(theirs):9.2f} {unit:11} ratio "
        f"{statistics.median(ratios):6.2f} ({spread}), goal {goal}"
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
