"""Kinds, roles, states and who may do what, as tables (product.md §1–§4). Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Role(StrEnum):
    PRODUCT_OWNER = "product_owner"
    PROJECT_MANAGER = "project_manager"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")

    @property
    def other(self) -> Role:
        return Role.PROJECT_MANAGER if self is Role.PRODUCT_OWNER else Role.PRODUCT_OWNER


class Decider(StrEnum):
    """Who decides a kind: one role, or both together."""

    PRODUCT_OWNER = "product_owner"
    PROJECT_MANAGER = "project_manager"
    JOINT = "joint"

    @property
    def roles(self) -> tuple[Role, ...]:
        return (Role.PRODUCT_OWNER, Role.PROJECT_MANAGER) if self is Decider.JOINT else (Role(self.value),)

    @property
    def asked_for_impact(self) -> Role:
        """The role that states impact; of a joint decision it is the project manager (product.md §1)."""
        return Role.PROJECT_MANAGER if self is Decider.JOINT else Role(self.value).other


class Kind(StrEnum):
    PRIORITY = "priority"
    REQUIREMENTS = "requirements"
    FEATURE = "feature"
    ACCEPTANCE = "acceptance"
    SCHEDULE = "schedule"
    SCOPE_CONTROL = "scope_control"
    RISK = "risk"
    RESOURCES = "resources"
    COMMUNICATION = "communication"
    COMMITMENT = "commitment"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")

    @property
    def meaning(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    Kind.PRIORITY: "what is built next, backlog order",
    Kind.REQUIREMENTS: "what the user needs",
    Kind.FEATURE: "which of several features or variants",
    Kind.ACCEPTANCE: "does the finished work meet the need",
    Kind.SCHEDULE: "plan, dates, order of delivery",
    Kind.SCOPE_CONTROL: "what is in or out of a planned delivery",
    Kind.RISK: "risks, issues, dependencies",
    Kind.RESOURCES: "people, capacity, budget",
    Kind.COMMUNICATION: "what stakeholders are told and when",
    Kind.COMMITMENT: "moving or changing a promised milestone",
}

# What a tradeoff can be about: acceptance has its own way in, `/accept`.
TRADEOFF_KINDS = tuple(kind for kind in Kind if kind is not Kind.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Right:
    """For one kind: who decides, and whether the other role must state impact first."""

    decides: Decider
    impact_first: bool


_PO, _PM = Decider.PRODUCT_OWNER, Decider.PROJECT_MANAGER
DEFAULT_RIGHTS = {
    Kind.PRIORITY: Right(_PO, True),
    Kind.REQUIREMENTS: Right(_PO, False),
    Kind.FEATURE: Right(_PO, True),
    Kind.ACCEPTANCE: Right(_PO, False),
    Kind.SCHEDULE: Right(_PM, True),
    Kind.SCOPE_CONTROL: Right(_PM, True),
    Kind.RISK: Right(_PM, False),
    Kind.RESOURCES: Right(_PM, True),
    Kind.COMMUNICATION: Right(_PM, False),
    Kind.COMMITMENT: Right(Decider.JOINT, True),
}


class State(StrEnum):
    """Where a decision stands (product.md §4). What is overdue or escalated is a fact beside the state."""

    AWAITING_IMPACT = "awaiting_impact"
    AWAITING_DECISION = "awaiting_decision"
    AWAITING_SIGNATURE = "awaiting_signature"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def settled(self) -> bool:
        return self in (State.DECIDED, State.WITHDRAWN)


class Outcome(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_FOLLOW_UPS = "accepted_with_follow_ups"
    SENT_BACK = "sent_back"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").replace("follow ups", "follow-ups")


class Impact(StrEnum):
    """Whether the counterpart's impact statement is wanted, there, or was waited for in vain."""

    NOT_ASKED = "not_asked"
    AWAITED = "awaited"
    STATED = "stated"
    LAPSED = "lapsed"
    LATE = "late"


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


class Verb(StrEnum):
    """What can happen to a decision; each is one event of its history."""

    RAISE = "raise"
    STATE_IMPACT = "state_impact"
    LAPSE_IMPACT = "lapse_impact"
    SIGN = "sign"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


# (state, verb) → next state. What is not here cannot happen. A late impact statement leaves the state as it is.
NEXT_STATE = {
    (State.AWAITING_IMPACT, Verb.STATE_IMPACT): State.AWAITING_DECISION,
    (State.AWAITING_IMPACT, Verb.LAPSE_IMPACT): State.AWAITING_DECISION,
    (State.AWAITING_IMPACT, Verb.WITHDRAW): State.WITHDRAWN,
    (State.AWAITING_DECISION, Verb.STATE_IMPACT): State.AWAITING_DECISION,
    (State.AWAITING_DECISION, Verb.SIGN): State.AWAITING_SIGNATURE,
    (State.AWAITING_DECISION, Verb.DECIDE): State.DECIDED,
    (State.AWAITING_DECISION, Verb.WITHDRAW): State.WITHDRAWN,
    (State.AWAITING_SIGNATURE, Verb.STATE_IMPACT): State.AWAITING_SIGNATURE,
    (State.AWAITING_SIGNATURE, Verb.DECIDE): State.DECIDED,
    (State.AWAITING_SIGNATURE, Verb.WITHDRAW): State.WITHDRAWN,
}


class Standing(StrEnum):
    """What a person is in the workspace, as Slack says now. Not knowing is never a reason to allow."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"

    @property
    def phrase(self) -> str:
        return STANDING_PHRASES[self]


STANDING_PHRASES = {
    Standing.MEMBER: "a full member",
    Standing.GUEST: "a guest",
    Standing.EXTERNAL: "from another company",
    Standing.BOT: "a bot",
    Standing.DEACTIVATED: "deactivated in Slack",
    Standing.UNKNOWN: "someone Slack did not tell me about just now",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in Slack at this moment: id, standing, and IANA time zone."""

    id: str
    standing: Standing
    time_zone: str = "UTC"


def next_state(state: State, verb: Verb) -> State:
    """Where this verb leads from this state; KeyError when the table has no such step, which is a bug in the caller."""
    return NEXT_STATE[state, verb]


def outcomes_open_to(verdicts: list[Verdict]) -> set[Outcome]:
    """Which verdicts on the whole these verdicts per criterion allow: nothing unmet is accepted without a follow-up."""
    if Verdict.NOT_MET in verdicts:
        return {Outcome.ACCEPTED_WITH_FOLLOW_UPS, Outcome.SENT_BACK}
    return {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_FOLLOW_UPS}


def end_of_window(start: datetime, working_days: int, time_zone: str) -> datetime:
    """When a window of so many working days (Monday to Friday) ends, in UTC.

    It ends at the same local time of day as it began. What begins on a weekend counts from Monday 09:00.
    """
    zone = ZoneInfo(time_zone)
    local = start.astimezone(zone)
    day, clock = local.date(), local.time()
    if _is_weekend(day):
        while _is_weekend(day):
            day += timedelta(days=1)
        clock = time(9)
    for _ in range(working_days):
        day += timedelta(days=1)
        while _is_weekend(day):
            day += timedelta(days=1)
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def local_day(at: datetime, time_zone: str) -> date:
    """The calendar day at this moment in this zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()
