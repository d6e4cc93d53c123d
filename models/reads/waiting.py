"""Everything that waits for a person: decisions, impact statements, questions, follow-ups, reviews.

Reminders and Home both ask here, so that they agree.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    text,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, defer, joinedload

from models.loading import read_parts_of
from models.mrkdwn import escaped
from models.rules import OPEN_STATES, Decider, Impact, Role, State, Verb
from models.tables.acceptance import FollowUp
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.departure import Departure
from models.tables.question import IS_OPEN, Question
from models.tables.rights import RightsVersion
from models.tables.settlement import UNREVIEWED, Settlement
from models.tables.tradeoff import ImpactStatement
from models.tables.workspace import Workspace
from models.verbs.deadlines import CLAIM_AGES
from models.verbs.follow_ups import standing_follow_ups
from models.working_time import local_day

LONG_TEXTS = (
    Decision.options,
    Decision.consulted,
    Decision.why_now,
    Decision.source_text,
    Decision.settled_reason,
    Decision.routed,
)

# Kinds of work, as the query names them.
DECIDE, ANSWER, FOLLOW_UP, REVIEW = "decide", "answer", "follow up", "review"

# Kinds of work as people read them, as phrases to put after "waits for".
IMPACT, REVISION, DECISION, RECORD, SIGNATURE, VERDICT, REPLY, FORECAST = (
    "your impact statement",
    "you to revise the impact",
    "your decision",
    "you to acknowledge or dispute it",
    "your signature",
    "your verdict",
    "your answer",
    "your word on whether the forecast held",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that this person has to do.

    `urgent` is True if the task deserves a reminder; `overdue` is True if its day is over. `part`
    is the question to answer, or the round whose forecast is reviewed.
    """

    decision: Decision
    what: str
    urgent: bool
    due_on: date | None = None
    follow_up: FollowUp | None = None
    overdue: bool = False
    part: int | None = None

    @property
    def is_owed_later(self) -> bool:
        """Return True for a follow-up whose day has not come. Until then it is not said to wait."""
        return self.follow_up is not None and not self.urgent


# In the time zone furthest east, UTC+14, a day begins this much earlier than in UTC.
FURTHEST_EAST = timedelta(hours=14)


def waiting_for(session: Session, tenant: str, person: str, at: datetime) -> list[Waiting]:
    """Return everything that waits for this person: the urgent first, then by due date and age."""
    facts = {"tenant": tenant, "person": person, "today": (at + FURTHEST_EAST).date()}
    rows = [_Asked._make(row) for row in session.execute(_mine(), facts)]
    deciding, answering, following_up, reviewing = (
        {row.decision: row for row in rows if row.what == work}
        for work in (DECIDE, ANSWER, FOLLOW_UP, REVIEW)
    )
    read_parts_of(session, deciding, "signatures", "impacts")
    read_parts_of(session, {*deciding, *following_up}, "settlements")
    found = [
        *(task for decision in deciding for task in _of(decision, person, at)),
        *(Waiting(row.decision, REPLY, False, part=row.part) for row in answering.values()),
        *_follow_ups(session, following_up, person, at),
        *(
            Waiting(decision, FORECAST, True, part=reviewing[decision].part)
            for decision in _reviewed_by(session, reviewing, person)
            if _has_begun(reviewing[decision], at)
        ),
    ]
    return sorted(
        found, key=lambda task: (not task.urgent, task.due_on or date.max, task.decision.number)
    )


class _Asked(NamedTuple):
    """Row of `_mine`. `day` is the day on which a review is due."""

    decision: Decision
    what: str
    part: int
    day: date | None


_PERSON: BindParameter[str] = bindparam("person")
_NO_PART, _NO_DAY = literal(0), cast(null(), Date)


