"""Refusals around commitments, follow-ups and reviews of forecasts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from models.mrkdwn import day, escaped, when, who
from models.refusals.refused import Refused, either, nobody_acts_for, without


class CommitmentClosed(Refused):
    """Refusal to move a closed commitment.

    If the move is `signed` already, only the `raiser` can take it out, with an edit. `raiser` is
    None if they have left Slack.
    """

    def __init__(self, name: str, state: str, *, signed: bool, raiser: str | None) -> None:
        first = (
            f"The commitment “{escaped(name)}” is closed ({state}), so nothing moves it any more."
        )
        step = "Reject this." if signed else "Decide without the move."
        if signed and raiser:
            step = f"Reject this; or {who(raiser)} can edit it, and both sign again."
        super().__init__(f"{first} {step}")
        self.sends_to = [raiser] if signed and raiser else []


class AlreadyClosed(Refused):
    """Refusal to say a second time how a commitment ended; `by` and `at` are None if unknown."""

    def __init__(self, name: str, state: str, by: str | None, at: datetime | None) -> None:
        first = f"The commitment “{escaped(name)}” is already marked as {state}."
        if by and at:
            first = f"{who(by)} has already marked “{escaped(name)}” as {state}, {when(at)}."
        super().__init__(f"{first} Nothing was changed; its ledger says why.")


class OnlyRoleHoldersAdd(Refused):
    def __init__(self, people: Collection[str], gone: Collection[str]) -> None:
        super().__init__(
            f"Commitments are added and closed by {either(people, gone)}. "
            "`/tradeoff commitments` shows what there is."
        )
        self.sends_to = without(gone, people)


class HasMoved(Refused):
    """Refusal to withdraw a decision that has changed a commitment, or to edit that change.

    `name` is the name of the commitment.
    """

    def __init__(self, number: int, name: str) -> None:
        super().__init__(
            f"#{number} has changed {escaped(name)}, and only a new decision on #{number} can take "
            f"that back. So the raiser can neither withdraw #{number} nor change what it does to "
            f"{escaped(name)}. Ask whoever decides #{number} to approve it without that."
        )


class MovedSince(Refused):
    """Refusal to undo a move after another decision has moved the same commitment."""

    def __init__(self, number: int, name: str, newer: int) -> None:
        super().__init__(
            f"#{newer} has moved {escaped(name)} since. To undo #{number} now would move it to a "
            f"date that nobody has decided. Reopen #{number}: whoever decides it then sees the "
            "date."
        )


class NotYourFollowUp(Refused):
    """Refusal to tick off somebody else's follow-up.

    `reopeners` is given only if the owner has left Slack: it names the people who can reopen the
    decision.
    """

    def __init__(self, number: int, owner: str, reopeners: str | None = None) -> None:
        step = "Tell them in the card's thread if you know that it is done."
        if reopeners:
            step = (
                f"They have left Slack, so nobody ticks it off any more. But {reopeners} can "
                f"reopen #{number}; the next verdict leaves it out, or gives it to somebody else."
            )
        super().__init__(f"This follow-up is {who(owner)}'s to tick off. {step}")
        self.sends_to = [] if reopeners else [owner]


class FollowUpGone(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"That follow-up of #{number} is no longer wanted: the verdict it came "
            "with no longer stands."
        )


class NotYourReview(Refused):
    """Refusal to review a forecast about which the `reviewer` is asked.

    `gone` has the reviewer if they have left Slack.
    """

    def __init__(self, number: int, reviewer: str, gone: Collection[str] = ()) -> None:
        tell = "Tell them what you know in the card's thread."
        super().__init__(
            f"It is for {who(reviewer)} to say whether the forecast of #{number} held. "
            f"{nobody_acts_for(gone) or tell}"
        )
        self.sends_to = without(gone, [reviewer])


class AlreadyReviewed(Refused):
    def __init__(self, number: int, by: str, at: datetime) -> None:
        super().__init__(
            f"{who(by)} has already said how the forecast of #{number} turned out, {when(at)}. "
            "Nothing was changed."
        )


class ReviewNotDue(Refused):
    def __init__(self, number: int, review_on: date) -> None:
        super().__init__(f"I ask on {day(review_on)} whether the forecast of #{number} held.")


class NothingToReview(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} was decided anew since then, so this forecast is not asked about any more."
        )
