"""Refusals around changes of rights, kinds that are not used, and names of roles and kinds."""

from __future__ import annotations

from models.mrkdwn import where, who
from models.refusals.refused import Refused, either
from models.words import Words


class ChangeWaits(Refused):
    def __init__(self, author: str) -> None:
        super().__init__(
            f"A change of the rights by {who(author)} waits here to be confirmed, so yours was not "
            "accepted. `/tradeoff rights` shows the change that waits. Make yours again when "
            "that one is confirmed, declined or withdrawn."
        )


class NotYoursToConfirm(Refused):
    """Refusal of an answer from somebody who is not asked for one.

    `is_author` says that this person asked for the change, which may take something from a role of
    theirs too.
    """

    def __init__(self, people: list[str], *, is_author: bool) -> None:
        waits = f"It waits for {either(people)}." if people else "It waits for nobody."
        why = (
            "You asked for this change, so your own answer is not needed."
            if is_author
            else "This change takes nothing from a role of yours, so you cannot answer for it."
        )
        super().__init__(f"{why} {waits} Look with `/tradeoff rights`.")


class AwayFromConfirming(Refused):
    """Refusal to let a role holder who is away answer for their role.

    `roles` names their roles, in words; `waits` says for whom the change waits, in a sentence.
    """

    def __init__(self, roles: str, waits: str) -> None:
        super().__init__(
            f"You are away, so you cannot answer for the {roles} now. `/tradeoff back` ends your "
            f"leave; then you can. {waits}"
        )


class ConfirmedByYou(Refused):
    def __init__(self, people: list[str]) -> None:
        waits = f"It still waits for {either(people)}." if people else "It waits for nobody else."
        super().__init__(f"You have confirmed this change already. {waits}")


class NotYoursToWithdraw(Refused):
    def __init__(self, author: str) -> None:
        super().__init__(
            f"Only {who(author)}, who asked for this change, can withdraw it. If it takes "
            "something from your role, press “Decline”."
        )


class ChangeIsOver(Refused):
    """Refusal of a change that has ended; `how` says how, in a sentence."""

    def __init__(self, how: str) -> None:
        super().__init__(f"Nothing was changed by this click. {how}")


class RightsDrawnAnew(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"The rights here became v{number} after this message was drawn, so nothing was "
            "recorded. Read it again as it is now, then answer."
        )


class SuccessorNotThere(Refused):
    def __init__(self, successor: str) -> None:
        super().__init__(
            f"{who(successor)}, who would get a role by this change, cannot hold one any more. "
            "Press “Decline”; then it can be made again with somebody else."
        )


class SuccessorNotKnownNow(Refused):
    def __init__(self, successor: str) -> None:
        super().__init__(
            f"Slack did not tell me just now whether {who(successor)}, who would get a role by "
            "this change, is still there, so nothing was changed. Please try again in a moment."
        )


class NoKindLeft(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Other kinds were switched off while this change waited: with it, nothing could be "
            "raised here any more. Press “Decline”, or switch a kind on first: `/tradeoff rights`, "
            "“Change who decides”."
        )


class KindNotUsed(Refused):
    """Refusal of a new decision of a kind that is not used; `by` is who switched the kind off.

    `line` is the command that the person typed, as code to copy; empty if they typed none.
    """

    def __init__(self, kind: str, channel: str, by: str, number: int, line: str = "") -> None:
        said = not_used_here(f"{kind} is not used in {where(channel)}", by, number)
        super().__init__(f"{said} After that, run {line} again." if line else said)


def not_used_here(first: str, by: str, number: int) -> str:
    """Say who switched a kind off, and how it is switched on again.

    This function adds no markup, because the errors of a form are shown as plain text.
    """
    return (
        f"{first}: {by} switched it off with rights v{number}. Whoever holds a role in the channel "
        "can switch it on again: /tradeoff rights, “Change who decides”."
    )


class NotYourLabels(Refused):
    def __init__(self, words: Words) -> None:
        super().__init__(
            f"Only people who hold a role, or are {words.sponsor}, in a channel of this workspace "
            "can change what roles and kinds are called. `/tradeoff rights`, in a channel that is "
            "set up, says who they are; ask one of them."
        )


class LabelsMovedOn(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Somebody changed these names while your form was open. Look with `/tradeoff labels`, "
            "then make your change again."
        )
