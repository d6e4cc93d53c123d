"""Kinds, roles, states and who may do what, as tables. Standard library only.

See docs/reference/behaviour.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, StrEnum


class Role(StrEnum):
    PRODUCT_OWNER = "product_owner"
    PROJECT_MANAGER = "project_manager"

    @property
    def other(self) -> Role:
        return Role.PROJECT_MANAGER if self is Role.PRODUCT_OWNER else Role.PRODUCT_OWNER


class Decider(StrEnum):
    """Role that decides a kind, or both roles together."""

    PRODUCT_OWNER = "product_owner"
    PROJECT_MANAGER = "project_manager"
    JOINT = "joint"

    @property
    def roles(self) -> tuple[Role, ...]:
        return (
            (Role.PRODUCT_OWNER, Role.PROJECT_MANAGER)
            if self is Decider.JOINT
            else (Role(self.value),)
        )

    @property
    def asked_for_impact(self) -> Role:
        """Return the role that states impact; for a joint decision, the project manager.

        See docs/reference/behaviour.md, Kinds and rights.
        """
        return Role.PROJECT_MANAGER if self is Decider.JOINT else Role(self.value).other


def decider_of(roles: Collection[Role]) -> Decider | None:
    """Return the decider that consists of these roles; None if there are no roles."""
    if not roles:
        return None
    return Decider.JOINT if len(set(roles)) > 1 else Decider(next(iter(roles)).value)


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
    def meaning(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    Kind.PRIORITY: "what is built next, backlog order",
    Kind.REQUIREMENTS: "what the user needs",
    Kind.FEATURE: "which of several features or variants",
    Kind.ACCEPTANCE: "whether the finished work meets the need",
    Kind.SCHEDULE: "plan, dates, order of delivery",
    Kind.SCOPE_CONTROL: "what is in or out of a planned delivery",
    Kind.RISK: "risks, issues, dependencies",
    Kind.RESOURCES: "people, capacity, budget",
    Kind.COMMUNICATION: "what stakeholders are told and when",
    Kind.COMMITMENT: "moving or changing a promised milestone",
}

# Kinds of a tradeoff: acceptance has its own way in, `/accept`.
TRADEOFF_KINDS = tuple(kind for kind in Kind if kind is not Kind.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Right:
    """Rule for one kind: who decides, and whether the other role must state impact first."""

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


def leaves_no_kind(unused: Collection[str]) -> bool:
    """Return True if no kind of a tradeoff is left once the `unused` kinds are switched off."""
    return set(TRADEOFF_KINDS) <= set(unused)


class Sort(Enum):
    """Sort of decision, as a phrase. The cards of each sort have buttons of their own."""

    TRADEOFF = "a tradeoff"
    CLAIM = "a claim of finished work"
    RECORD = "the record of a decision that was made elsewhere"


# What the raiser of a decision has done, by its sort.
RAISED = {Sort.TRADEOFF: "raised", Sort.CLAIM: "claimed", Sort.RECORD: "recorded"}


class State(StrEnum):
    """Stage of a decision. Overdue and escalated are columns, not states.

    See docs/reference/behaviour.md, States.
    """

    AWAITING_IMPACT = "awaiting_impact"
    AWAITING_DECISION = "awaiting_decision"
    AWAITING_ANSWER = "awaiting_answer"
    AWAITING_SIGNATURE = "awaiting_signature"
    DECIDED = "decided"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def settled(self) -> bool:
        return self in (State.DECIDED, State.SUPERSEDED, State.WITHDRAWN)


OPEN_STATES = tuple(state for state in State if not state.settled)
# States in which somebody may still have to answer a question.
MAY_HAVE_QUESTION = (State.AWAITING_ANSWER, State.AWAITING_SIGNATURE)


class Outcome(StrEnum):
    """Outcome of one round.

    A deferred decision comes back by itself; a record after the fact is acknowledged or disputed.
    """

    APPROVED = "approved"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_FOLLOW_UPS = "accepted_with_follow_ups"
    SENT_BACK = "sent_back"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").replace("follow ups", "follow-ups")


class Impact(StrEnum):
    """Stage of a decision's impact statement.

    LAPSED: the window ended without a statement. LATE: a statement came after that.
    """

    NOT_ASKED = "not_asked"
    AWAITED = "awaited"
    STATED = "stated"
    REVISION_ASKED = "revision_asked"
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


class Held(StrEnum):
    """Answer to a review: the forecast held, or it went better or worse than forecast."""

    HELD = "held"
    BETTER = "better"
    WORSE = "worse"


class Verb(StrEnum):
    """Event that can happen to a decision; each is one entry of its history."""

    RAISE = "raise"
    EDIT = "edit"
    STATE_IMPACT = "state_impact"
    ASK_REVISION = "ask_revision"
    LAPSE_IMPACT = "lapse_impact"
    ASK = "ask"
    ANSWER = "answer"
    DELEGATE = "delegate"
    OVERDUE = "overdue"
    ESCALATE = "escalate"
    SIGN = "sign"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    # REVISE, RESUBMIT, RETURN, REOPEN and UNDO begin the next round. REVISE is an edit after others
    # have acted; ASK_REVISION asks for a newer impact statement.
    REVISE = "revise"
    RESUBMIT = "resubmit"
    RETURN = "return"
    REOPEN = "reopen"
    UNDO = "undo"
    SUPERSEDE = "supersede"
    RESTORE = "restore"
    FINISH_FOLLOW_UP = "finish_follow_up"
    REVIEW = "review"
    # Deletes a value from an older event. REDACT is possible in any state, and changes no state.
    REDACT = "redact"


_IMPACT, _DECISION, _ANSWER, _SIGNATURE = (
    State.AWAITING_IMPACT,
    State.AWAITING_DECISION,
    State.AWAITING_ANSWER,
    State.AWAITING_SIGNATURE,
)

# (state, verb) → next state. A pair that is not here cannot happen, except for RAISE, which has no
# state before it, and REDACT. After an edit, and in a new round, the state comes from `first_state`
# instead, because the decision may have to wait for the impact. If two roles are asked for impact,
# the first statement leaves the state as it is.
NEXT_STATE = {
    (_IMPACT, Verb.STATE_IMPACT): _DECISION,
    (_IMPACT, Verb.LAPSE_IMPACT): _DECISION,
    (_DECISION, Verb.ASK): _ANSWER,
    (_DECISION, Verb.SIGN): _SIGNATURE,
    (_DECISION, Verb.DECIDE): State.DECIDED,
    # Somebody else is asked if the person who was asked cannot answer any more.
    (_ANSWER, Verb.ASK): _ANSWER,
    (_ANSWER, Verb.ANSWER): _DECISION,
    (_ANSWER, Verb.SIGN): _SIGNATURE,
    (_ANSWER, Verb.DECIDE): State.DECIDED,
    # After the first signature, neither a question nor an answer changes the state.
    (_SIGNATURE, Verb.ASK): _SIGNATURE,
    (_SIGNATURE, Verb.ANSWER): _SIGNATURE,
    (_SIGNATURE, Verb.DECIDE): State.DECIDED,
    (State.DECIDED, Verb.RESUBMIT): _DECISION,
    (State.DECIDED, Verb.RETURN): _DECISION,
    (State.DECIDED, Verb.REOPEN): _DECISION,
    (State.DECIDED, Verb.UNDO): _DECISION,
    (State.DECIDED, Verb.SUPERSEDE): State.SUPERSEDED,
    (State.SUPERSEDED, Verb.RESTORE): State.DECIDED,
    (State.DECIDED, Verb.FINISH_FOLLOW_UP): State.DECIDED,
    (State.DECIDED, Verb.REVIEW): State.DECIDED,
    (State.SUPERSEDED, Verb.FINISH_FOLLOW_UP): State.SUPERSEDED,
    (State.SUPERSEDED, Verb.REVIEW): State.SUPERSEDED,
}
NEXT_STATE |= {(state, Verb.WITHDRAW): State.WITHDRAWN for state in OPEN_STATES}
NEXT_STATE |= {(state, Verb.REVISE): _DECISION for state in OPEN_STATES}
NEXT_STATE |= {
    (state, verb): state
    for state in OPEN_STATES
    for verb in (Verb.EDIT, Verb.DELEGATE, Verb.OVERDUE, Verb.ESCALATE)
}
# A statement after the window, a request to revise a statement, and the revised statement leave the
# state as it is.
NEXT_STATE |= {
    (state, verb): state
    for state in (_DECISION, _ANSWER, _SIGNATURE)
    for verb in (Verb.STATE_IMPACT, Verb.ASK_REVISION)
}


class Standing(StrEnum):
    """Standing of a person in the workspace, as Slack says now.

    UNKNOWN is never a reason to allow an act.
    """

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
    """Someone in Slack at this moment: id, standing, IANA time zone, and names.

    `name` is for pages outside Slack; `mention` is what Slack shows after the @. The record keeps
    ids.
    """

    id: str
    standing: Standing
    time_zone: str = "UTC"
    name: str = ""
    mention: str = ""


def first_state(impact: Impact) -> State:
    """Return the state in which a round begins."""
    return State.AWAITING_IMPACT if impact is Impact.AWAITED else State.AWAITING_DECISION


def next_state(state: State, verb: Verb) -> State:
    """Return the state to which this verb leads.

    Raise KeyError if the table has no such step, which is a bug in the caller.
    """
    return NEXT_STATE[state, verb]


def outcomes_open_to(verdicts: list[Verdict]) -> set[Outcome]:
    """Return the outcomes that these verdicts on criteria allow.

    A claim with an unmet criterion is not accepted without a follow-up.
    """
    if Verdict.NOT_MET in verdicts:
        return {Outcome.ACCEPTED_WITH_FOLLOW_UPS, Outcome.SENT_BACK}
    return {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_FOLLOW_UPS}
