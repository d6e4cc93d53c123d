"""Who acts in whose place: on leave, for one decision, or because someone has left Slack. The clock runs on (product.md §3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import refusals
from models.absence import Absence, current_absences, standing_in_for
from models.decision import Decision
from models.post import Drawing
from models.rights import RightsVersion
from models.routing import Seat
from models.rules import Person, Verb, next_state
from models.timer import Timer, TimerKind, set_timer


def hand_over(decision: Decision, person: str, seat: Seat, by: str | None, at: datetime) -> None:
    """What this person had to do here, the one in this seat does from now on; both names stand in the record."""
    if person not in (decision.holder, decision.counterpart):
        return
    changes: dict[str, str | None] = {
        "from": person,
        "to": seat.person,
        "for": seat.on_behalf_of,
        "because": seat.because,
    }
    if decision.holder == person:
        decision.holder, decision.holder_for = seat.person, seat.on_behalf_of
    if decision.counterpart == person:
        decision.counterpart, decision.counterpart_for = seat.person, seat.on_behalf_of
    decision.state = next_state(decision.state, Verb.DELEGATE)
    decision.record(Verb.DELEGATE, by, at, changes)
    decision.owe(Drawing.HANDED_OVER, at, person, about=str(decision.event_count))


# ---- leave -----------------------------------------------------------------------------------------------------------


def check_may_leave(session: Session, workspace_id: int, person: str, delegate: Person, at: datetime) -> None:
    """Raise the Refused that says why this delegation would be a chain, or why the person is away already."""
    if person in current_absences(session, workspace_id, at, person):
        raise refusals.AlreadyAway
    if delegate.id in current_absences(session, workspace_id, at, delegate.id):
        raise refusals.DelegateIsAway(delegate.id)
    waiting = standing_in_for(session, workspace_id, at, person)
    if waiting:
        raise refusals.YouStandIn([one.person for one in waiting])


def both_hats(rights: Iterable[RightsVersion], person: str, delegate: str) -> bool:
    """Whether this delegate would hold both roles somewhere."""
    return any({one.product_owner, one.project_manager} == {person, delegate} for one in rights)


def leave(
    session: Session, workspace_id: int, person: str, delegate: str, until: date, ends_at: datetime, both: bool,
    pending: Iterable[Decision], at: datetime,
) -> Absence:  # fmt: skip
    """From now on the delegate acts; what is pending moves."""
    absence = Absence(
        workspace_id=workspace_id, person=person, delegate=delegate, both_hats=both, begun_at=at, until=until, ends_at=ends_at
    )  # fmt: skip
    session.add(absence)
    session.flush()
    seat = Seat(delegate, person, f"who is away until {until.isoformat()}")
    for decision in pending:
        hand_over(decision, person, seat, person, at)
    set_timer(
        session,
        Timer(workspace_id=workspace_id, key=f"absence:{absence.id}", kind=TimerKind.ABSENCE_ENDS, person=person, due_at=ends_at),
    )  # fmt: skip
    return absence


def come_back(absence: Absence, pending: Iterable[Decision], by: str | None, at: datetime) -> None:
    """The person acts again; what the delegate did not get to moves back."""
    absence.ended_at = at
    for decision in pending:
        hand_back(decision, absence.person, by, at)


def hand_back(decision: Decision, person: str, by: str | None, at: datetime) -> None:
    """Give back what was taken over from this person."""
    if decision.holder_for == person:
        hand_over(decision, decision.holder, Seat(person, None, "who is back"), by, at)
    if decision.counterpart_for == person:
        hand_over(decision, decision.counterpart, Seat(person, None, "who is back"), by, at)


# ---- one decision, and empty seats -----------------------------------------------------------------------------------


def check_may_delegate(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot hand this decision to another. No chains longer than one."""
    if person.id in (decision.holder_for, decision.counterpart_for):
        decision.check_open()
        return
    decision.check_holds(person)
    if decision.role_holder(person.id):
        raise refusals.NoChains(decision.number, decision.role_holder(person.id) or "")


def delegate_one(decision: Decision, to: Person, both: bool, by: Person, at: datetime) -> None:
    """This decision only. The role holder may name another one later, or take it back."""
    check_may_delegate(decision, by)
    acting = decision.holder if by.id in (decision.holder, decision.holder_for) else decision.counterpart
    other = decision.counterpart if acting == decision.holder else decision.holder
    if to.id == by.id:
        hand_back(decision, by.id, by.id, at)
        return
    if to.id == other and not both:
        raise refusals.FieldsInvalid(
            {"delegate": "They act for the other role here. Tick that one person will hold both, or choose another."}
        )
    hand_over(decision, acting, Seat(to.id, by.id, "for this decision"), by.id, at)


def empty_seat(pending: Iterable[Decision], person: str, sponsor: str | None, at: datetime) -> None:
    """A role holder has left Slack: what waits for them goes to the sponsor, with the explanation."""
    if sponsor:
        for decision in pending:
            hand_over(decision, person, Seat(sponsor, person, "who has left Slack"), None, at)
