"""The workspace we are installed in: its token, its bot user, its tenant, a client to talk to it.

One workspace, from the settings.
"""

from __future__ import annotations

import asyncio

from aiohttp import ClientError
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.database import Database
from bot.proxies import web_client
from bot.settings import Settings
from bot.timeouts import Timeouts
from models.tables.workspace import tenant_of

# Slack did not answer, or not completely. SlackApiError, which is a refusal, is one of these too:
# catch it first.
UNREACHABLE = (SlackClientError, ClientError, OSError, TimeoutError)


def error_name(error: SlackApiError) -> str:
    """Return Slack's own name for its refusal; "unknown" if a proxy answered in its place."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "unknown")) if isinstance(data, dict) else "unknown"


class Installations:
    """Our identity in Slack. `auth.test` is called once, not per request.

    See docs/reference/slack.md, Bolt.
    """

    def __init__(self, settings: Settings, timeouts: Timeouts, database: Database) -> None:
        token, url = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
        # Reads may be tried again after a dropped connection. Posts may not: Slack has no
        # idempotency key.
        again = [AsyncConnectionErrorRetryHandler()]
        self._client = web_client(url, token, retry_handlers=again)
        self._sender = web_client(url, token, retry_handlers=[])
        self._timeouts = timeouts
        self._database = database
        self._token = token
        self._known: AuthorizeResult | None = None
        self._tenant = ""
        self._asking = asyncio.Lock()

    def client_for(self, tenant: str) -> AsyncWebClient:
        """Return the client for reads within a request."""
        # aiohttp takes parts of a second too, though the SDK's type is a whole number.
        self._client.timeout = self._timeouts.answer  # type: ignore[assignment]
        return self._client

    def sender_for(self, tenant: str) -> AsyncWebClient:
        """Return the client for calls that must not be sent twice."""
        # aiohttp takes parts of a second here too.
        self._sender.timeout = self._timeouts.send  # type: ignore[assignment]
        return self._sender

    async def authorize(
        self, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        """Tell Bolt who we are for this request; None refuses a workspace that is not ours."""
        known = await self._identity()
        same_company = enterprise_id is not None and enterprise_id == known.enterprise_id
        return known if team_id == known.team_id or same_company else None

    async def tenant(self) -> str:
        """Return the tenant whose record our requests belong to."""
        await self._identity()
        return self._tenant

    async def homes(self) -> frozenset[str]:
        """Return the ids of our workspace and of its company: their people are colleagues."""
        known = await self._identity()
        return frozenset(id for id in (known.team_id, known.enterprise_id) if id)

    async def _identity(self) -> AuthorizeResult:
        if self._known is None:
            async with self._asking:
                if self._known is None:
                    known = await self._ask()
                    ids = known.enterprise_id, known.team_id or ""
                    self._tenant = await self._database.run(lambda s: tenant_of(s, *ids))
                    self._known = known
        return self._known

    async def _ask(self) -> AuthorizeResult:
        answer = await self.client_for("").auth_test()
        return AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer["team_id"],
            bot_user_id=answer["user_id"],
            bot_id=answer["bot_id"],
            bot_token=self._token,
        )