@cache
def _mine() -> Select[Decision, str, int, date | None]:
    """Select each decision that asks something of this person, with what it asks of them.

    Hundreds may wait for one person, so long texts are not loaded. The statement is built once:
    Home and reminders run it so often that building it would cost more than running it.
    """
    mine = _asked().subquery()
    # Each row has its decision, channel and rights. Outer joins keep SQLite from beginning with
    # every decision of the workspace.
    return (
        select(Decision, mine.c.what, mine.c.part, mine.c.day)
        .select_from(mine)
        .outerjoin(Decision, Decision.id == mine.c.id)
        .outerjoin(Decision.channel)
        .outerjoin(Channel.workspace)
        .where(Workspace.tenant == bindparam("tenant"))
        .options(
            *(defer(column, raiseload=True) for column in LONG_TEXTS),
            contains_eager(Decision.channel),
            joinedload(Decision.rights_version).load_only(
                RightsVersion.time_zone,
                RightsVersion.working_week,
                RightsVersion.holidays,
                RightsVersion.impact_days,
                raiseload=True,
            ),
        )
    )


def _asked() -> CompoundSelect[str, int, int, date | None]:
    """Select what is asked of the person, with a query for each column that can name them.

    With one query and OR, SQLite would read the open decisions of every channel.
    """
    open_, deciding = Decision.state.in_(OPEN_STATES), Decision.state != State.AWAITING_IMPACT
    asked = Decision.impact.in_((Impact.AWAITED, Impact.REVISION_ASKED))
    wanted = asked | (Decision.decides == Decider.JOINT) | Decision.move_decides.is_not(None)
    due = (
        text(UNREVIEWED),
        Settlement.review_on <= bindparam("today", type_=Date),
        Settlement.since.is_(None) | (Settlement.since == Verb.SUPERSEDE),
    )
    return union(
        _each(DECIDE, Decision.id).where(Decision.holder == _PERSON, open_, deciding | asked),
        _each(DECIDE, Decision.id).where(Decision.escalated_to == _PERSON, open_, deciding),
        _each(DECIDE, Decision.id).where(Decision.counterpart == _PERSON, open_, wanted),
        _each(ANSWER, Decision.id, Question.id)
        .join(Question, (Question.decision_id == Decision.id) & (Question.round == Decision.round))
        .where(open_, Question.asked_of == _PERSON, IS_OPEN),
        _each(FOLLOW_UP, FollowUp.decision_id).where(
            FollowUp.owner == _PERSON, FollowUp.done_at.is_(None)
        ),
        _reviews().where(ImpactStatement.by == _PERSON, *due),
        # With IN, SQLite begins with the few people who have left, and not with every review.
        _reviews().where(
            ImpactStatement.by.in_(select(Departure.person)), _SUCCESSOR == _PERSON, *due
        ),
    )


def _reviews() -> Select[str, int, int, date | None]:
    """Select each outcome with each impact statement on its decision."""
    return _each(REVIEW, ImpactStatement.decision_id, Settlement.round, Settlement.review_on).join(
        Settlement, Settlement.decision_id == ImpactStatement.decision_id
    )


# Person who holds the role of a statement's author today; null unless the author has left Slack.
_SUCCESSOR = (
    select(
        case(
            (ImpactStatement.role == Role.PRODUCT_OWNER, RightsVersion.product_owner),
            else_=RightsVersion.project_manager,
        )
    )
    .select_from(Decision)
    .join(Channel, Channel.id == Decision.channel_id)
    .join(
        RightsVersion,
        (RightsVersion.channel_id == Channel.id) & (RightsVersion.number == Channel.rights_number),
    )
    .join(Departure, Departure.workspace_id == Decision.workspace_id)
    .where(Decision.id == ImpactStatement.decision_id, Departure.person == ImpactStatement.by)
    .correlate(ImpactStatement)
    .scalar_subquery()
)


