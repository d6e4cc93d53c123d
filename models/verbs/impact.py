"""Impact gate: a statement of what a decision costs, its revision, and the end of the window.

See docs/reference/behaviour.md, Impact.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models.acts import Act
from models.refusals import absence, asking, refused
from models.rules import Impact, Person, Role, State, Verb, next_state
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.history_payloads import ImpactLapsed, RevisionAsked
from models.tables.post import Drawing
from models.tables.tradeoff import ImpactStatement
from models.verbs.overdue import remind_of_overdue


def check_may_state_impact(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot state impact now."""
    decision.check_open()
    if decision.impact is Impact.NOT_ASKED:
        raise asking.ImpactNotAsked(decision.number)
    if role_to_state(decision, person.id):
        refused.check_can_act(person)
        return
    for seat in decision.seats:
        if person.id == seat.on_behalf_of and role_to_state(decision, seat.person):
            raise absence.HandedOver(decision.number, seat.person)
    stated = decision.statements
    mine = [statement for statement in stated if _is_theirs(decision, statement, person.id)]
    if mine or not decision.to_state_impact:
        _refuse_another(decision, person, mine[-1] if mine else decision.statement)
    raise _not_theirs(decision, decision.to_state_impact)


def _not_theirs(decision: Decision, asked: Mapping[Role, str]) -> asking.NotYourImpact:
    gone = decision.gone_among(*asked.values())
    return asking.NotYourImpact(asked, decision.on_behalf_of, decision.words, gone)


def role_to_state(decision: Decision, person: str) -> Role | None:
    """Return the role in which this person may state the impact now, or late; None if in none."""
    asked = decision.to_revise or decision.to_state_impact
    return next((role for role, seat in asked.items() if seat == person), None)


def _is_theirs(decision: Decision, statement: ImpactStatement, person: str) -> bool:
    return person in (statement.by, decision.seat_of(statement.role))


def _refuse_another(
    decision: Decision, person: Person, statement: ImpactStatement | None
) -> NoReturn:
    assert statement
    if not _is_theirs(decision, statement, person.id):
        raise _not_theirs(decision, {statement.role: decision.seat_of(statement.role)})
    refused.check_can_act(person)
    missing = [*dict.fromkeys(decision.to_state_impact.values())]
    raise asking.ImpactAlreadyStated(decision.number, statement.by, statement.at, missing)


def state_impact(decision: Decision, statement: ImpactStatement, act: Act) -> None:
    """State the impact, in the role that is asked for it.

    After the window it is still recorded, and marked as late. While another role that is asked has
    stated nothing, the impact is still awaited, or still counts as lapsed. If it is a revision, the
    people who still have to decide are told. People who have signed are told of every statement but
    their own.
    """
    check_may_state_impact(decision, act.person)
    role = role_to_state(decision, act.person.id)
    assert role
    statement.role = role
    before = next((stated for stated in decision.statements if stated.role is role), None)
    late = decision.impact is Impact.LAPSED or (before is not None and before.late)
    revises = decision.impact is Impact.REVISION_ASKED
    statement.by = act.person.id
    statement.on_behalf_of = decision.on_behalf_of.get(role)
    statement.at = act.at
    statement.late = late
    statement.round = decision.round
    decision.impacts.append(statement)
    others = {*decision.to_state_impact.values()} - {act.person.id}
    incomplete = others and decision.impact in (Impact.AWAITED, Impact.LAPSED)
    if not incomplete:
        decision.impact = decision.impact_stated
    if not incomplete or decision.state is not State.AWAITING_IMPACT:
        decision.state = next_state(decision.state, Verb.STATE_IMPACT)
    decision.record(Verb.STATE_IMPACT, act, statement.as_payload())
    remind_of_overdue(decision, act.at)
    # People who have signed knew another statement, or none.
    signed = [
        signature.person for signature in decision.signatures if signature.round == decision.round
    ]
    deciding = decision.still_to_sign.values() if revises else ()
    for person in dict.fromkeys([*deciding, *signed]):
        if person != act.actor or person in deciding:
            about = str(decision.event_count)
            decision.owe(Drawing.DECISION_REQUEST, act.at, person, about=about)


def check_may_ask_revision(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot ask for a revision of the statement."""
    decision.check_may_decide(person)
    if doubted_by(decision, person.id) is None:
        raise asking.NothingToRevise(decision.number)
    if decision.impact is Impact.LAPSED:
        # Otherwise the record would no longer say that an impact is missing.
        raise asking.ImpactIncomplete(decision.number)


def doubted_by(decision: Decision, person: str) -> ImpactStatement | None:
    """Return the newest statement that is not this person's own; their own if there is no other.

    A statement that its role has revised does not count.
    """
    newest_first = sorted(decision.statements, key=lambda statement: statement.at, reverse=True)
    others = [statement for statement in newest_first if statement.by != person]
    return next(iter(others or newest_first), None)


def ask_revision(decision: Decision, words: str, act: Act) -> None:
    """Ask the counterpart to revise the impact statement, as the holder who doubts it.

    The statement counts until a newer one comes. The holder need not wait for that.
    """
    check_may_ask_revision(decision, act.person)
    doubted = doubted_by(decision, act.person.id)
    assert doubted
    for statement in decision.statements:
        statement.revision_asked = None
    doubted.revision_asked = words
    decision.impact = Impact.REVISION_ASKED
    decision.state = next_state(decision.state, Verb.ASK_REVISION)
    decision.record(Verb.ASK_REVISION, act, RevisionAsked(asked=words))
    about = str(decision.event_count)
    decision.owe(Drawing.REVISION_REQUEST, act.at, decision.seat_of(doubted.role), about=about)


def revision_asked_by(decision: Decision) -> str | None:
    """Return who was the last to ask for a revision; None if the record no longer names them."""
    newest = (
        select(HistoryEvent.actor)
        .where(HistoryEvent.decision_id == decision.id, HistoryEvent.verb == Verb.ASK_REVISION)
        .order_by(HistoryEvent.sequence.desc())
        .limit(1)
    )
    session = object_session(decision)
    return session.scalar(newest) if session else None


def lapse_impact(decision: Decision, at: datetime) -> None:
    """End an impact window in which a statement is missing: the holder may decide without it.

    Do nothing if the impact was stated, or if the window is still open.
    """
    if decision.state is not State.AWAITING_IMPACT or (
        decision.impact_due_at and decision.impact_due_at > at
    ):
        return
    decision.impact = Impact.LAPSED
    decision.state = next_state(decision.state, Verb.LAPSE_IMPACT)
    decision.record(Verb.LAPSE_IMPACT, Act(None, at), ImpactLapsed(impact=decision.impact))
    remind_of_overdue(decision, at)
