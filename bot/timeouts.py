"""Timeouts in seconds: how long the bot waits for Slack and the database, and keeps an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.deadline import Deadline

# An idle connection stays open for this long. A reverse proxy must close it first (nginx does after
# 60): else it may send a request while we close the connection, and Slack gets an error.
KEEP_ALIVE = 75


@dataclass
class Timeouts:
    """Timeouts of one bot.

    The default of `request` fits into the three seconds that Slack waits for an answer.
    """

    # A request, from its arrival to our answer. Look-ups, transaction and answer share it.
    request: float = 2.5
    # One look-up: a person, a conversation, or the members of a conversation. A request that has
    # less time goes on without the answer, and the next request finds it in the cache.
    look_up: float = 5.0
    # One call to Slack within a request.
    answer: float = 2.0
    # One call of the outbox, or one answer to a response URL. No request waits for it that long.
    send: float = 10.0
    # The wait for a new Home after an act that changes it, before the act is answered.
    redraw: float = 1.0
    # One statement, or a lock that somebody else holds.
    database: float = 2.0
    # An answer about a channel: whether it is private, and who is in it. Slack sends an event when
    # that changes, and all replicas learn of it through the record (`bot/memory.py`). If Slack
    # loses the event, the bot finds out after this time.
    room_kept: float = 20.0
    # An answer about a person: whether they are a member, a guest, or have left Slack. An event
    # says that too; if it is lost, the bot finds out after this time.
    person_kept: float = 60.0
    # Time after which a look-up without an answer may be tried again.
    unknown_kept: float = 3.0
    # The stopwatch by which requests and cached answers are timed.
    stopwatch: Callable[[], float] = time.monotonic

    def deadline(self) -> Deadline:
        """Return the deadline of a request that arrives now."""
        return Deadline(self.stopwatch() + self.request, self.stopwatch)
