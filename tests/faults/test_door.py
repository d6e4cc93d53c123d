"""Requests of strangers: they cost little memory, time and log, whatever is in them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest

from bot.deadline import Deadline
from bot.door import MOST_LARGE, SMALL_BODY, Door
from bot.log import MINUTE, MOST_LINES, Ceiling
from support.harness import GENEROUS, Harness

BODY = "command=%2Ftradeoff&text=help"


async def asks(harness: Harness, path: str, headers: dict[str, str], body: bytes = b"") -> str:
    """Send this much of a request over a connection of its own; return the answer's head."""
    host, port = harness.bot_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [f"{'POST' if headers else 'GET'} {path} HTTP/1.1", "Host: evil.example"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    async with asyncio.timeout(GENEROUS / 2):
        head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return head.decode()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"X-Slack-Request-Timestamp": "1531420618"}, 401),
        ({"X-Slack-Signature": "v0=short"}, 401),
        ({"Content-Length": "2000000"}, 413),
    ],
)
def test_what_cannot_be_slacks_is_refused_before_its_body_is_read(
    harness: Harness, changed: dict[str, str], status: int
) -> None:
    headers = {**harness.slack.delivery.sign(BODY), "Content-Length": "900000", **changed}
    head = harness.run(asks(harness, "/slack/events", headers, b"half"))
    assert head.startswith(f"HTTP/1.1 {status}")


def test_a_body_that_does_not_come_is_not_waited_for(harness: Harness) -> None:
    harness.timeouts.request = 0.2
    headers = {**harness.slack.delivery.sign(BODY), "Content-Length": "900000"}
    head = harness.run(asks(harness, "/slack/events", headers, b"half"))
    assert head.startswith("HTTP/1.1 408")


@pytest.mark.parametrize("path", ["/slack/events/", "/healthz/", "/board/"])
def test_no_redirect_is_made_from_what_a_stranger_calls_us(harness: Harness, path: str) -> None:
    head = harness.run(asks(harness, path, {}))
    assert "evil.example" not in head
    assert not head.startswith("HTTP/1.1 3")


class Unfinished:
    """Body of ten chunks, each larger than `SMALL_BODY`, that does not end; `taken` counts them."""

    def __init__(self) -> None:
        self.taken = 0
        self.request = AsgiHttpRequest({"query_string": b"", "headers": []}, self._receive)

    async def _receive(self) -> dict[str, Any]:
        if self.taken == 10:
            await asyncio.Event().wait()
        self.taken += 1
        return {"type": "http.request", "body": b"x" * (SMALL_BODY + 1), "more_body": True}


def test_few_large_bodies_are_read_at_a_time() -> None:
    async def steps() -> None:
        door, bodies = Door("secret"), [Unfinished() for _ in range(10 * MOST_LARGE)]
        headers = {
            "x-slack-request-timestamp": str(int(time.time())),
            "x-slack-signature": "v0=" + "0" * 64,
        }
        deadline = Deadline(GENEROUS, lambda: 0.0)
        reading = [
            asyncio.create_task(door.read(body.request, headers, deadline)) for body in bodies
        ]
        async with asyncio.timeout(GENEROUS / 2):
            while sum(body.taken for body in bodies) < 10 * MOST_LARGE + 9 * MOST_LARGE:
                await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        assert sum(body.taken > 1 for body in bodies) == MOST_LARGE
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)

    asyncio.run(steps())


def test_what_strangers_cause_is_logged_with_a_ceiling() -> None:
    class Lines(list[str]):
        def warning(self, event: str, **facts: object) -> None:
            self.append(f"{event} {facts}")

    lines, now = Lines(), [0.0]
    log = Ceiling(lines, lambda: now[0])
    for _ in range(10 * MOST_LINES):
        log.warning("request refused", status=401)
    assert len(lines) == MOST_LINES
    now[0] += MINUTE + 1
    log.warning("request refused", status=401)
    assert lines[MOST_LINES:] == [
        f"more of the same {{'left_out': {9 * MOST_LINES}}}",
        "request refused {'status': 401}",
    ]
