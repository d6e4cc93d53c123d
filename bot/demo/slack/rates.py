"""Rates at which Slack takes calls (docs/reference/slack.md, "Rate limits and sending")."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import ceil

from bot.demo.slack.errors import SlackError

MINUTE = 60.0
TIER_2, TIER_3, TIER_4 = 20, 50, 100
A_MINUTE = {
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
    "users.info": TIER_4,
    "conversations.members": TIER_4,
    "chat.postEphemeral": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "files.info": TIER_4,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "team.info": TIER_3,
    "users.conversations": TIER_3,
    "conversations.list": TIER_2,
    "users.list": TIER_2,
}
# Apps that are distributed outside the Marketplace may read history once a minute.
READS_HISTORY = {"conversations.history", "conversations.replies"}


@dataclass
class Rates:
    """Limits per method, and for all messages of the workspace; off until a test sets them.

    Slack publishes no figure for all messages of a workspace: a test chooses `posts_a_minute`.
    """

    by_tier: bool = False
    posts_a_minute: int | None = None
    is_distributed: bool = False
    _taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def take(self, method: str, now: float) -> None:
        """Count a call; raise SlackError if there were too many in the minute before."""
        most = self._most(method)
        if most is None:
            return
        recent = [at for at in self._taken[method] if now - at < MINUTE]
        if len(recent) >= most:
            wait = max(ceil(recent[-most] + MINUTE - now), 1)
            raise SlackError("ratelimited", f"{method}: {most} a minute", retry_after=wait)
        self._taken[method] = [*recent, now]

    def _most(self, method: str) -> int | None:
        if method == "chat.postMessage":
            return self.posts_a_minute
        if self.is_distributed and method in READS_HISTORY:
            return 1
        return A_MINUTE.get(method) if self.by_tier else None
