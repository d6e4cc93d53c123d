"""The answer of a Slack that was told to misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.demo.slack.faults import Fault, Faults


async def go_wrong(
    fault: Fault, faults: Faults, request: Request, do: Callable[[], Response]
) -> Response:
    """Answer as the fault says; `do` does the work that was asked for."""
    match fault.kind:
        case "ratelimited":
            headers = {"Retry-After": str(fault.retry_after)}
            return _refusal(fault.error, status_code=429, headers=headers)
        case "refused":
            return _refusal(fault.error)
        case "server_error":
            return JSONResponse({"ok": False, "error": "internal_error"}, status_code=500)
        case "proxy_error":
            return PlainTextResponse("upstream connect error", status_code=502)
        case "text_plain":
            return PlainTextResponse("ok")
        case "no_ts" | "only_true":
            do()
            return JSONResponse({"ok": True} if fault.kind == "no_ts" else True)
        case "held":
            await faults.released.wait()
            return do()
        case "delayed":
            await faults.sleep(fault.seconds)
            return do()
    if fault.kind.endswith("_after"):
        do()
    while fault.kind.startswith("timeout") and not await request.is_disconnected():
        await asyncio.sleep(0.05)
    return broken()


def _refusal(error: str, **more: Any) -> Response:
    return JSONResponse({"ok": False, "error": error}, **more)


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
