"""Client that costs as little processor time as possible.

It sends signed requests over kept-alive connections, and times each of them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

SECRET = "demo-signing-secret"


def signed(body: str) -> bytes:
    """Return a whole HTTP request with this form body, signed now."""
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
        f"application/x-www-form-urlencoded\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def help_command(person: str, channel: str) -> Callable[[int], str]:
    """Return a function that makes the body of `/tradeoff help`, the same for every number."""
    fields = {
        "command": "/tradeoff",
        "text": "help",
        "team_id": "T0DEMO0001",
        "channel_id": channel,
        "channel_name": "checkout",
        "user_id": person,
        "user_name": "alice",
        "trigger_id": "1.2.3",
        "api_app_id": "A0DEMO0001",
        "response_url": "https://hooks.slack.com/commands/1",
    }
    body = urlencode(fields)
    return lambda number: body


def raise_form(person: str, opened: dict[str, Any]) -> Callable[[int], str]:
    """Return a function that makes, for each number, a different submitted form of a new tradeoff.

    `opened` is the form as this person has opened it, with its blocks, which Slack sends back too.
    """
    values, started = _typed(), time.time_ns()

    def body(number: int) -> str:
        id = f"V{started}{number}"
        state = {"values": values}
        view = {**opened, "id": id, "root_view_id": id, "hash": "1.2", "state": state}
        payload = {
            "type": "view_submission",
            "team": {"id": "T0DEMO0001"},
            "user": {"id": person, "team_id": "T0DEMO0001"},
            "api_app_id": "A0DEMO0001",
            "is_enterprise_install": False,
            "view": view,
        }
        return urlencode({"payload": json.dumps(payload)})

    return body


def _typed() -> dict[str, object]:
    """Return the state of a filled form."""

    def text(name: str, value: str) -> dict[str, object]:
        return {name: {name: {"type": "plain_text_input", "value": value}}}

    kind = {"kind": {"kind": {"type": "static_select", "selected_option": {"value": "priority"}}}}
    values = text("title", "Add Apple Pay to Sprint 14") | kind
    values |= text("why_now", "Wallets are 40% of drop-offs")
    for position, name in ((1, "Add it now"), (2, "Next quarter")):
        values |= text(f"option{position}_name", name)
        values |= text(f"option{position}_value", "Fewer drop-offs")
        values |= text(f"option{position}_cost", "Five days")
    return values


async def times(
    port: int, bodies: Callable[[int], str], count: int, clients: int, first: int = 0
) -> tuple[list[float], float]:
    """Return the milliseconds of each request, and the requests a second of all clients together.

    Raise RuntimeError on any answer but 200.
    """
    requests = [signed(bodies(first + number)) for number in range(count)]
    spent: list[float] = []

    async def one_client(mine: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in mine:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = next(
                line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            await reader.readexactly(int(length.split(b":")[1]))
            spent.append((time.perf_counter() - started) * 1000)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one_client(requests[number::clients]) for number in range(clients)))
    return spent, count / (time.perf_counter() - started)
