"""Work that goes to the sponsor, or to their stand-in: empty seats and escalated decisions."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from handlers.holders import seats_today
from handlers.requests import Asking
from models import locks
from models.acts import Act
from models.mrkdwn import where
from models.reads import lookups
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion
from models.verbs import empty_seats, gathering, overdue
from models.verbs.gathering import Move
from models.verbs.routing import LEFT


def follow_sponsor(
    asking: Asking, session: Session, rights: Iterable[RightsVersion], act: Act
) -> None:
    """Give the work of empty seats, and escalated decisions, as `move_to_sponsor` says."""
    gathering.gather(move_to_sponsor(asking, session, rights, act), act.at)


def move_to_sponsor(
    asking: Asking, session: Session, rights: Iterable[RightsVersion], act: Act
) -> list[Move]:
    """Give the work of empty seats to today's sponsor, or to the sponsor's stand-in.

    Escalated decisions are passed on in the same way. But the sponsor keeps a decision if the
    stand-in has a role in the channel or a seat in the decision. Return what moved.
    """
    moves: list[Move] = []
    for version in rights:
        waiting = locks.lock_in_empty_seats(session, asking.workspace, version.channel_id, LEFT)
        occupied = [seat for decision in waiting for seat in decision.seats]
        people = {seat.person for seat in occupied} | {version.sponsor or ""}
        # The reason LEFT is certain only for a seat with a stand-in. In other seats, it may be out
        # of date, so there the recorded departures count.
        gone = {
            seat.on_behalf_of for seat in occupied if seat.on_behalf_of and seat.because == LEFT
        }
        gone |= set(departures_of(session, version.channel.workspace_id, *people))
        today = seats_today(asking, gone)
        moves += empty_seats.reseat(waiting, version.sponsor, act, today)
        for decision in locks.lock_overdue_in(session, asking.workspace, version.channel_id):
            moves += overdue.pass_escalation_on(
                decision, today.of_sponsor(version, decision), act.at
            )
    return moves


def sponsored_by(session: Session, tenant: str, person: str) -> list[RightsVersion]:
    """Return the current rights of every channel whose sponsor this person is."""
    rights = lookups.rights_naming(session, tenant, person)
    return [version for version in rights if version.sponsor == person]


def escalations_wait_in(sponsored: Iterable[RightsVersion], delegate: str) -> list[str]:
    """Return the channels in which this delegate holds a role, so that escalations wait there."""
    return [
        where(version.channel.slack_id) for version in sponsored if delegate in version.role_holders
    ]
