"""Delegation of a single decision: a role holder hands it over, or takes it back.

The delegate can give it back. See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from models.acts import Act, Seat
from models.refusals import refused
from models.refusals.absence import DelegateHasSigned, NoChains, OnlyHoldersDelegate
from models.rules import Person
from models.tables.absence import current_absences
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.verbs.handover import (
    HAS_LEFT,
    SeatsToday,
    Side,
    hand_over,
    has_finished,
    has_signed,
    has_to_act,
    sides_of,
)

# Reason for the seat of a delegate in a single decision. The phrase follows the giver's name.
ONE_DECISION = "who delegated this one"


def check_may_delegate(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot hand this decision to another.

    Work that was handed over is not handed on. It is not taken back from a delegate who has signed.
    """
    decision.check_open()
    if taken := _taken_from(decision, person.id):
        refused.check_can_act(person)
        if all(has_finished(decision, side) for side in taken):
            raise DelegateHasSigned(decision.number, taken[0].seat(decision).person)
        return
    decision.check_holds(person)
    if person.id not in decision.holders.values():
        raise OnlyHoldersDelegate(decision.number)
    if has_signed(decision, person.id) and not has_to_act(decision, person.id):
        raise decision.already_signed()
    if not _own_sides_of(decision, person.id):
        giver = decision.givers_to(person.id)[0]
        raise NoChains(decision.number, giver, has_left=bool(decision.gone_among(giver)))


def may_delegate(decision: Decision, person: Person) -> bool:
    try:
        check_may_delegate(decision, person)
    except refused.Refused:
        return False
    return True


def _taken_from(decision: Decision, person: str) -> list[Side]:
    """Return the sides on which somebody acts in the place of this person."""
    return [side for side in Side if side.seat(decision).on_behalf_of == person]


def _own_sides_of(decision: Decision, person: str) -> list[Side]:
    """Return the sides that this person has in their own right, not in the place of others."""
    sides = sides_of(decision, person)
    return [side for side in sides if side.seat(decision).on_behalf_of is None]


def may_give_back_to(decision: Decision, person: str, at: datetime) -> list[str]:
    """Return the role holders to whom this delegate, `person`, may give the decision back.

    A role holder who has left Slack is left out. So is a role holder who is away now, and whose
    delegate for that time is this person. A delegate who has signed has nothing left to give back.
    """
    givers, workspace_id = decision.givers_to(person), decision.workspace_id
    finished = has_signed(decision, person) and not has_to_act(decision, person)
    if not givers or finished:
        return []
    gone = departures_of(decision.session, workspace_id, *givers)
    away = current_absences(decision.session, workspace_id, at, *givers)
    return [
        giver
        for giver in givers
        if giver not in gone and (giver not in away or away[giver].delegate != person)
    ]


def delegate_one(decision: Decision, to: Person, both: bool, act: Act) -> None:
    """Hand over this decision only.

    The role holder may name another delegate later, or take the decision back, unless the delegate
    has signed.
    """
    by = act.person
    check_may_delegate(decision, by)
    taken = _taken_from(decision, by.id)
    sides = taken or _own_sides_of(decision, by.id)
    if to.id == by.id and not taken:
        raise refused.FieldsInvalid({"delegate": "That is you already. Choose somebody else."})
    if to.id != by.id:
        others = [side.people(decision) for side in Side if side not in sides]
        one_hat = all(to.id not in people for people in others)
        _check_may_take(decision, to, both or one_hat, act.at)
    seat = Seat(by.id) if to.id == by.id else Seat(to.id, by.id, ONE_DECISION)
    for side in sides:
        hand_over(decision, side, seat, act)


def hand_back(
    decision: Decision, delegate: str, givers: Collection[str], act: Act, seats: SeatsToday
) -> None:
    """Give back the work that this delegate does here in the place of these role holders.

    If one of them is away, their work goes to the delegate whom they named for that time, if that
    delegate may act here (`SeatsToday`).
    """
    for side in Side:
        seat = side.seat(decision)
        giver = seat.on_behalf_of
        if seat.person == delegate and giver and giver in givers:
            hand_over(decision, side, seats.of(giver, decision, side), act)


def _check_may_take(decision: Decision, to: Person, one_hat: bool, at: datetime) -> None:
    if not one_hat:
        raise refused.FieldsInvalid(
            {
                "both": "They have the other side of this decision, or can take it back. Tick "
                "that they may act in both roles, or choose somebody else."
            }
        )
    if to.id in departures_of(decision.session, decision.workspace_id, to.id):
        raise refused.FieldsInvalid({"delegate": HAS_LEFT})
    if to.id in current_absences(decision.session, decision.workspace_id, at, to.id):
        raise refused.FieldsInvalid(
            {"delegate": "This person is away, and has a delegate. Choose somebody else."}
        )
