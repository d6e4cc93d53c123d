"""Trigger ids and response URLs, which the app may use for a short while."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIGGER_LIFE = 3.0
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass
class Trigger:
    user: str
    until: float
    in_modal: bool = False
    used: bool = False


@dataclass
class ResponseUrl:
    channel: str
    user: str
    thread_ts: str | None
    until: datetime
    uses: int = 0


class Triggers:
    """Issuer of trigger ids and response URLs.

    A trigger id opens one view within `life` seconds of real time. A response URL takes five posts
    within thirty minutes.
    """

    def __init__(self) -> None:
        self.life = TRIGGER_LIFE
        self._triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}

    def issue(self, user: str, *, in_modal: bool = False) -> str:
        """Return the id of a new trigger. A trigger may push a view only if it is `in_modal`."""
        id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**11)}.{secrets.token_hex(16)}"
        self._triggers[id] = Trigger(user, time.monotonic() + self.life, in_modal)
        return id

    def take(self, id: str, *, push: bool = False) -> tuple[str, str]:
        """Use up a valid trigger and return (user, ""); return ("", error) if it is not valid."""
        trigger = self._triggers.get(id)
        if trigger is None or (push and not trigger.in_modal):
            return "", "invalid_trigger_id"
        if trigger.used:
            return "", "exchanged_trigger_id"
        if trigger.until < time.monotonic():
            return "", "expired_trigger_id"
        trigger.used = True
        return trigger.user, ""

    def response_url(self, channel: str, user: str, thread_ts: str | None, now: datetime) -> str:
        """Return the token of a new response URL."""
        token = secrets.token_urlsafe(12)
        self.response_urls[token] = ResponseUrl(channel, user, thread_ts, now + RESPONSE_LIFE)
        return token
