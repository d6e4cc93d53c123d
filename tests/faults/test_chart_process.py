"""Process that draws charts: it ends with the bot, and another is started if it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.demo.slack.workspace import Channel
from bot.digest_chart import process as picture
from bot.digest_chart.process import Painter
from models.reads.trend import Line, Trend
from support.harness import GENEROUS, Actor, Harness
from support.story_helpers import digests, until

DAY = date(2026, 11, 23)
PNG = b"\x89PNG"
TREND = Trend(
    days=[DAY - timedelta(weeks=back) for back in range(7, -1, -1)],
    lines=[
        Line("Beta", [(DAY - timedelta(weeks=7), DAY, None), (DAY, DAY + timedelta(days=5), 12)])
    ],
    decided=[1, 0, 2, 3, 0, 0, 1, 4],
    waiting=[0, 1, 2, 3, 4, 3, 2, 1],
)
STARTS_IT_AND_DIES = (
    "import os; from bot.digest_chart.process import Painter; print(Painter().start().pid, "
    "flush=True); os.kill(os.getpid(), 9)"
)


@pytest.fixture
def painter() -> Iterator[Painter]:
    made = DiesOverIt()
    yield made
    made.close()


class DiesOverIt(Painter):
    """Painter whose process is killed while it draws."""

    def draw(self, trend: Trend) -> bytes:
        process = self.start()
        process.send_signal(signal.SIGSTOP)
        threading.Timer(1, process.kill).start()
        return super().draw(trend)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_dies_is_replaced(painter: Painter) -> None:
    with pytest.raises(OSError, match="has died"):
        painter.draw(TREND)
    assert Painter.draw(painter, TREND).startswith(PNG)


def test_the_process_ends_with_a_bot_that_is_killed() -> None:
    said = subprocess.run(
        [sys.executable, "-c", STARTS_IT_AND_DIES], stdout=subprocess.PIPE, check=False, timeout=120
    )
    pid, deadline = int(said.stdout), time.monotonic() + 120
    while is_there(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_there(pid)


def test_pictures_do_not_hold_up_look_ups_of_addresses() -> None:
    """Fifty pictures are drawn at once; asyncio's own threads still look up addresses."""

    class Slow(Painter):
        free = threading.Event()

        def draw(self, trend: Trend) -> bytes:
            self.free.wait(GENEROUS)
            return PNG

    async def steps() -> None:
        painter = Slow()
        drawing = [asyncio.create_task(painter.drawn(TREND)) for _ in range(50)]
        async with asyncio.timeout(GENEROUS / 2):
            await asyncio.get_running_loop().getaddrinfo("localhost", 80)
        assert not any(task.done() for task in drawing)
        painter.free.set()
        assert await asyncio.gather(*drawing) == [PNG] * 50

    asyncio.run(steps())


def test_the_digest_goes_without_a_picture_that_was_not_drawn(
    harness: Harness,
    alice: Actor,
    erin: Actor,
    checkout: Channel,
    painter: Painter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "PAINTER", painter)
    alice.approves(erin.raises("Guest checkout", kind="requirements"))
    until(harness, 30, "09:05")
    (digest,) = digests(harness, checkout)
    assert "Guest checkout" in harness.text(digest)
    assert "image" not in [block["type"] for block in digest.blocks]
