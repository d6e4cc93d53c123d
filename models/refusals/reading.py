"""Refusal to quote a message without words."""

from __future__ import annotations

from models.refusals.refused import Refused


class NothingToRead(Refused):
    def __init__(self, usage: str) -> None:
        super().__init__(
            f"That message has no text that I could quote. Run `{usage}` in the channel instead."
        )
