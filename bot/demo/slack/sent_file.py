"""Sent files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class File:
    """A file: asked for with its length, shown once completed.

    `data` is there once it was sent, `mimetype` once Slack has looked at it.
    """

    id: str
    name: str
    length: int
    title: str = ""
    data: bytes | None = None
    completed: bool = False
    mimetype: str = ""
