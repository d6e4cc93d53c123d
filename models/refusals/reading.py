"""Refusals to show something."""

from __future__ import annotations

from models.refusals.refused import Refused


class NothingToRead(Refused):
    def __init__(self, usage: str) -> None:
        super().__init__(
            f"That message has no text that I could quote. Run `{usage}` in the channel instead."
        )


class NoSuchNumber(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(f"There is no decision #{number}. The number of each stands on its card.")


class NotInThisChannel(Refused):
    def __init__(self, subject: str) -> None:
        super().__init__(
            f"{subject[0].upper()}{subject[1:]} belongs to a channel that you are not "
            "in, so I cannot show it to you."
        )


class NotSaidWhere(Refused):
    def __init__(self, subject: str) -> None:
        super().__init__(
            "Slack did not tell me just now whether you may read the channel of "
            f"{subject}. Please try again in a moment."
        )
