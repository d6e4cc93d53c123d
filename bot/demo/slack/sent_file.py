"""Files that the bot sends to Slack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class File:
    """File that the bot sends. First the bot asks to send so many bytes (`length`).

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
