"""Leave: a delegate does a person's work for some days, and gives back what is left of it.

See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from models.acts import Act
from models.refusals import refused
from models.refusals.absence import AlreadyAway, DelegateIsAway
from models.refusals.place import OnlyMembersDelegate
from models.rules import Person, Standing
from models.tables.absence import Absence, current_absences
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion
from models.tables.timer import Subject, TimerKind, set_timer
from models.verbs.gathering import Move
from models.verbs.handover import (
    HAS_LEFT,
    SeatsToday,
    Side,
    hand_over,
    has_finished,
    is_own,
    sides_of,
)


def check_not_away(session: Session, workspace_id: int, person: str, at: datetime) -> None:
    """Raise AlreadyAway if this person is away at this moment."""
    if person in current_absences(session, workspace_id, at, person):
        raise AlreadyAway


def check_may_leave(
    session: Session, workspace_id: int, person: str, delegate: Person, at: datetime
) -> None:
    """Raise the Refused that says why this person cannot go on leave with this delegate."""
    check_not_away(session, workspace_id, person, at)
    if delegate.id in current_absences(session, workspace_id, at, delegate.id):
        raise DelegateIsAway(delegate.id)
    gone = departures_of(session, workspace_id, person, delegate.id)
    if person in gone:
        raise OnlyMembersDelegate(Standing.DEACTIVATED)
    if delegate.id in gone:
        raise refused.FieldsInvalid({"delegate": HAS_LEFT})


def both_hats(
    session: Session, rights: Iterable[RightsVersion], person: str, delegate: str, at: datetime
) -> bool:
    """Return True if this delegate would act for both roles of a channel while `person` is away.

    They would if they hold the other role, or act for its holder, who is away too.
    """
    for version in rights:
        others = [holder for holder in version.role_holders if holder != person]
        away = current_absences(session, version.channel.workspace_id, at, *others)
        if delegate in others or any(absence.delegate == delegate for absence in away.values()):
            return True
    return False


def gets_both_sides(decision: Decision, person: str, delegate: str) -> bool:
    """Return True if this delegate would act on both sides of a decision while `person` is away.

    Only sides that would move to the delegate count: the person's own sides, and those that a
    sponsor has for somebody who has left Slack. The person's other sides go back to colleagues. A
    delegate who has handed the other side over still has it, because they can take it back.
    """
    for side in sides_of(decision, person):
        seat, others = side.seat(decision), side.other.people(decision)
        if is_own(seat) and delegate in others and not has_finished(decision, side):
            return True
    return False


def leave(
    session: Session,
    absence: Absence,
    pending: Iterable[Decision],
    act: Act,
    seats: SeatsToday,
    *,
    sponsors: Mapping[int, str | None],
) -> list[Move]:
    """Begin an absence: the open work of the absent person moves to the delegate.

    Work that the absent person does for others goes back to the others, or to their own delegates.
    Work for somebody who has left Slack goes to the sponsor of its channel. `sponsors` has the
    sponsor of each channel by id. Return what moved.
    """
    session.add(absence)
    session.flush()
    moves: list[Move] = []
    for decision in pending:
        for side in sides_of(decision, absence.person):
            owner = side.seat(decision).on_behalf_of or absence.person
            sponsor = sponsors.get(decision.channel_id)
            seat = seats.of_owner(owner, sponsor, decision, side)
            moves += hand_over(decision, side, seat, act, gone=seats.gone)
    set_timer(
        session,
        absence.workspace_id,
        TimerKind.ABSENCE_ENDS,
        f"absence:{absence.id}",
        absence.ends_at,
        Subject(person=absence.person),
    )
    return moves


def end_leave(
    absence: Absence, pending: Iterable[Decision], act: Act, seats: SeatsToday
) -> list[Move]:
    """End an absence: the person acts again, and gets back what the delegate has not done.

    Return what moved.
    """
    absence.ended_at = act.at
    moves: list[Move] = []
    for decision in pending:
        for side in Side:
            seat = side.seat(decision)
            if (seat.person, seat.on_behalf_of) == (absence.delegate, absence.person):
                own = seats.of(absence.person, decision, side)
                moves += hand_over(decision, side, own, act, gone=seats.gone)
    return moves
