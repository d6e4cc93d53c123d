"""Timeouts: how many seconds the bot waits for Slack and for the database, and how long it believes what Slack said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Timeouts:
    """The defaults fit into the three seconds that Slack waits for an answer. Whoever makes a Bot may give it others."""

    # Who somebody is, what a conversation is and who is in it.
    look_up: float = 1.0
    # Every other call within a request.
    answer: float = 2.0
    # A message, for which nobody waits.
    send: float = 10.0
    # An act's own answer waits so long for Home to be drawn again.
    redraw: float = 1.0
    # One statement, or a lock that somebody else holds.
    database: float = 2.0
    # Who is in a private channel decides who may read: Slack tells one replica when that changes, the others find out by this.
    room_kept: float = 20.0
    # What Slack did not say is asked again after this.
    unknown_kept: float = 3.0
