"""Why something was refused: one class a reason, each with the sentence the person reads and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.rules import Decider, Kind, Person, Role, Standing
from models.words import when, where, who


class Refused(Exception):
    """A person asked for something that the rules do not allow. `str()` is the sentence they read.

    `attempt` is set when someone tried to decide outside their right: it is counted (product.md §4), never by name.
    """

    attempt: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    channel_id: int
    kind: Kind


class FieldsInvalid(Refused):
    """What was typed cannot be taken yet. `errors` gives a sentence for each field; the form stays as it was typed."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


class NotYourDecision(Refused):
    def __init__(
        self, holders: Mapping[Role, str], decides: Decider, kind: Kind, version: int, attempt: Attempt
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
            f"You are {standing.phrase}, and cannot decide here. {people} can: say what matters to you in the card's thread."
        )
        self.attempt = attempt


class NotKnownNow(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Slack did not tell me who you are just now, and then nothing counts. Please try again in a moment."
        )


class CannotActAs(Refused):
    """Even a named holder: what was true when it was routed to them is true no more."""

    def __init__(self, standing: Standing, attempt: Attempt | None = None) -> None:
        super().__init__(
            f"You are {standing.phrase}, and can act on nothing here, whatever role you hold. "
            "Someone who may change the rights can name another person with `/tradeoff setup`."
        )
        self.attempt = attempt


def check_can_act(person: Person, attempt: Attempt | None = None) -> None:
    """Raise the Refused that says why this person can do nothing now, in any role (product.md §4)."""
    if person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if person.standing in (Standing.DEACTIVATED, Standing.BOT):
        raise CannotActAs(person.standing, attempt)


class AlreadyDecided(Refused):
    def __init__(self, number: int, outcome: str, by: str, at: datetime) -> None:
        super().__init__(f"#{number} is already {outcome} by {who(by)} at {when(at)}. Nothing was changed.")


class AlreadySigned(Refused):
    def __init__(self, number: int, waiting_for: str) -> None:
        super().__init__(f"You have already signed #{number}. It now waits for {who(waiting_for)}'s signature.")


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
        super().__init__(f"The impact of #{number} was already stated by {who(by)} at {when(at)}. Nothing was changed.")


class ImpactNotAsked(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(f"#{number} needs no impact statement. Say what matters in the card's thread.")


class OnlyTheRaiser(Refused):
    def __init__(self, number: int, raiser: str) -> None:
        super().__init__(f"Only {who(raiser)}, who raised #{number}, can withdraw it. Ask them in the card's thread.")


class NotFound(Refused):
    def __init__(self) -> None:
        super().__init__("I cannot find that decision any more. Open the newest card in the channel and try there.")


class NotSetUp(Refused):
    def __init__(self, channel: str) -> None:
        super().__init__(f"{where(channel)} is not set up yet. Run `/tradeoff setup` there: one short form.")


class CannotSetUpAs(Refused):
    def __init__(self, standing: Standing) -> None:
        super().__init__(
            f"You are {standing.phrase}, and only full members set a channel up. Ask a full member here to run `/tradeoff setup`."
        )


class NotYourSetup(Refused):
    def __init__(self, people: list[str]) -> None:
        names = ", ".join(who(person) for person in people)
        super().__init__(f"The rights here are changed by {names}. Ask one of them, or look with `/tradeoff rights`.")


class RightsMovedOn(Refused):
    def __init__(self, number: int, author: str) -> None:
        super().__init__(
            f"{who(author)} changed the rights while your form was open: they are now v{number}. "
            "Look with `/tradeoff rights`, then make your change again."
        )


class NotATeamChannel(Refused):
    def __init__(self, usage: str) -> None:
        super().__init__(f"Decisions belong to a team channel. Go to your team's channel and run `{usage}` there.")


class BotNotHere(Refused):
    def __init__(self, usage: str, bot: str) -> None:
        super().__init__(
            f"I am not in this channel, so I cannot post cards here. Run `/invite {who(bot)}`, then `{usage}` again."
        )


class ChannelArchived(Refused):
    def __init__(self, channel: str) -> None:
        super().__init__(
            f"{where(channel)} is archived, so nothing new can be raised there. Unarchive it first, or use another channel."
        )


def check_may_raise(person: Person) -> None:
    """Raise the Refused that says why this person can raise nothing: members and guests of the workspace can."""
    if person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if person.standing not in (Standing.MEMBER, Standing.GUEST):
        raise OutsidersCannotRaise(person)


class OutsidersCannotRaise(Refused):
    def __init__(self, person: Person) -> None:
        super().__init__(
            f"You are {person.standing.phrase}, so this cannot be taken from you. Ask someone in the team to raise it."
        )
