"""Slack's Web API over connections that are kept open, each call with a limit of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.proxies import proxy_for

# Seconds for which an address of Slack's, once resolved, is used again.
ADDRESS_KEPT = 60
# Errors after which there is no answer of Slack. SlackApiError, which is a refusal by Slack, is a
# SlackClientError too: catch it first.
UNREACHABLE = (SlackClientError, ClientError, OSError, TimeoutError)
# Errors over an answer that cannot be Slack's: it is not a JSON object, or lacks a key.
MISSHAPEN = (AttributeError, TypeError, LookupError, ValueError)


def error_name(error: SlackApiError) -> str:
    """Return Slack's own name for its refusal; "unknown" if a proxy answered in its place."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "unknown")) if isinstance(data, dict) else "unknown"


class Connections:
    """Connections to Slack, shared by all calls and opened with the first of them."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    def session(self) -> ClientSession:
        if self._session is None:
            # No limit on connections: otherwise, while Slack hangs, messages that are being sent
            # would take all connections, and look-ups would wait for them.
            connector = TCPConnector(limit=0, ttl_dns_cache=ADDRESS_KEPT)
            self._session = ClientSession(connector=connector, timeout=ClientTimeout(total=None))
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class SlackClient(AsyncWebClient):
    """Slack's client on shared connections; a call ends after `limit()` seconds.

    slack-sdk limits the time of a call only if it opens the connection itself.
    """

    def __init__(
        self, connections: Connections, limit: Callable[[], float], **settings: Any
    ) -> None:
        super().__init__(**settings)
        # The proxy is set afterwards: if the constructor is given None, it chooses one itself.
        self.proxy = proxy_for(self.base_url)
        self.connections = connections
        self._limit = limit

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        """Call a method. Raise SlackClientError if the answer is not one of Slack's."""
        self.session = self.connections.session
        try:
            async with asyncio.timeout(self._limit()):
                return await super().api_call(api_method, **given)
        except MISSHAPEN as error:
            raise SlackClientError(f"no answer of Slack's: {type(error).__name__}") from error