def _each(
    asked_for: str,
    decision: InstrumentedAttribute[int],
    part: ColumnElement[int] | InstrumentedAttribute[int] = _NO_PART,
    day: ColumnElement[date] | InstrumentedAttribute[date | None] = _NO_DAY,
) -> Select[str, int, int, date | None]:
    """Select the kind of work, the decision, and its part: a question's id, a round, or 0.

    The fourth column is the day on which a review is due; null for other work.
    """
    return select(
        literal(asked_for).label("what"),
        decision.label("id"),
        part.label("part"),
        day.label("day"),
    )


def _of(decision: Decision, person: str, at: datetime) -> list[Waiting]:
    if person in decision.asked_for_impact.values():
        urgent = decision.impact is Impact.AWAITED and _first_quarter_is_over(decision, at)
        is_new = person in decision.to_state_impact.values()
        impact = [Waiting(decision, IMPACT if is_new else REVISION, urgent)]
    else:
        impact = []
    if decision.state is State.AWAITING_IMPACT:
        return impact
    if person not in decision.allowed_to_decide:
        return impact
    undated = decision.is_acceptance or decision.is_after_the_fact
    aged = undated and at - decision.begun_at >= CLAIM_AGES
    overdue = bool(decision.overdue_at)
    asked_for = what_is_yours(decision, person)
    waiting = Waiting(decision, asked_for, overdue or aged, decision.due_on, overdue=overdue)
    return [*impact, waiting]


def what_is_yours(decision: Decision, person: str) -> str:
    """Return what is asked of this person: a verdict, a signature, a decision or a confirmation.

    A confirmation is asked of a record after the fact: the person acknowledges or disputes it.
    """
    if decision.is_acceptance:
        return VERDICT
    if decision.is_after_the_fact:
        return RECORD
    signs = person in decision.holders.values() and len(decision.holders) > 1
    return SIGNATURE if signs else DECISION


def _first_quarter_is_over(decision: Decision, at: datetime) -> bool:
    """Return True after the first quarter of the impact window: then the impact is urgent.

    The half-way reminder is sent only if the impact is urgent. So `working_time.half_way` does not
    put the reminder into the first quarter.
    """
    assert decision.impact_due_at
    return at >= decision.begun_at + (decision.impact_due_at - decision.begun_at) / 4


def _follow_ups(
    session: Session, decisions: Collection[Decision], person: str, at: datetime
) -> list[Waiting]:
    read_parts_of(session, decisions, "follow_ups")
    return [
        Waiting(
            decision,
            f"your follow-up “{escaped(follow_up.what)}”",
            local_day(at, decision.rights_version.time_zone) >= follow_up.due_on,
            follow_up.due_on,
            follow_up,
            overdue=local_day(at, decision.rights_version.time_zone) > follow_up.due_on,
        )
        for decision in decisions
        for follow_up in standing_follow_ups(decision)
        if follow_up.owner == person and follow_up.done_at is None
    ]


def _reviewed_by(session: Session, decisions: Collection[Decision], person: str) -> list[Decision]:
    """Return the decisions among these about whose newest forecast this person is asked.

    Only the last statement before the decision is reviewed: by its author or, if the author has
    left Slack, by the person who holds the author's role.
    """
    rounds = {decision.id: decision.round for decision in decisions}
    found = session.execute(_forecasts(), {"ids": list(rounds)}) if rounds else ()
    newest = {id: reviewer for id, round, reviewer in found if round <= rounds[id]}
    return [decision for decision in decisions if newest.get(decision.id) == person]


def _has_begun(asked: _Asked, at: datetime) -> bool:
    """Return True if the day on which to ask has begun in the channel's calendar."""
    today = local_day(at, asked.decision.rights_version.time_zone)
    return asked.day is not None and asked.day <= today


@cache
def _forecasts() -> Select[int, int, str]:
    """Select the decision, round and reviewer of each impact statement, the newest last."""
    return (
        select(
            ImpactStatement.decision_id,
            ImpactStatement.round,
            func.coalesce(_SUCCESSOR, ImpactStatement.by),
        )
        .where(ImpactStatement.decision_id.in_(bindparam("ids", expanding=True)))
        .order_by(ImpactStatement.at)
    )
