"""Refusals of the Web API."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """Slack's answer `ok: false` with this name."""

    def __init__(self, error: str, detail: str = "", **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail
        self.more = more
