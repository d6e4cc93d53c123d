"""Refusals around impact statements and questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from models.mrkdwn import when, who
from models.refusals.refused import Refused, nobody_acts_for, seated, without
from models.rules import Role
from models.words import Words


class ImpactMissing(Refused):
    """Refusal to decide before the impact is stated.

    `on_behalf_of` has, by role, the role holder for whom somebody stands in. `gone` are the asked
    people who have left Slack.
    """

    def __init__(
        self,
        asked: Mapping[Role, str],
        on_behalf_of: Mapping[Role, str],
        lapses_at: datetime,
        words: Words,
        gone: Collection[str] = (),
    ) -> None:
        people = _each(asked, on_behalf_of, words)
        super().__init__(
            f"{people} {'state' if len({*asked.values()}) > 1 else 'states'} the impact first. "
            f"{nobody_acts_for(gone) or 'I have asked.'} "
            f"If nothing comes, the decision can be made without it from {when(lapses_at)}."
        )
        self.sends_to = without(gone, asked.values())


class NotYourImpact(Refused):
    """Refusal to state the impact in a role that `asked` gives to other people."""

    def __init__(
        self,
        asked: Mapping[Role, str],
        on_behalf_of: Mapping[Role, str],
        words: Words,
        gone: Collection[str] = (),
    ) -> None:
        people = _each(asked, on_behalf_of, words)
        tell = (
            "Tell them what you know in the card's thread, so that it can be part of the statement."
        )
        super().__init__(f"The impact comes from {people}. {nobody_acts_for(gone) or tell}")
        self.sends_to = without(gone, asked.values())


def _each(asked: Mapping[Role, str], on_behalf_of: Mapping[Role, str], words: Words) -> str:
    """Name everybody who is asked, once, with the role: `@alice (product owner) and @bob (…)`."""
    seats = dict[tuple[str, str | None], list[Role]]()
    for role, person in asked.items():
        seats.setdefault((person, on_behalf_of.get(role)), []).append(role)
    return " and ".join(
        seated(person, absent, words.roles(roles)) for (person, absent), roles in seats.items()
    )


class ImpactAlreadyStated(Refused):
    """Answer to people whose impact is stated; `people` have not stated theirs."""

    def __init__(self, number: int, by: str, at: datetime, people: Collection[str] = ()) -> None:
        have = "has" if len(people) == 1 else "have"
        others = f"{' and '.join(map(who, people))} {have} not stated theirs. " if people else ""
        super().__init__(
            f"The impact of #{number} was already stated by {who(by)}, {when(at)}. {others}"
            "Nothing was changed."
        )


class ImpactNotAsked(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} needs no impact statement. Say what matters in the card's thread."
        )


class NothingToRevise(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(f"There is no impact statement on #{number} yet that could be revised.")


class ImpactIncomplete(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"One of the two impacts of #{number} was not stated in time. The other one can be "
            "revised once both are stated. You can decide now."
        )


class QuestionOpen(Refused):
    def __init__(self, number: int, asked_of: str) -> None:
        super().__init__(
            f"{who(asked_of)} has not answered the question on #{number} yet. "
            "You can decide without the answer, or wait."
        )


class NothingToAnswer(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"That question on #{number} is no longer open. The card shows where it stands."
        )


class NotYourQuestion(Refused):
    def __init__(self, asked_of: str, *, has_left: bool) -> None:
        step = "Tell them what you know in the card's thread."
        if has_left:
            step = "They have left Slack. Say what you know in the card's thread."
        super().__init__(f"This was asked of {who(asked_of)}. {step}")
        self.sends_to = [] if has_left else [asked_of]
