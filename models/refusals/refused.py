"""Refusals of every kind: what they share, and those that any act can meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from models.mrkdwn import who
from models.rules import Kind, Person, Standing


class Refused(Exception):
    """Refusal of something that the rules do not allow.

    `str()` is the sentence that the person reads. `attempt` is set if someone tried to decide
    outside their right: it is counted (docs/reference/behaviour.md, Rules), never by name.
    `redraws` is the id of a decision whose messages are drawn again. `subject` is what the person
    acted on; a line above the sentence names it, unless the sentence does. `sends_to` are the
    people who can act, or whom the reader can ask. `invite` is a sentence that follows the
    refusal's own, and asks the reader to invite the people of `sends_to` who may not read the
    channel.
    """

    attempt: Attempt | None = None
    subject: Subject | None = None
    sends_to: Collection[str] = ()
    invite: str = ""
    redraws: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody acts on: `#42` or the name of a commitment, and the line that names it whole.

    `link` is the name as a link to its card, or the name if it has none. All are mrkdwn.
    """

    name: str
    link: str
    line: str

    def named_in(self, sentence: str) -> str:
        """Return the sentence with this name as a link; without the name, add a line above it."""
        name = rf"(?<![\w|]){re.escape(self.name)}(?!\w)"
        linked, count = re.subn(name, lambda _: self.link, sentence)
        return linked if count else f"*{self.line}*\n{sentence}"


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


class NotKnownNow(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Slack did not tell me who you are just now, so nothing was recorded. "
            "Please try again in a moment."
        )


class CannotActAs(Refused):
    """Refusal to a bot or a deactivated person, even if that person is the named holder."""

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


class NotFound(Refused):
    """Refusal to show or change what is not there, or is not for this person to see.

    The answer is the same if Slack did not say whether the person may see it. So the answer never
    shows whether the thing exists.
    """

    def __init__(self, subject: str = "that decision") -> None:
        super().__init__(
            f"I cannot show you {subject} now. Either it does not exist, or it belongs to a "
            "channel that you or I are not in, or Slack did not tell me just now whether you are. "
            "If we both are, please try again in a moment."
        )


class RecordLost(Refused):
    """Refusal of a button whose decision was lost. Another decision may have its number now."""

    def __init__(self) -> None:
        super().__init__(
            "I no longer have the record that this button belongs to, because an older backup was "
            "restored. Nothing was changed. Look for it with `/tradeoff list`; if it is not there, "
            "it has to be raised again."
        )


class ButtonWithoutMark(Refused):
    """Refusal of a button that an older release drew."""

    def __init__(self, decision_id: int) -> None:
        super().__init__("I have redrawn this card; please use the new one.")
        self.redraws = decision_id


class NotDrawnHere(Refused):
    """Refusal of a button that the form or message that it came from does not have."""

    def __init__(self) -> None:
        super().__init__(
            "I did not draw that button there, so nothing was changed. Use the newest card in the "
            "channel, or run the command again."
        )


class ChangedMeanwhile(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} was changed while your form was open, so nothing was recorded. "
            "Read its card again, and start anew from there."
        )


def seated(person: str, on_behalf_of: str | None, role: str) -> str:
    """Name who acts in a role, and for whom: `@sam (for @bob, project manager)`."""
    place = f"for {who(on_behalf_of)}, " if on_behalf_of else ""
    return f"{who(person)} ({place}{role})"


def nobody_acts_for(gone: Collection[str]) -> str:
    """Say that these people have left Slack, and what to do about it; empty if there are none."""
    return " ".join(
        f"{who(person)} has left Slack, and nobody acts for them here until somebody gets the "
        "seat, with `/tradeoff setup`."
        for person in gone
    )


def without(gone: Collection[str], people: Iterable[str]) -> list[str]:
    """Return the people who are not `gone`, in the same order."""
    return [person for person in people if person not in gone]


def either(people: Collection[str], gone: Collection[str] = ()) -> str:
    """Name the people of whom one is enough: `@alice, @bob or @sam`.

    People who are `gone` have left Slack, and are not named. If all of them have left, say instead
    that a person who gets one of their seats is enough.
    """
    here = without(gone, people)
    if not here:
        return f"whoever gets the seat of {either(people)} with `/tradeoff setup`"
    *others, last = map(who, here)
    return f"{', '.join(others)} or {last}" if others else last
