"""Timeouts, in seconds: how long the bot waits for Slack and for the database.

And how long it believes an answer.
"""

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
    # One look-up: a person, a conversation, or the members of a conversation. A request that cannot
    # wait so long does without; the answer still comes in time for the next one.
    look_up: float = 5.0
    # Every other call within a request.
    answer: float = 2.0
    # A message, for which nobody waits.
    send: float = 10.0
    # Home, when an act changes it: the act's own answer waits this long for the new drawing.
    redraw: float = 1.0
    # One statement, or a lock that somebody else holds.
    database: float = 2.0
    # Who is in a private channel decides who may read. When that changes, Slack tells one replica;
    # the others find out when this time is over.
    room_kept: float = 20.0
    # Whether somebody is a guest now, or has left Slack, decides too; an event of it may be missed.
    person_kept: float = 60.0
    # A look-up without an answer is repeated after this time.
    unknown_kept: float = 3.0
    # Requests are timed with it.
    stopwatch: Callable[[], float] = time.monotonic

    def deadline(self) -> Deadline:
        """Return the deadline of a request that arrives now."""
        return Deadline(self.stopwatch() + self.request, self.stopwatch)
