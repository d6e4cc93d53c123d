"""Open work of role holders who have left Slack: it follows the sponsor, or their stand-in."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from models import locks
from models.acts import Act
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion
from models.verbs import empty_seats, gathering
from models.verbs.gathering import Move
from models.verbs.routing import LEFT


def follow_sponsor(
    session: Session, tenant: str, rights: Iterable[RightsVersion], act: Act
) -> None:
    """Give the work of empty seats to today's sponsor, or to the sponsor's stand-in."""
    moves: list[Move] = []
    for version in rights:
        waiting = locks.lock_in_empty_seats(session, tenant, version.channel_id, LEFT)
        both = [
            seat
            for decision in waiting
            for seat in (decision.holder_seat, decision.counterpart_seat)
        ]
        people = {seat.person for seat in both} | {version.sponsor or ""}
        # A seat that nobody could take says that its owner has left, even after the owner's return.
        gone = {seat.on_behalf_of for seat in both if seat.on_behalf_of and seat.because == LEFT}
        gone |= set(departures_of(session, version.channel.workspace_id, *people))
        moves += empty_seats.reseat(waiting, version.sponsor, act, gone)
    gathering.gather(moves, act.at)
