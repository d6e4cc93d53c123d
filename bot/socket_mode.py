"""Slack's requests over a WebSocket that we open: for a laptop, or behind a firewall."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.proxies import web_client
from bot.settings import Settings
from bot.slack_client import UNREACHABLE, error_name
from handlers.ui import inputs

log = structlog.get_logger("socket")

ClientFor = Callable[[str], AsyncWebClient]
# A large view in an acknowledgement ends in "trouble connecting". Slack publishes no size; see
# docs/reference/slack.md, Timing.
LARGEST_ANSWER = 10_000
# Seconds to wait before each try to update the view. The update fails until Slack has taken the
# acknowledgement.
PAUSES = (0.0, 0.2, 0.4, 0.8, 1.6)


class SocketMode:
    """Socket Mode over the SDK's handler. Unlike the SDK's, `close` waits for running requests."""

    def __init__(self, app: AsyncApp, settings: Settings, client_for: ClientFor) -> None:
        token = settings.slack_app_token.get_secret_value()
        self._client = web_client(settings.slack_api_url, token)
        self._handler = _Handler(app, token, self._client, client_for)
        self._connecting: asyncio.Task[None] | None = None

    async def connect(self, within: float) -> None:
        """Begin to connect, and wait at most `within` seconds for the connection.

        If Slack does not answer, the SDK goes on trying in the background, and the bot can be
        stopped meanwhile.
        """
        # The SDK gives no types here.
        connected = self._handler.connect_async()  # type: ignore[no-untyped-call]
        self._connecting = asyncio.create_task(connected)
        await asyncio.wait([self._connecting], timeout=within)
        if not self._connecting.done():
            log.warning("not connected yet; trying on")

    async def close(self, within: float) -> None:
        """Let running requests finish, for at most `within` seconds; then close."""
        if self._connecting:
            self._connecting.cancel()
        if self._handler.running:
            await asyncio.wait(self._handler.running, timeout=within)
        # The SDK gives no types here.
        await self._handler.close_async()  # type: ignore[no-untyped-call]


class _Handler(AsyncSocketModeHandler):
    """Handler that remembers the running requests, and sends a large view in a call of its own."""

    def __init__(
        self, app: AsyncApp, token: str, web_client: AsyncWebClient, client_for: ClientFor
    ) -> None:
        super().__init__(app, token, web_client=web_client)
        self.client.proxy = web_client.proxy
        self._client_for = client_for
        self.running: set[asyncio.Task[object]] = set()

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.running.add(task)
        try:
            await self._answer(client, req)
        finally:
            self.running.discard(task)

    async def _answer(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        started = time.time()
        request = AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
        answer = await self.app.async_dispatch(request)
        view, mark = _large_view(answer), secrets.token_hex(8)
        if view:
            waiting = {**inputs.one_moment(view["title"]["text"]), "external_id": mark}
            answer.body = json.dumps({"response_action": "update", "view": waiting})
        await send_async_response(client, req, answer, started)
        if view:
            await _show(self._client_for(request.context.team_id or ""), mark, view)


def _large_view(answer: BoltResponse) -> dict[str, Any] | None:
    """Return the view that this answer shows, if it is too large for an acknowledgement."""
    body = answer.body or ""
    if len(body) <= LARGEST_ANSWER or not body.startswith("{"):
        return None
    said = json.loads(body)
    return dict(said["view"]) if said.get("response_action") == "update" else None


async def _show(client: AsyncWebClient, mark: str, view: dict[str, Any]) -> None:
    """Put the view in the place of the small one that the acknowledgement brought.

    Slack knows the small view's external id only after it has taken the acknowledgement; until
    then, it answers `not_found`.
    """
    for pause in PAUSES:
        await asyncio.sleep(pause)
        try:
            await client.views_update(external_id=mark, view=view)
            return
        except SlackApiError as error:
            if error_name(error) != "not_found":
                log.warning("form not updated", error=error_name(error))
                return
        except UNREACHABLE as error:
            log.warning("form not updated", error=type(error).__name__)
            return
    log.warning("form not updated", error="not_found")
