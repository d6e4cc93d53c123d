"""What waits for a person: decisions, impact statements, questions, follow-ups, reviews. The one answer for reminders and Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import BindParameter, Date, Select, bindparam, select, union_all
from sqlalchemy.orm import Session, defer, selectinload

from models.acceptance import FollowUp
from models.channel import Channel
from models.decision import Decision
from models.follow_ups import forecast_of, standing_follow_ups
from models.question import Question
from models.rounds import CLAIM_AGES
from models.rules import OPEN_STATES, Decider, Impact, State, Verb
from models.settlement import Settlement
from models.tradeoff import ImpactStatement
from models.words import escaped
from models.working_time import local_day
from models.workspace import Workspace

LONG_TEXTS = (
    Decision.options, Decision.consulted, Decision.why_now, Decision.source_text, Decision.settled_reason, Decision.routed,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that this person has to do. `pressing` when its time has come, so that a reminder is due."""

    decision: Decision
    what: str
    pressing: bool
    due_on: date | None = None
    follow_up: FollowUp | None = None


def waiting_for(session: Session, team: str, person: str, at: datetime) -> list[Waiting]:
    """All of it, what presses first, then what is due first, then the oldest."""
    found = [
        *_decisions(session, team, person, at), *_questions(session, team, person),
        *_follow_ups(session, team, person, at), *_reviews(session, team, person, at),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.pressing, one.due_on or date.max, one.decision.number))


# Each statement is built once: asked at every Home and every reminder, it costs less than to be written anew.
_PERSON: BindParameter[str] = bindparam("person")


def _loaded() -> Select[Decision]:
    """With what tells whose turn it is, and nothing more: hundreds may wait for one person. Long texts are left where they are."""
    return (
        select(Decision)
        .join(Decision.channel)
        .join(Channel.workspace)
        .where(Workspace.team == bindparam("team"))
        .options(
            *(defer(column, raiseload=True) for column in LONG_TEXTS),
            selectinload(Decision.channel),
            selectinload(Decision.rights_version),
            selectinload(Decision.signatures),
            selectinload(Decision.settlements),
        )
    )


@cache
def _to_decide() -> Select[Decision]:
    holds = (Decision.holder == _PERSON) | (Decision.escalated_to == _PERSON)
    asked = Decision.counterpart == _PERSON
    wanted = Decision.impact.in_((Impact.AWAITED, Impact.REVISION_ASKED)) | (Decision.decides == Decider.JOINT)
    # Asked in one, SQLite would look through the open decisions of every channel: each role has an index of its own.
    mine = union_all(
        *(
            select(Decision.id).where(role == _PERSON, Decision.state.in_(OPEN_STATES))
            for role in (Decision.holder, Decision.escalated_to, Decision.counterpart)
        )
    )
    return (
        _loaded().where(Decision.id.in_(mine)).where((Decision.state != State.AWAITING_IMPACT) | asked, holds | wanted)
    )


def _decisions(session: Session, team: str, person: str, at: datetime) -> list[Waiting]:
    found = session.scalars(_to_decide(), {"team": team, "person": person})
    return [one for decision in found for one in _of(decision, person, at)]


def _of(decision: Decision, person: str, at: datetime) -> list[Waiting]:
    if decision.counterpart == person and decision.impact in (Impact.AWAITED, Impact.REVISION_ASKED):
        half_over = decision.impact is Impact.AWAITED and _half_over(decision, at)
        impact = [Waiting(decision, "your impact statement", half_over)]
    else:
        impact = []
    if decision.state is State.AWAITING_IMPACT:
        return impact
    deciding = person in decision.still_to_sign.values() or person == decision.escalated_to
    aged = decision.is_acceptance and at - decision.begun_at >= CLAIM_AGES
    pressing = bool(decision.overdue_at) or aged
    return impact + [Waiting(decision, what_is_yours(decision, person), pressing, decision.due_on)] * deciding


def what_is_yours(decision: Decision, person: str) -> str:
    """What deciding this is called, for somebody who may."""
    if decision.is_acceptance:
        return "your verdict"
    return (
        "your signature"
        if person in decision.holders.values() and decision.decides is Decider.JOINT
        else "your decision"
    )


def _half_over(decision: Decision, at: datetime) -> bool:
    """The half-way reminder has come; it never comes in the first quarter (working_time.half_way)."""
    assert decision.impact_due_at
    return at >= decision.begun_at + (decision.impact_due_at - decision.begun_at) / 4


@cache
def _asked() -> Select[Decision]:
    return (
        _loaded()
        .join(Question, (Question.decision_id == Decision.id) & (Question.round == Decision.round))
        .where(Decision.state.in_(OPEN_STATES), Question.asked_of == _PERSON, Question.answer.is_(None))
    )


def _questions(session: Session, team: str, person: str) -> list[Waiting]:
    found = session.scalars(_asked(), {"team": team, "person": person})
    return [Waiting(decision, "your answer", False) for decision in dict.fromkeys(found)]


@cache
def _to_follow_up() -> Select[Decision]:
    owned = select(FollowUp.decision_id).where(FollowUp.owner == _PERSON, FollowUp.done_at.is_(None))
    return _loaded().options(selectinload(Decision.follow_ups)).where(Decision.id.in_(owned))


def _follow_ups(session: Session, team: str, person: str, at: datetime) -> list[Waiting]:
    found = session.scalars(_to_follow_up(), {"team": team, "person": person})
    return [
        Waiting(
            decision,
            f"your follow-up “{escaped(one.what)}”",
            local_day(at, decision.rights_version.time_zone) >= one.due_on,
            one.due_on,
            one,
        )
        for decision in found
        for one in standing_follow_ups(decision)
        if one.owner == person and one.done_at is None
    ]


@cache
def _to_review() -> Select[Decision]:
    asked = select(Settlement.decision_id).where(
        Settlement.review_on <= bindparam("today", type_=Date), Settlement.held.is_(None),
        Settlement.since.is_(None) | (Settlement.since == Verb.SUPERSEDE),
    )  # fmt: skip
    stated = select(ImpactStatement.decision_id).where(ImpactStatement.by == _PERSON)
    return _loaded().options(selectinload(Decision.impacts)).where(Decision.id.in_(stated), Decision.id.in_(asked))


def _reviews(session: Session, team: str, person: str, at: datetime) -> list[Waiting]:
    found = session.scalars(_to_review(), {"team": team, "person": person, "today": at.date()})
    return [
        Waiting(decision, "your word on whether the forecast held", True)
        for decision in found
        if (forecast := forecast_of(decision, decision.round)) and forecast.by == person
    ]
