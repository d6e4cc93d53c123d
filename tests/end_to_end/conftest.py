"""Demo of a small bot, for the tests of the demo's page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bot.demo.run import Demo, running
from support.small_bot import MANIFEST, make_bot


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """Run the whole demo in a thread with its own loop; NiceGUI allows one in a process."""
    ready: threading.Event = threading.Event()
    found: list[Demo] = []

    async def serve() -> None:
        over = asyncio.Event()
        loops.append((asyncio.get_running_loop(), over))
        async with running(make_bot, MANIFEST) as demo:
            found.append(demo)
            ready.set()
            await over.wait()

    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20), "the demo did not start"
    yield found[0]
    loop, over = loops[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(20)
