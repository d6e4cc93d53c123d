"""Demos: the product with its story, shared or for one test; and a small bot to test the page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bot.demo.run import Demo, running
from support.browser_tab import WIDE, Tab
from support.newcomer import Started
from support.small_bot import MANIFEST, make_bot

# Company machines have such variables. The demo must not send its own calls to a proxy, also if
# NO_PROXY is not set. See python-slack-sdk#738 and #953.
PROXIES = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Start the demo with its story, once for all tests of this process.

    At the end, interrupt it as a person would.
    """
    with Started(tmp_path_factory.mktemp("demo"), variables=PROXIES) as demo:
        yield demo
        demo.interrupt()


@pytest.fixture
def own_story(tmp_path: Path) -> Iterator[Started]:
    """Start the demo with its story for one test; every step of the strip is still to be done."""
    with Started(tmp_path) as demo:
        yield demo


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """Run the demo with a small bot, in its own thread and loop; NiceGUI allows one a process."""
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


@pytest.fixture
def see(browser: Browser, demo: Demo) -> Iterator[Any]:
    """Yield a function that opens tabs.

    At the end, check that no tab had an error or asked another server.
    """
    tabs: list[Tab] = []

    def open_tab(view: str, size: tuple[int, int] = WIDE) -> Tab:
        tabs.append(Tab(browser, demo, view, size))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.page.close()
        assert tab.trouble == []
        assert tab.elsewhere == []
