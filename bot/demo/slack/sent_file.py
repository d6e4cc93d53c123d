"""Files in Slack, which the bot or a person sends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class File:
    """File in Slack. The bot first asks to send `length` bytes.

    `data` is None until the bytes arrive. The file is shown once it is `completed`. `mimetype` is
    empty until Slack has looked at the bytes.
    """

    id: str
    name: str
    length: int
    title: str = ""
    data: bytes | None = None
    completed: bool = False
    mimetype: str = ""
