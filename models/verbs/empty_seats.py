"""Empty seats: after a departure or a change of role, open work goes to the next person.

See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models.acts import Act
from models.rules import Role
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.delegating import ONE_DECISION
from models.verbs.gathering import Move
from models.verbs.handover import SeatsToday, Side, hand_over
from models.verbs.routing import LEFT


def vacate(
    pending: Iterable[Decision],
    person: str,
    rights: RightsVersion,
    at: datetime,
    seats: SeatsToday,
) -> list[Move]:
    """Take the work on these decisions from a person who has left Slack; return what moved.

    The work goes to the person who holds the role today. If that is still the person who left, the
    work goes to the sponsor, or stays if there is no sponsor. Work that the person did in another's
    place goes back. If the other side of a decision was handed to the person who gets this side,
    the other side goes back too.
    """
    moves: list[Move] = []
    for decision in pending:
        for side in Side:
            seat = side.seat(decision)
            owner, today = seat.on_behalf_of or seat.person, rights.holder_of(side.role(decision))
            if seat.person == person or (owner == person and today != person):
                owner = today if owner in seats.gone else owner
                after, act = seats.of_owner(owner, rights.sponsor, decision, side), Act(None, at)
                moves += hand_over(decision, side, after, act, gone=seats.gone)
                if after.person != seat.person:
                    moves += _give_back(decision, side.other, rights.sponsor, act, seats)
    return moves


def reseat(
    pending: Iterable[Decision], sponsor: str | None, act: Act, seats: SeatsToday
) -> list[Move]:
    """Give the open work of empty seats to this sponsor, or to the sponsor's delegate.

    Return what moved.
    """
    moves: list[Move] = []
    for decision in pending:
        for side in Side:
            seat = side.seat(decision)
            owner = seat.on_behalf_of or seat.person
            if owner in seats.gone and (seat.because == LEFT or seat.person == owner):
                after = seats.of_owner(owner, sponsor, decision, side)
                moves += hand_over(decision, side, after, act, gone=seats.gone)
    return moves


def come_back_to_slack(
    pending: Iterable[Decision], person: str, act: Act, seats: SeatsToday
) -> list[Move]:
    """Give a person who is back in Slack the work that others do because this person had left.

    In seats that nobody took over, only the words change: they no longer say that this person has
    left. Return what moved.
    """
    moves: list[Move] = []
    for decision in pending:
        for side in Side:
            seat = side.seat(decision)
            if (seat.on_behalf_of or seat.person) == person and seat.because == LEFT:
                moves += hand_over(decision, side, seats.of(person, decision, side), act)
    return moves


def fill_seat(
    pending: Iterable[Decision],
    role: Role,
    successor: str,
    act: Act,
    seats: SeatsToday,
    *,
    before: str,
) -> list[Move]:
    """Give a successor the work of the former role holder, even if a stand-in does it now.

    Return what moved.
    """
    moves: list[Move] = []
    for decision in pending:
        side = Side.of(role, decision)
        seat = side.seat(decision)
        if before in (seat.person, seat.on_behalf_of):
            after = seats.of(successor, decision, side)
            moves += hand_over(decision, side, after, act, gone=seats.gone)
    return moves


def give_back_other(
    pending: Iterable[Decision],
    role: Role,
    rights: RightsVersion,
    act: Act,
    seats: SeatsToday,
) -> list[Move]:
    """Give back the other side of each decision if its delegate acts in this role now too.

    Return what moved.
    """
    moves: list[Move] = []
    for decision in pending:
        moves += _give_back(decision, Side.of(role, decision).other, rights.sponsor, act, seats)
    return moves


def _give_back(
    decision: Decision, side: Side, sponsor: str | None, act: Act, seats: SeatsToday
) -> list[Move]:
    """Give this side back if its delegate has got the other side too; return the move.

    The side was handed over for this decision alone. It goes back to the role holder who handed it
    over, or to the sponsor if that role holder has left Slack. The record does not keep whether the
    role holder allowed one person to act in both roles.
    """
    seat, other = side.seat(decision), side.other.seat(decision)
    if seat.person != other.person or seat.because != ONE_DECISION or not seat.on_behalf_of:
        return []
    after = seats.of_owner(seat.on_behalf_of, sponsor, decision, side)
    return hand_over(decision, side, after, act, gone=seats.gone)
