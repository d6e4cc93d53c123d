"""One file that the app has sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class File:
    """A file: asked for with its length, `data` once it was sent, shown once completed; `mimetype` when Slack has looked at it."""

    id: str
    name: str
    length: int
    title: str = ""
    data: bytes | None = None
    completed: bool = False
    mimetype: str = ""
