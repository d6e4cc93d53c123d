"""The log: one line per event on stderr, as key=value.

No bodies, no tokens: libraries that would write them are kept quiet.
"""

from __future__ import annotations

import logging
import sys

import structlog

# Bolt writes whole request bodies at INFO and WARNING; we write one line of our own instead.
QUIET = {
    "slack_bolt": logging.CRITICAL,
    "slack_sdk": logging.ERROR,
    "alembic": logging.WARNING,
    "uvicorn": logging.WARNING,
}


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
