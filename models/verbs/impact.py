"""Impact gate: a statement of what a decision costs, its revision, and the end of the window.

See docs/reference/behaviour.md, Impact.
"""

from __future__ import annotations

from datetime import datetime

from models.acts import Act
from models.refusals import absence, asking, refused
from models.rules import Impact, Person, State, Verb, next_state
from models.tables.decision import Decision
from models.tables.history_payloads import ImpactLapsed, RevisionAsked
from models.tables.post import Drawing
from models.tables.tradeoff import ImpactStatement


def check_may_state_impact(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot state impact now."""
    decision.check_open()
    if decision.impact is Impact.NOT_ASKED:
        raise asking.ImpactNotAsked(decision.number)
    if person.id == decision.counterpart_for != decision.counterpart:
        raise absence.HandedOver(decision.number, decision.counterpart)
    if person.id != decision.counterpart:
        raise asking.NotYourImpact(decision.counterpart, decision.decides.asked_for_impact)
    refused.check_can_act(person)
    if decision.statement and decision.impact is not Impact.REVISION_ASKED:
        raise asking.ImpactAlreadyStated(
            decision.number, decision.statement.by, decision.statement.at
        )


def state_impact(decision: Decision, statement: ImpactStatement, act: Act) -> None:
    """State the impact, as the counterpart.

    After the window it is still recorded, as late; the holder is told of a revision.
    """
    check_may_state_impact(decision, act.person)
    late = decision.impact is Impact.LAPSED or bool(decision.statement and decision.statement.late)
    revises = decision.impact is Impact.REVISION_ASKED
    statement.by = act.person.id
    statement.at = act.at
    statement.late = late
    statement.round = decision.round
    decision.impacts.append(statement)
    decision.impact = Impact.LATE if late else Impact.STATED
    decision.state = next_state(decision.state, Verb.STATE_IMPACT)
    decision.record(Verb.STATE_IMPACT, act, statement.as_payload())
    if revises:
        for person in dict.fromkeys(decision.still_to_sign.values()):
            about = str(decision.event_count)
            decision.owe(Drawing.DECISION_REQUEST, act.at, person, about=about)


def check_may_ask_revision(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot ask for a revision of the statement."""
    decision.check_may_decide(person)
    if decision.statement is None:
        raise asking.NothingToRevise(decision.number)


def ask_revision(decision: Decision, words: str, act: Act) -> None:
    """Ask the counterpart to revise the impact statement, as the holder who doubts it.

    It counts until a newer one comes; the holder need not wait for that.
    """
    check_may_ask_revision(decision, act.person)
    assert decision.statement
    decision.statement.revision_asked = words
    decision.impact = Impact.REVISION_ASKED
    decision.state = next_state(decision.state, Verb.ASK_REVISION)
    decision.record(Verb.ASK_REVISION, act, RevisionAsked(asked=words))
    about = str(decision.event_count)
    decision.owe(Drawing.REVISION_REQUEST, act.at, decision.counterpart, about=about)


def lapse_impact(decision: Decision, at: datetime) -> None:
    """Close an impact window that nobody answered: the holder may decide, and the record says so.

    Does nothing if the impact was stated.
    """
    if decision.state is not State.AWAITING_IMPACT or (
        decision.impact_due_at and decision.impact_due_at > at
    ):
        return
    decision.impact = Impact.LAPSED
    decision.state = next_state(decision.state, Verb.LAPSE_IMPACT)
    decision.record(Verb.LAPSE_IMPACT, Act(None, at), ImpactLapsed(impact=decision.impact))
