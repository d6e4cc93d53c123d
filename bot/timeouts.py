"""Timeouts in seconds: how long the bot waits for Slack and the database, and keeps an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.deadline import Deadline


@dataclass
class Timeouts:
    """Timeouts of one bot.

    The defaults fit into the three seconds that Slack waits for an answer. Whoever makes a Bot may
    give it others.
    """

    # A request, from its arrival to our answer. Look-ups, transaction and answer share it.
    request: float = 2.5
    # One look-up: a person, a conversation, or the members of a conversation. A request may have
    # less time than that; it then goes on without the answer, and the next request finds it.
    look_up: float = 5.0
    # Every other call within a request.
    answer: float = 2.0
    # A message that the outbox sends: no request waits for it.
    send: float = 10.0
    # Home, when an act changes it: the answer to the act waits at most this long for the new Home.
    redraw: float = 1.0
    # One statement, or a lock that somebody else holds.
    database: float = 2.0
    # An answer about a channel: whether it is private, and who is in it. Slack sends an event when
    # that changes, and all replicas learn of it through the record (`bot/memory.py`). If Slack
    # loses the event, the bot finds out after this time.
    room_kept: float = 20.0
    # An answer about a person: whether they are a member, a guest, or have left Slack. The same
    # holds.
    person_kept: float = 60.0
    # A look-up without an answer is repeated after this time.
    unknown_kept: float = 3.0
    # Requests are timed with it.
    stopwatch: Callable[[], float] = time.monotonic

    def deadline(self) -> Deadline:
        """Return the deadline of a request that arrives now."""
        return Deadline(self.stopwatch() + self.request, self.stopwatch)
