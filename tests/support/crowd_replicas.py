"""Replicas of the crowd: real `tradeoff serve` processes, each with a port and a log of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from bot.demo.slack.workspace import Workspace
from support.command_line import environment, for_slack, free_port
from support.forked import Forked

# Seconds for a start or a planned stop, on a machine that does much else.
PATIENCE = 180


class Replicas:
    """Replica processes, which can end and start again; each writes to its file in `logs`."""

    def __init__(self, folder: Path, workspace: Workspace, url: str, count: int) -> None:
        self.folder = folder
        self.workspace = workspace
        self.url = url
        self.ports = [free_port() for _ in range(count)]
        self.logs = [folder / f"replica{number}.log" for number in range(count)]
        self._processes: dict[int, Forked] = {}

    async def start(self, number: int) -> None:
        """Start this replica, and wait until it answers."""
        port = self.ports[number]
        settings = for_slack(self.workspace, port=str(port), database_url=self.url)
        process = Forked(self.folder, environment(**settings), "serve", log=self.logs[number])
        self._processes[number] = process
        await self._answers(number)

    def send(self, number: int, how: signal.Signals) -> None:
        """Send this replica this signal."""
        self._processes[number].send_signal(how)

    async def end(self, number: int, how: signal.Signals) -> None:
        """Send this replica this signal, and wait until it is gone."""
        process = self._processes.pop(number)
        process.send_signal(how)
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            raise

    async def _answers(self, number: int) -> None:
        """Wait until this replica answers. Raise AssertionError if it ends instead."""
        url = f"http://127.0.0.1:{self.ports[number]}/healthz"
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while self._processes[number].returncode is None:
                try:
                    async with session.get(url):
                        return
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)
        raise AssertionError(f"it ended: {self.logs[number].read_text()}")

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all replicas; stop them as planned at the end."""
        every = range(len(self.ports))
        try:
            await asyncio.gather(*(self.start(number) for number in every))
            yield
        finally:
            running = list(self._processes)
            await asyncio.gather(*(self.end(number, signal.SIGTERM) for number in running))
