"""Slack's requests over a WebSocket that we open: for a laptop, or behind a firewall."""

from __future__ import annotations

import asyncio

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.proxies import web_client
from bot.settings import Settings


class SocketMode:
    """Slack's requests over the SDK's handler, which does not wait for running ones when it closes.

    We do.
    """

    def __init__(self, app: AsyncApp, settings: Settings) -> None:
        token = settings.slack_app_token.get_secret_value()
        self._client = web_client(settings.slack_api_url, token)
        self._handler = _Counting(app, token, web_client=self._client)

    async def connect(self) -> None:
        # The SDK gives no types here.
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def close(self, within: float) -> None:
        """Let running requests finish, for at most `within` seconds; then close."""
        if self._handler.running:
            await asyncio.wait(self._handler.running, timeout=within)
        # The SDK gives no types here.
        await self._handler.close_async()  # type: ignore[no-untyped-call]


class _Counting(AsyncSocketModeHandler):
    def __init__(self, app: AsyncApp, token: str, web_client: AsyncWebClient) -> None:
        super().__init__(app, token, web_client=web_client)
        self.client.proxy = web_client.proxy
        self.running: set[asyncio.Task[object]] = set()

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.running.add(task)
        try:
            await super().handle(client, req)
        finally:
            self.running.discard(task)
