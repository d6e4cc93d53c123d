"""The demo Slack as a web server: the Web API, response URLs, and Socket Mode's WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from email.utils import format_datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.demo.slack import limits
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.errors import SlackError
from bot.demo.slack.misbehaviour import go_wrong
from bot.demo.slack.triggers import RESPONSE_USES
from bot.demo.slack.web_api import WebApi
from bot.demo.slack.workspace import Workspace
from bot.timeouts import KEEP_ALIVE

FORM_ONLY = {"files.getUploadURLExternal"}


class DemoSlack:
    """One workspace behind HTTP. `routes` can be mounted beside other pages."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.delivery = Delivery(workspace)
        self.api = WebApi(workspace, self.delivery)
        self.routes: list[BaseRoute] = [
            Route("/api/{method}", self._call, methods=["GET", "POST"]),
            Route("/upload/{id}", self.api.files.receive, methods=["POST"]),
            Route("/files/{id}", self.api.files.download),
            Route("/response/{token}", self._respond, methods=["POST"]),
            WebSocketRoute("/socket", self._socket),
        ]

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        arguments = await _arguments(request)
        token = _token(request, arguments)
        faults = self.workspace.faults
        about = arguments.get("channel") or arguments.get("user") or ""
        fault = faults.next_for(method, str(about))
        if fault is None:
            return self._answer(method, arguments, token)

        def answer() -> Response:
            return self._answer(method, arguments, token)

        return await go_wrong(fault, faults, request, answer)

    def _answer(self, method: str, arguments: dict[str, Any], token: str) -> Response:
        workspace = self.workspace
        headers = {
            "x-oauth-scopes": ",".join(sorted(workspace.scopes)),
            "Date": format_datetime(workspace.clock(), usegmt=True),
        }
        try:
            if method == "apps.connections.open":
                answer = self._open_connection(token)
            elif not token or token != workspace.token:
                raise SlackError("invalid_auth" if token else "not_authed")
            else:
                answer = self.api.call(method, arguments)
        except SlackError as refused:
            workspace.calls.append((method, arguments, refused.error))
            workspace.bad_requests.append((method, refused.error, refused.detail))
            retry_after = refused.more.pop("retry_after", None)
            if retry_after:
                headers["Retry-After"] = str(retry_after)
            body = {"ok": False, "error": refused.error, **refused.more}
            return JSONResponse(body, status_code=429 if retry_after else 200, headers=headers)
        workspace.calls.append((method, arguments, "ok"))
        return JSONResponse({"ok": True, **answer}, headers=headers)

    def _open_connection(self, token: str) -> dict[str, Any]:
        if token != self.workspace.app_token:
            raise SlackError("invalid_auth")
        return {"url": self.workspace.base_url.replace("http", "ws", 1) + "/socket"}

    async def _respond(self, request: Request) -> Response:
        """Take a post to a response URL: at most five within thirty minutes."""
        answer_to = self.delivery.triggers.response_urls.get(request.path_params["token"])
        body = json.loads(await request.body())
        if (
            answer_to is None
            or answer_to.uses >= RESPONSE_USES
            or self.workspace.clock() > answer_to.until
        ):
            self.workspace.bad_requests.append(("response_url", "expired_url", ""))
            return JSONResponse({"ok": False, "error": "expired_url"}, status_code=404)
        answer_to.uses += 1
        try:
            limits.check_message(body.get("text", ""), body.get("blocks") or [])
        except limits.Invalid as fault:
            self.workspace.bad_requests.append(("response_url", fault.error, str(fault)))
            return JSONResponse({"ok": False, "error": fault.error}, status_code=400)
        self.api.chat.tell(
            answer_to.channel,
            answer_to.user,
            body.get("text", ""),
            body.get("blocks") or [],
            answer_to.thread_ts,
        )
        return Response("ok")

    async def _socket(self, websocket: WebSocket) -> None:
        """Hold one open Socket Mode connection: envelopes out, acknowledgements in."""
        await websocket.accept()
        await websocket.send_json(
            {
                "type": "hello",
                "num_connections": 1,
                "connection_info": {"app_id": self.workspace.app_id},
            }
        )
        socket = _Socket(websocket)
        self.delivery.sockets.append(socket)
        try:
            while True:
                socket.acknowledged(json.loads(await websocket.receive_text()))
        except WebSocketDisconnect:
            return
        finally:
            self.delivery.sockets.remove(socket)


class _Socket:
    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, envelope: dict[str, Any]) -> dict[str, Any]:
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        await self._websocket.send_text(json.dumps(envelope))
        return await waiting

    async def refresh(self) -> None:
        await self._websocket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await self._websocket.close()

    def acknowledged(self, answer: dict[str, Any]) -> None:
        waiting = self._waiting.pop(answer.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(answer.get("payload") or {})


async def _arguments(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        # Slack does not read JSON where it wants a form: everything is missing then.
        form_only = request.path_params["method"] in FORM_ONLY
        return {} if form_only else dict(json.loads(await request.body() or b"{}"))
    form = await request.form() if request.method == "POST" else {}
    return {**request.query_params, **form}


def _token(request: Request, arguments: dict[str, Any]) -> str:
    header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    return header or str(arguments.pop("token", ""))


class _Server(uvicorn.Server):
    """A server that handles no signals: they belong to the code that runs the loop.

    `told_to_end` ends it, and not the other servers in the loop.
    """

    capture_signals = contextlib.nullcontext  # type: ignore[assignment]

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told_to_end = asyncio.Event()

    async def main_loop(self) -> None:
        while not self.told_to_end.is_set():
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self.told_to_end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down as uvicorn does, but without the tenths of a second that it always waits."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.005)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int = 0, *, says_date: bool = False) -> AsyncIterator[str]:
    """Serve this app on 127.0.0.1, on this port or a free one; yield the base URL.

    If `says_date`, the app itself sends the Date header, by a clock of its own.
    """
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="on",
        date_header=not says_date,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=KEEP_ALIVE,
        ws="websockets-sansio",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the server did not start")
        await asyncio.sleep(0.005)
    address = server.servers[0].sockets[0].getsockname()
    try:
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        server.told_to_end.set()
        await task


@contextlib.asynccontextmanager
async def running(workspace: Workspace, port: int = 0) -> AsyncIterator[DemoSlack]:
    """Serve the demo Slack alone, without a page."""
    slack = DemoSlack(workspace)
    async with serving(Starlette(routes=slack.routes), port, says_date=True) as url:
        workspace.base_url = url
        yield slack
    await slack.delivery.close()
