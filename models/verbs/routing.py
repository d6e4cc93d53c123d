"""Routing: to whom a decision goes, by kind and rights version.

A delegate takes the place of somebody who is away. The sponsor takes the place of somebody who has
left Slack.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.acts import Seat
from models.mrkdwn import day, escaped, who, who_for
from models.rules import Decider, Kind, Role, decider_of
from models.tables.absence import Absence, current_absences
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion

LEFT = "who has left Slack"


@dataclass(frozen=True, slots=True)
class Routing:
    """Routing of one round: who decides, who states the impact, and why.

    `sentence` is stored with the decision; a handover does not change it. The impact window runs in
    the counterpart's `time_zone`. `route` sets the channel's zone, and the caller replaces it if
    Slack says the counterpart's zone. `move_decides` are the roles that must agree to a change of a
    commitment, None if none is touched; `impact_from` are the roles that state impact first. The
    person in the seat of the `sponsor` decides what is escalated.
    """

    version: RightsVersion
    decides: Decider
    move_decides: Decider | None
    impact_from: Decider | None
    holder: Seat
    counterpart: Seat
    sponsor: Seat | None
    sentence: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Kind of a decision, and the name of the commitment that it touches, if any."""

    kind: Kind
    commitment: str | None = None


def route(
    session: Session,
    version: RightsVersion,
    matter: Matter,
    at: datetime,
    gone: Collection[str] = (),
    outside: Collection[str] = (),
) -> Routing:
    """Route a decision by these rights, at this moment.

    If the decision touches a commitment, the roles that decide about commitments must agree to a
    change of it as well. The sponsor takes the place of people who have left Slack: `gone`, and all
    recorded departures. Delegates who are `gone`, or `outside` because they may not read the
    channel, do not act.
    """
    right = version.table[matter.kind]
    move = version.table[Kind.COMMITMENT] if matter.commitment else None
    if right.decides is Decider.JOINT:
        people = version.product_owner, version.project_manager
    else:
        (role,) = right.decides.roles
        people = version.holder_of(role), version.holder_of(role.other)
    workspace_id = version.channel.workspace_id
    absences = current_absences(session, workspace_id, at, *version.editors)
    gone = {*gone, *departures_of(session, workspace_id, *version.editors)}
    holder, counterpart = _seats(people, absences, version.sponsor, gone, outside)
    sentence = _sentence(version, matter, right.decides, holder, counterpart)
    asked = [row.decides.asked_for_impact for row in (right, move) if row and row.impact_first]
    return Routing(
        version=version,
        decides=right.decides,
        move_decides=move.decides if move else None,
        impact_from=decider_of(asked),
        holder=holder,
        counterpart=counterpart,
        sponsor=sponsor_seat(version, absences, (holder, counterpart), gone, outside),
        sentence=sentence,
        time_zone=version.time_zone,
    )


def _seats(
    people: tuple[str, str],
    absences: dict[str, Absence],
    sponsor: str | None,
    gone: Collection[str],
    outside: Collection[str],
) -> list[Seat]:
    """Return the seats of holder and counterpart. `people` are the two role holders.

    Nobody gets both seats through a leave, unless the leave allows its delegate both roles. So if a
    delegate would get both, the person who is away keeps one seat. If both role holders are away,
    it is the holder who keeps it. A person who holds both roles has one delegate for both.
    """
    seats = [seat_of(person, absences, sponsor, gone, outside) for person in people]
    delegate = seats[0].person
    if people[0] == people[1] or delegate != seats[1].person:
        return seats
    leaves = [_leave_that_filled(seat, absences, sponsor) for seat in seats]
    if any(leave.both_hats for leave in leaves if leave):
        return seats
    side = 0 if leaves[0] else 1
    passed_over = {*outside, delegate}
    if leaves[side]:
        seats[side] = seat_of(people[side], absences, sponsor, gone, passed_over)
    return seats


def _leave_that_filled(
    seat: Seat, absences: dict[str, Absence], sponsor: str | None
) -> Absence | None:
    """Return the leave that has put its delegate into this seat; None if no leave has."""
    away = sponsor if seat.because == LEFT else seat.on_behalf_of
    leave = absences.get(away) if away else None
    return leave if leave and leave.delegate == seat.person else None


def seat_of(
    person: str,
    absences: dict[str, Absence],
    sponsor: str | None,
    gone: Collection[str],
    outside: Collection[str],
) -> Seat:
    """Return the seat for this role holder: the person who acts now, and for whom."""
    if person in gone:
        if sponsor and sponsor not in gone:
            return Seat(seat_of(sponsor, absences, None, gone, outside).person, person, LEFT)
        return Seat(person, None, LEFT)
    away = absences.get(person)
    if away and away.delegate in {*gone, *outside}:
        return Seat(person)
    return Seat(away.delegate, person, away_until(away.until)) if away else Seat(person)


def sponsor_seat(
    version: RightsVersion,
    absences: dict[str, Absence],
    seats: Collection[Seat],
    gone: Collection[str],
    outside: Collection[str],
) -> Seat | None:
    """Return the seat of the person who decides what is escalated; None if nobody does.

    That is the sponsor or, while the sponsor is away, their delegate. A leave gives nobody the
    right of the other role. So a delegate who holds a role in the channel is passed over. So is one
    who has one of the decision's `seats`, unless in the sponsor's place.
    """
    sponsor = version.sponsor
    if sponsor is None or sponsor in gone:
        return None
    seated = seated_not_for_sponsor(seats, sponsor)
    passed_over = {*outside, *version.role_holders, *seated}
    return seat_of(sponsor, absences, None, gone, passed_over)


def seated_not_for_sponsor(seats: Collection[Seat], sponsor: str) -> set[str]:
    """Return the people who have these seats for themselves, or for somebody who is away.

    Those who act for the sponsor are left out. They have a seat of the sponsor's own, or one of
    somebody who has left Slack.
    """
    return {
        seat.person
        for seat in seats
        if seat.on_behalf_of is None or (seat.on_behalf_of != sponsor and seat.because != LEFT)
    }


def away_until(until: date) -> str:
    """Return why somebody else is in a seat, as a phrase to put after the absent person's name."""
    return f"who is away until {day(until)}"


def _sentence(
    version: RightsVersion, matter: Matter, decides: Decider, holder: Seat, counterpart: Seat
) -> str:
    """Return the stored sentence that says to whom a decision goes, and why."""
    words, moving = version.words, _moving(version, matter, decides)
    kind = words.kind(matter.kind)
    if (
        holder.person == counterpart.person
        and not holder.on_behalf_of
        and not counterpart.on_behalf_of
    ):
        because = f"{who(holder.person)} because one person is {words.roles(Role)} here"
    elif decides is Decider.JOINT:
        because = f"{_named(holder)} and {_named(counterpart)} because {kind} needs both signatures"
    else:
        because = f"{_named(holder)} because {kind} is the {words.role(decides.roles[0])}'s call"
    return f"Routed to {because}{moving} (rights v{version.number})."


def _moving(version: RightsVersion, matter: Matter, decides: Decider) -> str:
    """Say who must agree to move the commitment besides those who decide; empty if nobody."""
    movers = version.table[Kind.COMMITMENT].decides.roles if matter.commitment else ()
    if version.same_person or set(movers) <= set(decides.roles):
        return ""
    named = "both" if len(movers) > 1 else f"the {version.words.role(movers[0])} too"
    return f"; moving {escaped(matter.commitment or '')} needs {named}"


def _named(seat: Seat) -> str:
    because = f", {seat.because}," if seat.because else ""
    return f"{who_for(seat.person, seat.on_behalf_of)}{because}"
