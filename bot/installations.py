"""Workspace of the bot token: our identity in it, its tenant, and the clients that call it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler

from bot.database import Database
from bot.settings import Settings
from bot.slack_client import Connections, SlackClient, error_name
from bot.timeouts import Timeouts
from models.tables.workspace import tenant_of

log = structlog.get_logger("installations")


class NotSlack(Exception):
    """Raised if Slack has not said who we are, or if its answer names no workspace or no bot."""


class Installations:
    """Our identity in Slack. `auth.test` is called until it has succeeded once, not per request.

    See docs/reference/slack.md, Bolt.
    """

    def __init__(self, settings: Settings, timeouts: Timeouts, database: Database) -> None:
        self._token = settings.slack_bot_token.get_secret_value()
        self._connections = Connections()
        self._timeouts = timeouts
        self._database = database

        def client(limit: Callable[[], float], retry_handlers: list[Any]) -> SlackClient:
            return SlackClient(
                self._connections,
                limit,
                token=self._token,
                base_url=settings.slack_api_url,
                retry_handlers=retry_handlers,
            )

        # Look-ups and forms may be tried again after a dropped connection. Messages may not: Slack
        # has no idempotency key.
        self._client = client(lambda: timeouts.answer, [AsyncConnectionErrorRetryHandler()])
        self._sender = client(lambda: timeouts.send, [])
        self.identity: AuthorizeResult | None = None
        # The tenant whose record our requests belong to; "" until we know who we are.
        self.tenant = ""
        self._asking: asyncio.Task[None] | None = None
        self._ask_again_at = 0.0

    def client_for(self, tenant: str) -> SlackClient:
        """Return the client for look-ups and forms; it may send a call twice."""
        return self._client

    def sender_for(self, tenant: str) -> SlackClient:
        """Return the client for calls that must not be sent twice."""
        return self._sender

    async def identify(self, within: float) -> AuthorizeResult | None:
        """Return who we are; None if Slack does not say within this many seconds.

        Concurrent callers share one call. After a failed call, return None for a few seconds.
        """
        if self.identity is None and self._asking is None:
            if self._timeouts.stopwatch() < self._ask_again_at:
                return None
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            await asyncio.wait([self._asking], timeout=within)
        return self.identity

    async def our_tenant(self) -> str:
        """Return our tenant; empty if Slack does not say in time who we are."""
        await self.identify(self._timeouts.answer)
        return self.tenant

    async def homes(self) -> frozenset[str]:
        """Return the ids of our workspace and of its company: their people are colleagues.

        Raise NotSlack if Slack does not say who we are.
        """
        us = await self.identify(self._timeouts.answer)
        if us is None:
            raise NotSlack
        return frozenset(id for id in (us.team_id, us.enterprise_id) if id)

    async def close(self) -> None:
        """Close the connections to Slack."""
        if self._asking is not None:
            self._asking.cancel()
        await self._connections.close()

    async def _ask(self) -> None:
        try:
            answer = await self._client.auth_test()
            if not answer.get("team_id") or not answer.get("user_id"):
                raise NotSlack
            ids = answer.get("enterprise_id"), answer["team_id"]
            self.tenant = await self._database.run(lambda session: tenant_of(session, *ids))
            self.identity = AuthorizeResult(
                enterprise_id=ids[0],
                team_id=ids[1],
                bot_user_id=answer["user_id"],
                bot_id=answer["bot_id"],
                bot_token=self._token,
            )
        except Exception as error:
            name = error_name(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.error("slack did not say who we are", error=name)
            self._ask_again_at = self._timeouts.stopwatch() + self._timeouts.unknown_kept
        finally:
            self._asking = None
