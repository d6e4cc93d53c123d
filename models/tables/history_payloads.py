"""Payloads of history events, one type per verb.

The card, the replay, `tradeoff verify` and the export read them. A field is None if its event has
no such value: an event of an earlier release may have fewer values, and a value may have been
redacted. The names of the fields are the names in the JSON, so they never change; `from_` is `from`
there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from models.rules import Verb
from models.tables.payload import Payload, declared_fields, fact, personal

# ---- asked ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Payload):
    """Question that is asked, and the people to whom it was routed.

    A tradeoff, a claim and a record after the fact say different parts. `due_on` is "" if there is
    no date; an option is (name, value, cost).
    """

    COMMITMENT: ClassVar[tuple[str, ...]] = ("commitment", "promised_on", "move_to", "scope")

    kind: str | None = fact(str)
    title: str | None = personal()
    why_now: str | None = personal()
    options: tuple[tuple[str, str, str], ...] | None = personal(tuple)
    due_on: str | None = fact(str, if_null="")
    consulted: tuple[str, ...] | None = personal(tuple)
    commitment: str | None = personal()
    promised_on: str | None = fact(str)
    move_to: str | None = fact(str)
    scope: str | None = personal()
    link: str | None = personal()
    evidence: str | None = personal()
    criteria: tuple[str, ...] | None = personal(tuple)
    references: tuple[str, ...] | None = personal(tuple)
    decided: str | None = personal()
    made_by: str | None = personal()
    made_on: str | None = fact(str)
    why: str | None = personal()
    holder: str | None = personal()
    counterpart: str | None = personal()
    routed: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised(Asked):
    """First event: what is asked, of whom, by which rights.

    It says which decisions the new one replaces or disputes.
    """

    decides: str | None = fact(str)
    rights: int | None = fact(int)
    supersedes: int | None = fact(int)
    disputes: int | None = fact(int)
    source: str | None = personal()

    @classmethod
    def of(cls, asked: Asked, **facts: Any) -> Raised:
        """Return the first event of a decision that asks this."""
        said = {part.name: getattr(asked, part.name) for part in fields(Asked)}
        return cls(**{**said, **facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Asked):
    """Changed question, in place or in a `round` of its own.

    `holders_before` is set if other people decide now.
    """

    round: int | None = fact(int)
    holders_before: tuple[str, ...] | None = personal(tuple)


# ---- rounds --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundBegun(Payload):
    """Beginning of another round with the same question.

    `due_on` is "" if there is no date, and None if the date stays.
    """

    round: int | None = fact(int)
    holder: str | None = personal()
    counterpart: str | None = personal()
    routed: str | None = personal()
    holders_before: tuple[str, ...] | None = personal(tuple)
    due_on: str | None = fact(str, if_null="")
    reason: str | None = personal()
    link: str | None = personal()
    evidence: str | None = personal()


# ---- until it is decided -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactStated(Payload):
    """Impact of the decision, as the person in the other role states it."""

    role: str | None = fact(str)
    late: bool | None = fact(bool)
    days: int | None = fact(int)
    confidence: str | None = fact(str)
    displaces: str | None = personal()
    risk: str | None = personal()
    note: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionAsked(Payload):
    """Doubt of the holder about an impact statement."""

    asked: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactLapsed(Payload):
    """End of an impact window without a statement."""

    impact: str | None = fact(str)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(Payload):
    """Question, and the person who was asked."""

    asked_of: str | None = personal()
    question: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Payload):
    """Question and its answer."""

    question: str | None = personal()
    answer: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Payload):
    """Seat (`side`) that passes from one person to another.

    `for_` is the person for whom the new person acts; None if the new person acts for nobody.
    """

    side: str | None = fact(str)
    from_: str | None = personal()
    to: str | None = personal()
    for_: str | None = personal()
    because: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOverdue(Payload):
    """Date to decide by that has passed."""

    due_on: str | None = fact(str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Payload):
    """Person who may decide by escalation now; nobody if `to` is None.

    The person is the sponsor, or the delegate of the sponsor `for_`.
    """

    to: str | None = personal()
    for_: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Payload):
    """First of two signatures."""

    option: int | None = fact(int)
    moves: bool | None = fact(bool)
    reason: str | None = personal()


# ---- decided, and after --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Payload):
    """End of a round; `outcome` is None if it was withdrawn.

    `on_behalf_of` is "" if the decider acted for nobody else. A verdict is (verdict, reason of a
    waiver), a follow-up (what, owner, day).
    """

    COMMITMENT: ClassVar[tuple[str, ...]] = ("commitment", "moved_from", "moved_to")

    outcome: str | None = fact(str)
    reason: str | None = personal()
    impact: str | None = fact(str)
    same_person: bool | None = fact(bool)
    option: int | None = fact(int)
    on_behalf_of: str | None = personal(if_null="")
    by_escalation: bool | None = fact(bool)
    commitment: str | None = personal()
    moved_from: str | None = fact(str)
    moved_to: str | None = fact(str)
    deferred_until: str | None = fact(str)
    review_on: str | None = fact(str)
    verdicts: tuple[tuple[str, str | None], ...] | None = personal(tuple)
    follow_ups: tuple[tuple[str, str, str], ...] | None = personal(tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(Payload):
    """Number of the decision that takes the place of this one."""

    by: int | None = fact(int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Payload):
    """Empty payload: a superseded decision is in force again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFinished(Payload):
    """Follow-up that is done: its position, and what it was."""

    follow_up: int | None = fact(int)
    what: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastReviewed(Payload):
    """Review of a round's forecast: whether it held."""

    round: int | None = fact(int)
    held: str | None = fact(str)
    actual_days: int | None = fact(int)
    note: str | None = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted(Payload):
    """Value deleted from an event of version 1: from which event, and under which name.

    `remains` is the hash of what is left of that event.
    """

    sequence: int | None = fact(int)
    name: str | None = fact(str)
    remains: str | None = fact(str)


PAYLOADS: dict[Verb, type[Payload]] = {
    Verb.RAISE: Raised,
    Verb.EDIT: Edited,
    Verb.REVISE: Edited,
    Verb.STATE_IMPACT: ImpactStated,
    Verb.ASK_REVISION: RevisionAsked,
    Verb.LAPSE_IMPACT: ImpactLapsed,
    Verb.ASK: QuestionAsked,
    Verb.ANSWER: QuestionAnswered,
    Verb.DELEGATE: HandedOver,
    Verb.OVERDUE: WentOverdue,
    Verb.ESCALATE: Escalated,
    Verb.SIGN: Signed,
    Verb.DECIDE: Settled,
    Verb.WITHDRAW: Settled,
    Verb.RESUBMIT: RoundBegun,
    Verb.RETURN: RoundBegun,
    Verb.REOPEN: RoundBegun,
    Verb.UNDO: RoundBegun,
    Verb.SUPERSEDE: Superseded,
    Verb.RESTORE: Restored,
    Verb.FINISH_FOLLOW_UP: FollowUpFinished,
    Verb.REVIEW: ForecastReviewed,
    Verb.REDACT: Redacted,
}


def personal_names(verb: Verb) -> set[str]:
    """Return the names of the values that can be redacted in an event of this verb.

    The actor can be redacted too.
    """
    declared = declared_fields(PAYLOADS[verb])
    return {name for name, part in declared.items() if part.metadata.get("personal")}
