"""Delivery of commands, clicks, forms and events to the bot.

They go over signed HTTP, or through the WebSocket that a bot in Socket Mode has opened.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.demo.slack.triggers import Triggers
from bot.demo.slack.workspace import Workspace

PATIENCE = 3.0
# The most characters that an acknowledgement with a view may have over a WebSocket; a larger one
# ends in "trouble connecting" (docs/reference/slack.md, Timing).
MOST_IN_ANSWER = 10_000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Delivered:
    """The bot's answer: HTTP status, body, and its time in milliseconds.

    The status is 0 if no answer came in time, if the connection broke, or if the answer has a view
    that is too large for a WebSocket.
    """

    surface: str
    status: int
    body: str
    milliseconds: float

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body)) if self.body.startswith("{") else {}


class Socket(Protocol):
    async def ask(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Send an envelope, and return the payload of the bot's acknowledgement."""

    async def refresh(self) -> None:
        """Ask the bot to open another socket, then close this one."""


@dataclass
class Delivery:
    """Delivery to one bot: by an open socket, or else to `/slack/events` at `bot_url`."""

    workspace: Workspace
    bot_url: str = ""
    triggers: Triggers = field(default_factory=Triggers)
    sockets: list[Socket] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    # Seconds to wait for the bot's answer.
    patience: float = PATIENCE
    _session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def command(self, fields: dict[str, str]) -> Delivered:
        return await self._send("slash_commands", fields, urlencode(fields), FORM)

    async def interaction(self, payload: dict[str, Any]) -> Delivered:
        return await self._send(
            "interactive", payload, urlencode({"payload": json.dumps(payload)}), FORM
        )

    async def event(self, event: dict[str, Any]) -> Delivered | None:
        """Send an event; if the answer is not 2xx, send it up to three times more, without pauses.

        Return None if no bot listens.
        """
        if not self.bot_url and not self.sockets:
            return None
        workspace = self.workspace
        payload = {
            "token": "unused",
            "team_id": workspace.team_id,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": workspace.enterprise_id or None,
                    "team_id": workspace.team_id,
                    "user_id": workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": workspace.is_org_install,
                }
            ],
        }
        body = json.dumps(payload)
        answer = await self._send("events_api", payload, body, "application/json")
        for number in range(1, 4):
            if 200 <= answer.status < 300:
                break
            retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_error"}
            answer = await self._send("events_api", payload, body, "application/json", retry)
        return answer

    def sign(self, body: str, timestamp: str | None = None) -> dict[str, str]:
        """Return Slack's signature headers for this body, now or at another time."""
        stamp = timestamp or str(int(time.time()))
        signature = SignatureVerifier(self.workspace.signing_secret).generate_signature(
            timestamp=stamp, body=body
        )
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}

    async def post(self, body: str | bytes, headers: dict[str, str]) -> Delivered:
        """Send a raw request to the bot's address, as anyone could."""
        if self._session is None:
            # Fifty clicks at once need as many connections.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))
        started = time.perf_counter()
        try:
            async with self._session.post(
                f"{self.bot_url}/slack/events",
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self.patience),
            ) as answer:
                status, text = answer.status, await answer.text()
        except (TimeoutError, aiohttp.ClientError):
            status, text = 0, ""
        return Delivered("http", status, text, (time.perf_counter() - started) * 1000)

    async def _send(
        self,
        surface: str,
        payload: dict[str, Any],
        body: str,
        content_type: str,
        extra: dict[str, str] | None = None,
    ) -> Delivered:
        if self.sockets:
            answer = await self._by_socket(surface, payload)
        else:
            headers = {"Content-Type": content_type, **self.sign(body), **(extra or {})}
            answer = await self.post(body, headers)
        answer = Delivered(surface, answer.status, answer.body, answer.milliseconds)
        self.delivered.append(answer)
        return answer

    async def _by_socket(self, surface: str, payload: dict[str, Any]) -> Delivered:
        envelope = {
            "envelope_id": secrets.token_hex(8),
            "type": surface,
            "payload": payload,
            "accepts_response_payload": True,
        }
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self.patience):
                answer = await self.sockets[-1].ask(envelope)
        except TimeoutError:
            return Delivered(surface, 0, "", self.patience * 1000)
        body = json.dumps(answer) if answer else ""
        if "view" in answer and len(body) > MOST_IN_ANSWER:
            self.workspace.bad_requests.append(("socket", "view too large", str(len(body))))
            return Delivered(surface, 0, "", (time.perf_counter() - started) * 1000)
        return Delivered(surface, 200, body, (time.perf_counter() - started) * 1000)
