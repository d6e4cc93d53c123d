"""Refusals about decisions: one class per reason, with the sentence that the person reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.acts import Seat
from models.mrkdwn import escaped, when, who
from models.refusals.refused import Attempt, Refused, either, nobody_acts_for, seated, without
from models.rules import RAISED, Role, Sort, Standing
from models.words import Words


@dataclass(frozen=True, slots=True)
class Deciders:
    """People who may decide now.

    They are the holder of each role that decides and, after an escalation, the sponsor or the
    sponsor's delegate. `on_behalf_of` has, by role, the role holder for whom somebody stands in.
    `gone` are the holders who have left Slack and have not signed. `to_ask` are the other holders
    who have not signed. `is_overdue` is False if an escalated decision has got a later date since.
    `by_older_rights` has the number of today's rights if they give the kind to other roles, and do
    not move this decision. `changes` has the name of the commitment, as it was typed, if the person
    who is refused signs its change next; otherwise it is empty.
    """

    holders: Mapping[Role, str]
    on_behalf_of: Mapping[Role, str]
    sponsor: Seat | None
    gone: Collection[str] = ()
    to_ask: Collection[str] = ()
    is_overdue: bool = True
    by_older_rights: int | None = None
    changes: str = ""

    def seat(self, role: Role, words: Words) -> str:
        """Say who holds this role: `@sam (for @bob, project manager)`."""
        return seated(self.holders[role], self.on_behalf_of.get(role), words.role(role))


class NotYourDecision(Refused):
    def __init__(self, deciders: Deciders, version: int, attempt: Attempt, words: Words) -> None:
        people = " and ".join(deciders.seat(role, words) for role in deciders.holders)
        is_joint = len(deciders.holders) > 1
        only = "" if deciders.sponsor else "Only "
        verb, together = ("decide", " together") if is_joint else ("decides", "")
        subject = f"{words.kind(attempt.kind)} here"
        if deciders.on_behalf_of or deciders.by_older_rights:
            subject = "this now"
        by = f" (rights v{version})."
        if today := deciders.by_older_rights:
            by = f": it was routed under rights v{version}, and today's (v{today}) do not move it."
        late = ""
        if sponsor := deciders.sponsor:
            named = seated(sponsor.person, sponsor.on_behalf_of, words.sponsor)
            late = "It is overdue" if deciders.is_overdue else "It was escalated"
            late = f" {late}, so {named} may decide too."
        if deciders.changes:
            late += f" If that changes {escaped(deciders.changes)}, your signature comes next."
        tell = "You can add what they should know in the card's thread, or see `/tradeoff rights`."
        super().__init__(
            f"{only}{people} {verb} {subject}{together}{by}{late} "
            f"{nobody_acts_for(deciders.gone) or tell}"
        )
        self.attempt = attempt
        self.sends_to = deciders.to_ask


class NotItsButton(Refused):
    """Refusal of a button that the cards of this sort of decision do not have."""

    def __init__(self, number: int, sort: Sort) -> None:
        super().__init__(
            f"#{number} is {sort.value}, and has no such button. Nothing was changed: use the "
            "buttons on its card."
        )


class CannotDecideAs(Refused):
    """Refusal of people who are not full members. `gone` are the holders who have left Slack."""

    def __init__(
        self,
        standing: Standing,
        holders: Mapping[Role, str],
        attempt: Attempt,
        gone: Collection[str] = (),
    ) -> None:
        here = without(gone, holders.values())
        can = f"; {' and '.join(map(who, here))} can" if here else ""
        tell = "Say what matters to you in the card's thread."
        super().__init__(
            f"You are {standing.phrase}, and cannot decide here{can}. "
            f"{nobody_acts_for(gone) or tell}"
        )
        self.attempt = attempt
        self.sends_to = here


class WasDecided(Refused):
    """Refusal to withdraw a decision that was made and reopened (`deciding.check_may_withdraw`).

    `people` decide it now. `gone` are those of them who have left Slack.
    """

    def __init__(
        self,
        number: int,
        sort: Sort,
        outcome: str,
        by: str | None,
        people: list[str],
        gone: Collection[str],
    ) -> None:
        super().__init__(
            f"#{number} was {outcome}, and {who(by or '')} has reopened it. So whoever "
            f"{RAISED[sort]} it cannot take it back. Ask {either(people, gone)} to "
            f"{_REJECTS[sort]}."
        )
        self.sends_to = without(gone, people)


class ReplacesMore(Refused):
    """Refusal to replace a decision whose roles do not all decide this one.

    `editor` is the raiser if they may give this decision a kind that all these roles decide; None
    if they have left Slack, or may not. `kind_exists` is False if the channel has no such kind.
    """

    def __init__(
        self, number: int, older: str, theirs: str, editor: str | None, kind_exists: bool
    ) -> None:
        step = f"So reject #{number}."
        if editor and kind_exists:
            step = (
                f"{who(editor)} can change the kind of #{number} to one that they decide too. Or "
                f"reject #{number}."
            )
        elif editor:
            step = (
                f"No kind is their call together any more. So reject #{number}, or make a kind "
                f"their call again with `/tradeoff rights`: {who(editor)} can then change the kind "
                f"of #{number} to it."
            )
        super().__init__(
            f"#{number} would take the place of {older}, which is now the call of the {theirs}. "
            f"{step}"
        )
        self.sends_to = [editor] if editor and kind_exists else []


class AlreadyDecided(Refused):
    def __init__(self, number: int, outcome: str, by: str, at: datetime) -> None:
        super().__init__(
            f"#{number} is already {outcome} by {who(by)}, {when(at)}. Nothing was changed."
        )


class AlreadySigned(Refused):
    """Refusal to sign twice. `gone` has the person who is still to sign if they have left Slack."""

    def __init__(self, number: int, sort: Sort, waiting_for: str, gone: Collection[str]) -> None:
        waits = f"It now waits for {who(waiting_for)}'s signature."
        step = nobody_acts_for(gone) or f"They can still {_REJECTS[sort]}."
        later = "Your signature stays; once this is decided, it can be reopened."
        super().__init__(" ".join([f"You have already signed #{number}.", waits, step, later]))
        self.sends_to = without(gone, [waiting_for])


class OnlyTheRaiser(Refused):
    """Refusal of what only the raiser may do.

    `others` is given only if the raiser has left Slack: it names the people who may end the
    decision in another way.
    """

    def __init__(
        self, number: int, raiser: str, verb: str, sort: Sort, others: str | None = None
    ) -> None:
        raised = f"{who(raiser)}, who {RAISED[sort]} #{number},"
        if others:
            super().__init__(
                f"{raised} has left Slack, so nobody can {verb} it. Instead, {others} can "
                f"{_REJECTS[sort]}."
            )
        else:
            super().__init__(f"Only {raised} can {verb} it. Ask them in the card's thread.")
            self.sends_to = [raiser]


_REJECTS = {Sort.TRADEOFF: "reject it", Sort.CLAIM: "send it back", Sort.RECORD: "dispute it"}


# ---- second thoughts -----------------------------------------------------------------------------


class StillOpen(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(f"#{number} is open already. Its card says whom it waits for.")


# How people begin again with something that was withdrawn, by its sort.
ANEW = {
    Sort.TRADEOFF: "Raise it anew with `/tradeoff`.",
    Sort.CLAIM: "Claim it anew with `/accept`.",
    Sort.RECORD: "Record it anew with `/tradeoff record`.",
}


class CannotReopen(Refused):
    def __init__(self, number: int, newer: str | None, sort: Sort) -> None:
        instead = f"{newer} has taken its place: use that one." if newer else ANEW[sort]
        super().__init__(f"#{number} cannot be reopened. {instead}")


class OnlyRoleHoldersReopen(Refused):
    def __init__(self, number: int, people: Collection[str], gone: Collection[str]) -> None:
        super().__init__(
            f"Only {either(people, gone)} can reopen or supersede #{number}. "
            "Say in the card's thread what has changed."
        )
        self.sends_to = without(gone, people)


def _can_reopen(role_holders: Collection[str], gone: Collection[str]) -> str:
    return f"Instead, {either(role_holders, gone)} can reopen it, with a reason."


class NotYoursToUndo(Refused):
    def __init__(
        self, number: int, settled_by: str, role_holders: Collection[str], gone: Collection[str]
    ) -> None:
        super().__init__(
            f"Only {who(settled_by)}, whose act settled #{number}, can undo it, within five "
            f"minutes of that. {_can_reopen(role_holders, gone)}"
        )
        self.sends_to = without(gone, role_holders)


class NothingToUndo(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} has changed since: there is nothing to undo now. Its card shows where "
            "it stands."
        )


class NoLongerYours(Refused):
    """Refusal of an undo by a person who has lost the right to decide this."""

    def __init__(self, number: int, role_holders: Collection[str], gone: Collection[str]) -> None:
        super().__init__(
            f"You do not decide #{number} any more, by today's rights, so you cannot undo it. "
            f"{_can_reopen(role_holders, gone)}"
        )
        self.sends_to = without(gone, role_holders)


class CannotUndoDispute(Refused):
    def __init__(self, number: int, newer: str) -> None:
        super().__init__(
            f"#{number} went on as {newer}. If that is open, approve there what was recorded, or "
            f"withdraw {newer}; if it is decided, reopen it."
        )


class TooLateToUndo(Refused):
    def __init__(self, number: int, role_holders: Collection[str], gone: Collection[str]) -> None:
        super().__init__(
            f"#{number} was decided more than five minutes ago. {_can_reopen(role_holders, gone)}"
        )
        self.sends_to = without(gone, role_holders)


class NotSentBack(Refused):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"#{number} is not waiting for new evidence. Its card shows where it stands."
        )
