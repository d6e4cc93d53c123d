"""The log: one line for each event on stderr; our own lines are key=value.

It has no bodies and no tokens: libraries that would write them are kept quiet.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import structlog

# Bolt writes whole request bodies at INFO and WARNING; we write one line of our own instead.
QUIET = {
    "slack_bolt": logging.CRITICAL,
    "slack_sdk": logging.ERROR,
    "alembic": logging.WARNING,
    "uvicorn": logging.WARNING,
}


# The most lines a minute that one `Ceiling` lets through.
MOST_LINES, MINUTE = 100, 60.0


class Ceiling:
    """Log for lines that strangers cause: at most MOST_LINES a minute, then a count of the rest."""

    def __init__(self, log: Any, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._stopwatch = stopwatch
        self._since = stopwatch()
        self._lines = 0

    def warning(self, event: str, **facts: object) -> None:
        """Write this line, unless there were too many in this minute."""
        if self._stopwatch() - self._since > MINUTE:
            if self._lines > MOST_LINES:
                self._log.warning("more of the same", left_out=self._lines - MOST_LINES)
            self._since = self._stopwatch()
            self._lines = 0
        self._lines += 1
        if self._lines <= MOST_LINES:
            self._log.warning(event, **facts)


def set_up() -> None:
    """Set up logging for the running process."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
    )
    quieten()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def quieten() -> None:
    """Keep bodies out of the log, whatever the level of the rest."""
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
