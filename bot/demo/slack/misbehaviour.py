"""The answer of a Slack that was told to misbehave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.demo.slack.faults import Fault, Faults

LIMITED = {"ratelimited", "rate_limited"}


async def go_wrong(
    fault: Fault, faults: Faults, request: Request, do: Callable[[], Response]
) -> Response:
    """Answer as the fault says; `do` does the work that was asked for."""
    match fault.kind:
        case "ratelimited":
            return _refusal("ratelimited", fault)
        case "refused":
            return _refusal(fault.error, fault)
        case "server_error":
            return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
        case "proxy_error":
            return PlainTextResponse("upstream connect error", status_code=502)
        case "text_plain":
            return PlainTextResponse("ok")
        case "json_true":
            return JSONResponse(True)
        case "no_fields":
            return JSONResponse({"ok": json.loads(bytes(do().body))["ok"]})
        case "delayed":
            await faults.sleep(fault.seconds)
            return do()
    if fault.kind.endswith("_after"):
        do()
    while fault.kind.startswith("timeout") and not await request.is_disconnected():
        await asyncio.sleep(0.05)
    return broken()


def _refusal(error: str, fault: Fault) -> Response:
    body = {"ok": False, "error": error}
    if error not in LIMITED:
        return JSONResponse(body)
    return JSONResponse(body, status_code=429, headers={"Retry-After": str(fault.retry_after)})


def broken() -> Response:
    """A response whose connection ends before the answer is whole."""

    class Broken(Response):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(b"content-length", b"1000")],
                }
            )
            await send({"type": "http.response.body", "body": b'{"ok', "more_body": True})
            raise ConnectionAbortedError("broken on purpose")

    return Broken()
