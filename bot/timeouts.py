"""Timeouts, in seconds: how long the bot waits for Slack and for the database.

And how long it believes an answer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Timeouts:
    """Timeouts of one bot.

    The defaults fit into the three seconds that Slack waits for an answer. Whoever makes a Bot may
    give it others.
    """

    # One look-up: a person, a conversation, or the members of a conversation.
    look_up: float = 1.0
    # Every other call within a request.
    answer: float = 2.0
    # A message, for which nobody waits.
    send: float = 10.0
    # An act's own answer waits so long for Home to be drawn again.
    redraw: float = 1.0
    # One statement, or a lock that somebody else holds.
    database: float = 2.0
    # Who is in a private channel decides who may read. When that changes, Slack tells one replica;
    # the others find out when this time is over.
    room_kept: float = 20.0
    # A look-up without an answer is repeated after this time.
    unknown_kept: float = 3.0
