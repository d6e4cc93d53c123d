"""Refusals about the channel: its set-up, who may change that, and what outsiders may do."""

from __future__ import annotations

from models.mrkdwn import escaped, where, who
from models.refusals.refused import NotKnownNow, Refused, either
from models.rules import Person, Standing


class NotSetUp(Refused):
    def __init__(self, channel: str) -> None:
        self.channel = channel
        super().__init__(
            f"{where(channel)} is not set up yet. Run `/tradeoff setup` there. It is one short "
            "form."
        )


class CannotSetUpAs(Refused):
    """Refusal of a set-up. `typed` is the title of what the person was about to raise."""

    def __init__(self, standing: Standing, typed: str = "") -> None:
        first = "This channel is not set up yet. " if typed else ""
        last = f" You typed: {escaped(typed)}" if typed else ""
        super().__init__(
            f"{first}You are {standing.phrase}, and only full members set a channel up. Ask a "
            f"full member here to run `/tradeoff setup`.{last}"
        )


class OnlyMembersDelegate(Refused):
    def __init__(self, standing: Standing) -> None:
        super().__init__(
            f"You are {standing.phrase}, and only full members name a delegate. If you hold a "
            "role, ask someone who may change the rights to give it to somebody else with "
            "`/tradeoff setup`."
        )


class NotYourSetup(Refused):
    def __init__(self, people: list[str]) -> None:
        super().__init__(
            f"Only {either(people)} can change the rights here. Ask them, or look with "
            "`/tradeoff rights`."
        )


class RightsMovedOn(Refused):
    def __init__(self, number: int, author: str) -> None:
        super().__init__(
            f"{who(author)} changed the rights while your form was open: they are now v{number}. "
            "Look with `/tradeoff rights`, then make your change again."
        )


class NotATeamChannel(Refused):
    """Refusal outside a team channel.

    `step` is what to do there: a command, or a choice from a menu.
    """

    def __init__(self, step: str) -> None:
        super().__init__(
            f"Decisions belong to a team channel. Go to your team's channel and {step} there."
        )


class NotYourChannel(Refused):
    def __init__(self, channel: str) -> None:
        super().__init__(
            f"Slack does not say that you are in {where(channel)}, so I send nothing "
            "of it. If you are in it, try again in a moment; if not, join it first."
        )


class PlaceNotKnownNow(Refused):
    def __init__(self, step: str) -> None:
        super().__init__(
            f"Slack did not tell me about this channel just now. Please {step} again in a moment."
        )


class BotNotHere(Refused):
    def __init__(self, step: str, bot: str) -> None:
        super().__init__(
            "I am not in this channel, so I cannot post here. Type /invite "
            f"{who(bot)} here, then {step} again."
        )


class ChannelArchived(Refused):
    """Refusal to raise something in an archived channel or, with `step`, to do something else."""

    def __init__(self, channel: str, step: str = "") -> None:
        super().__init__(
            f"{where(channel)} is archived. Unarchive it first, then {step} again."
            if step
            else f"{where(channel)} is archived, so nothing new can be raised there. "
            "Unarchive it first, or use another channel."
        )


def check_can_see_board(person: Person) -> None:
    """Raise the Refused that says why this person gets no link.

    Members and guests of the workspace get one.
    """
    if person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if person.standing not in (Standing.MEMBER, Standing.GUEST):
        raise OutsidersGetNoLink(person)


class OutsidersGetNoLink(Refused):
    def __init__(self, person: Person) -> None:
        super().__init__(
            f"You are {person.standing.phrase}, so I give you no link. Ask someone in "
            "the team for one."
        )


def check_is_no_outsider(person: Person) -> None:
    """Raise OutsidersCannotRaise before a form opens that this person could not submit.

    A person whom Slack does not know at this moment gets the form: `check_can_raise` looks again.
    """
    if person.standing not in (Standing.MEMBER, Standing.GUEST, Standing.UNKNOWN):
        raise OutsidersCannotRaise(person)


def check_can_raise(person: Person) -> None:
    """Raise the Refused that says why this person can raise nothing.

    Members and guests of the workspace can.
    """
    if person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if person.standing not in (Standing.MEMBER, Standing.GUEST):
        raise OutsidersCannotRaise(person)


class OutsidersCannotRaise(Refused):
    def __init__(self, person: Person) -> None:
        super().__init__(
            f"You are {person.standing.phrase}, so I cannot accept this from you. Ask "
            "someone in the team to raise it."
        )
