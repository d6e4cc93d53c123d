"""Refusals about decisions: one class per reason.

Each has the sentence that the person reads, and says what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.mrkdwn import escaped, when, who
from models.rules import Decider, Kind, Person, Role, Standing


class Refused(Exception):
    """Refusal of something that the rules do not allow.

    `str()` is the sentence that the person reads. `attempt` is set if someone tried to decide
    outside their right: it is counted (docs/reference/behaviour.md, Rules), never by name.
    """

    attempt: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    channel_id: int
    kind: Kind


class FieldsInvalid(Refused):
    """Refusal of what was typed.

    `errors` has a sentence for each field; the form stays as it was typed.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


class NotYourDecision(Refused):
    def __init__(
        self,
        holders: Mapping[Role, str],
        decides: Decider,
        kind: Kind,
        version: int,
        attempt: Attempt,
    ) -> None:
        people = " and ".join(f"{who(person)} ({role.label})" for role, person in holders.items())
        together = " together" if decides is Decider.JOINT else ""
        verb = "decide" if decides is Decider.JOINT else "decides"
        super().__init__(
            f"Only {people} {verb} {kind.label} here{together} (rights v{version}). "
            "You can add what they should know in the card's thread, or see `/tradeoff rights`."
        )
        self.attempt = attempt


class CannotDecideAs(Refused):
    def __init__(self, standing: Standing, holders: Mapping[Role, str], attempt: Attempt) -> None:
        people = " and ".join(who(person) for person in holders.values())
        super().__init__(
            f"You are {standing.phrase}, and cannot decide here. {people} can: say "
            "what matters to you in the card's thread."
        )
        self.attempt = attempt


class NotKnownNow(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Slack did not tell me who you are just now, and then nothing counts. "
            "Please try again in a moment."
        )


class CannotActAs(Refused):
    """Refusal even to a named holder, whose standing has changed since the routing."""

    def __init__(self, standing: Standing, attempt: Attempt | None = None) -> None:
        super().__init__(
            f"You are {standing.phrase}, and can act on nothing here, whatever role you hold. "
            "Someone who may change the rights can name another person with `/tradeoff setup`."
        )
        self.attempt = attempt


def check_can_act(person: Person, attempt: Attempt | None = None) -> None:
    """Raise the Refused that says why this person can do nothing now, in any role.

    See docs/reference/behaviour.md, Rules.
    """
    if person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if person.standing in (Standing.DEACTIVATED, Standing.BOT):
        raise CannotActAs(person.standing, attempt)


class AlreadyDecided(Refused):
    def __init__(self, number: int, outcome: str, by: str, at: datetime) -> None:
        super().__init__(
            f"#{number} is already {outcome} by {who(by)} at {when(at)}. Nothing was changed."
        )


class AlreadySigned(Refused):
    def __init__(self, number: int, waiting_for: str) -> None:
        super().__init__(
            f"You have already signed #{number}. It now waits for {who(waiting_for)}'s signature."
        )


class ImpactMissing(Refused):
    def __init__(self, counterpart: str, role: Role, lapses_at: datetime) -> None:
        super().__init__(
            f"{who(counterpart)} ({role.label}) states the impact first. I have asked; "
            f"if nothing comes, you can decide without it from {when(lapses_at)}."
        )


class NotYourImpact(Refused):
    def __init__(self, counterpart: str, role: Role) -> None:
        super().__init__(
            f"The impact comes from {who(counterpart)} ({role.label}). "
            "Tell them what you know in the card's thread, so that it can be part of the statement."
        )


class ImpactAlreadyStated(Refused):
    def __init__(self, number: int, by: str, at: datetime) -> None:
        super().__init__(
            f"The impact of #{number} was already stated by {who(by)} at {when(at)}. "
            "Nothing was changed."
        )


class ImpactNotAsked(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} needs no impact statement. Say what matters in the card's thread."
        )


class OnlyTheRaiser(Refused):
    def __init__(self, number: int, raiser: str, verb: str) -> None:
        super().__init__(
            f"Only {who(raiser)}, who raised #{number}, can {verb} it. Ask them in the "
            "card's thread."
        )


