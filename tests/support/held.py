"""Means to stop a bot in the middle: commits and threads are held, a stopwatch runs out."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from support.harness import GENEROUS, Harness


class Stopwatch:
    """Stopwatch of the bot's requests, which only a test moves."""

    def __init__(self, harness: Harness) -> None:
        self.now = 0.0
        harness.timeouts.stopwatch = lambda: self.now

    def runs_out(self) -> None:
        """End the time of every request that is under way."""
        self.now += 2 * GENEROUS


@contextlib.contextmanager
def threads_held(harness: Harness) -> Iterator[None]:
    """Keep every thread of the database busy until the block ends."""
    database, free = harness.bot.database, threading.Event()
    busy = threading.Semaphore(0)

    def work() -> None:
        busy.release()
        free.wait(GENEROUS)

    pools = {database._threads, database._readers}
    waiting = [pool.submit(work) for pool in pools for _ in range(pool._max_workers)]
    for _ in waiting:
        busy.acquire()
    try:
        yield
    finally:
        free.set()
        for future in waiting:
            future.result()


@contextlib.contextmanager
def commits_held(harness: Harness) -> Iterator[threading.Event]:
    """Hold every commit until the block ends; yield an event that is set when a commit begins."""
    begun, free = threading.Event(), threading.Event()

    def hold(connection: object) -> None:
        begun.set()
        free.wait(GENEROUS)

    engine = harness.bot.database.engine
    event.listen(engine, "commit", hold)
    try:
        yield begun
    finally:
        free.set()
        with threads_held(harness):
            # Every thread is free now, so every commit that was held is over.
            pass
        event.remove(engine, "commit", hold)


async def until(true: Any) -> None:
    """Wait until this function returns something true."""
    async with asyncio.timeout(GENEROUS):
        while not true():
            await asyncio.sleep(0.01)
