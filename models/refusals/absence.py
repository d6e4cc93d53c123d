"""Refusals about stand-ins: leave, delegation, and who acts in whose place."""

from __future__ import annotations

from models.mrkdwn import who
from models.refusals.refused import Refused
from models.rules import Role
from models.words import Words


class HandedOver(Refused):
    """Refusal to a role holder who has handed the decision over; not counted as an attempt."""

    def __init__(self, number: int, delegate: str) -> None:
        super().__init__(
            f"You handed #{number} to {who(delegate)}, who acts for you. Take it back "
            "with “Delegate” in the card's menu, or with `/tradeoff back` if you were "
            "away."
        )


class DelegateHasSigned(Refused):
    """Refusal to take a decision back from a delegate who has signed it."""

    def __init__(self, number: int, delegate: str) -> None:
        super().__init__(
            f"{who(delegate)} has signed #{number} for you, and a signature stays. Once #{number} "
            "is decided, it can be reopened, with a reason."
        )


class OnlyHoldersDelegate(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"You may decide #{number} by escalation, but not hand it on. Its holder can."
        )


class AlreadyAway(Refused):
    def __init__(self) -> None:
        super().__init__(
            "You are away already. Run `/tradeoff back` first, then name another delegate."
        )


class NotAway(Refused):
    def __init__(self) -> None:
        super().__init__(
            "You are not away, as far as I know. People who hold a role name a delegate with "
            "`/tradeoff away @someone until 24 Dec`."
        )


class DelegateIsAway(Refused):
    def __init__(self, delegate: str) -> None:
        super().__init__(
            f"{who(delegate)} is away too and has a delegate of their own; decisions "
            "are handed on once only. Choose someone else."
        )


class OnlyRoleHoldersLeave(Refused):
    def __init__(self, words: Words) -> None:
        roles = ", ".join(words.role(role) for role in Role)
        super().__init__(
            f"Only people who hold a role ({roles}, {words.sponsor}) name who decides for them, "
            "and you hold none in any channel. A decision that you kept from an earlier role has "
            "“Delegate” in its menu."
        )


class NotStandingIn(Refused):
    def __init__(self) -> None:
        super().__init__("You do not stand in there any more, so there is nothing to decline.")


class NoChains(Refused):
    """Refusal to hand on what was handed over; `has_left` if the role holder has left Slack."""

    def __init__(self, number: int, role_holder: str, *, has_left: bool) -> None:
        once = "decisions are handed on once only"
        sentence = (
            f"#{number} was handed to you by {who(role_holder)}, and {once}. Ask them to choose "
            "someone else; or decline to act for them, with the button in the message that told "
            "you."
        )
        if has_left:
            sentence = (
                f"You act on #{number} for {who(role_holder)}, who has left Slack, and {once}. "
                f"Whoever gets their seat, with `/tradeoff setup`, gets #{number} too."
            )
        super().__init__(sentence)
        self.sends_to = [] if has_left else [role_holder]