class NotFound(Refused):
    def __init__(self) -> None:
        super().__init__(
            "I cannot find that decision any more. Open the newest card in the channel "
            "and try there."
        )


class ChangedMeanwhile(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} was changed while your form was open, so nothing was recorded. "
            "Read its card again, and answer there."
        )


# ---- the impact gate, questions ------------------------------------------------------------------


class NothingToRevise(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(f"There is no impact statement on #{number} yet that could be revised.")


class QuestionOpen(Refused):
    def __init__(self, number: int, asked_of: str) -> None:
        super().__init__(
            f"{who(asked_of)} has not answered the question on #{number} yet. You can "
            "decide without it, or wait."
        )


class NothingToAnswer(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"That question on #{number} is no longer open. The card shows where it stands."
        )


class NotYourQuestion(Refused):
    def __init__(self, asked_of: str) -> None:
        super().__init__(
            f"This was asked of {who(asked_of)}. Tell them what you know in the card's thread."
        )


# ---- commitments ---------------------------------------------------------------------------------


class CommitmentClosed(Refused):
    """Refusal to move a closed commitment.

    `raiser` is set if the move was signed already: only they can take it out of what is asked.
    """

    def __init__(self, name: str, state: str, raiser: str | None = None) -> None:
        first = (
            f"The commitment “{escaped(name)}” is closed ({state}), so nothing moves it any more."
        )
        step = (
            f"Reject this; or {who(raiser)} can edit it, and both sign again."
            if raiser
            else "Decide without the move."
        )
        super().__init__(f"{first} {step}")


class OnlyRoleHoldersPromise(Refused):
    def __init__(self, people: list[str]) -> None:
        super().__init__(
            f"Commitments are added and closed by {_either(people)}. Ask one of them; "
            "`/tradeoff commitments` shows what there is."
        )


# ---- second thoughts -----------------------------------------------------------------------------


class StillOpen(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(f"#{number} is still open: decide it on its card.")


class HasMoved(Refused):
    """Refusal to take back or edit what has moved a commitment; `name` is that commitment's."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__(
            f"#{number} has moved {escaped(name)}, and that stands until it is decided "
            "anew: its raiser can neither take it back nor change what it does to "
            f"{escaped(name)}. Ask whoever decides it to reject it."
        )


class CannotReopen(Refused):
    def __init__(self, number: int, newer: int | None) -> None:
        instead = (
            f"#{newer} has taken its place: use that one."
            if newer
            else "Raise it anew with `/tradeoff`."
        )
        super().__init__(f"#{number} cannot be reopened. {instead}")


class OnlyRoleHoldersReopen(Refused):
    def __init__(self, number: int, people: list[str]) -> None:
        super().__init__(
            f"Only {_either(people)} can reopen or supersede #{number}. Say in the "
            "card's thread what has changed."
        )


class NotYoursToUndo(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"Only whoever decided #{number} can undo it, within five minutes. "
            "Afterwards it can be reopened."
        )


class CannotUndoDispute(Refused):
    def __init__(self, number: int, newer: int) -> None:
        super().__init__(
            f"#{number} goes on as #{newer}: approve there what was recorded, or withdraw it."
        )


class TooLateToUndo(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} was decided more than five minutes ago. Reopen it, with the reason."
        )


class NotSentBack(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} is not waiting for new evidence. Its card shows where it stands."
        )


# ---- afterwards ----------------------------------------------------------------------------------


class NotYourFollowUp(Refused):
    def __init__(self, owner: str) -> None:
        super().__init__(
            f"This follow-up is {who(owner)}'s to tick off. Tell them in the card's "
            "thread if you know that it is done."
        )


class FollowUpGone(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"That follow-up of #{number} is no longer wanted: the verdict it came "
            "with was taken back."
        )


class AlreadyReviewed(Refused):
    def __init__(self, number: int, by: str, at: datetime) -> None:
        super().__init__(
            f"{who(by)} already said at {when(at)} how the forecast of #{number} "
            "turned out. Nothing was changed."
        )


class NothingToReview(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} was decided anew since then, so this forecast is not asked about any more."
        )


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


def _either(people: list[str]) -> str:
    return " or ".join(who(person) for person in people)
