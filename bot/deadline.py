"""Deadlines: the one budget of time that a request has, from its arrival to its answer.

Look-ups in Slack, the transaction and the answer share it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# Seconds before the end. Look-ups stop first, so that the transaction has time. Statements and
# waits for locks stop next, so that the answer has time. The wait for the database as a whole stops
# last.
AFTER_LOOK_UPS, AFTER_STATEMENTS, AFTER_DATABASE = 0.5, 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Deadline:
    """Moment by which one request must be answered, on this stopwatch."""

    at: float
    stopwatch: Callable[[], float]

    def left(self, before: float = 0.0) -> float:
        """Return the seconds that are left, less `before` seconds; 0 if none are."""
        return max(self.at - before - self.stopwatch(), 0.0)
