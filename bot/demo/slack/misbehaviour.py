"""Answers to the calls that a planned fault makes go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.demo.slack.faults import Fault, Faults, Kind


async def go_wrong(
    fault: Fault, faults: Faults, request: Request, do: Callable[[], Response]
) -> Response:
    """Answer as the fault says; `do` does the work that was asked for."""
    if fault.kind in INSTEAD:
        return INSTEAD[fault.kind](fault)
    if fault.kind in WITHOUT_FIELDS:
        do()
        return JSONResponse(WITHOUT_FIELDS[fault.kind])
    if fault.kind in ("held", "delayed"):
        await (faults.released.wait() if fault.kind == "held" else faults.sleep(fault.seconds))
        return do()
    if fault.kind.endswith("_after"):
        do()
    while fault.kind.startswith("timeout") and not await request.is_disconnected():
        await asyncio.sleep(0.05)
    return broken()


def _refusal(error: str, **more: Any) -> Response:
    return JSONResponse({"ok": False, "error": error}, **more)


# Answers to a call that does no work.
INSTEAD: dict[Kind, Callable[[Fault], Response]] = {
    "ratelimited": lambda fault: _refusal(
        fault.error, status_code=429, headers={"Retry-After": str(fault.retry_after)}
    ),
    "refused": lambda fault: _refusal(fault.error),
    "server_error": lambda fault: _refusal("internal_error", status_code=500),
    "proxy_error": lambda fault: PlainTextResponse("upstream connect error", status_code=502),
    "text_plain": lambda fault: PlainTextResponse("ok"),
}
# Answers to a call that did its work.
WITHOUT_FIELDS: dict[Kind, object] = {"no_ts": {"ok": True}, "only_true": True}


def broken() -> Response:
    """Return a response whose connection ends before the answer is whole."""

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
