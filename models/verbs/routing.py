"""Routing: to whom a decision goes, by kind and rights version.

It passes over people who are away or gone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.acts import Seat
from models.mrkdwn import day, who
from models.rules import Decider, Kind
from models.tables.absence import Absence, current_absences
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion

LEFT = "who has left Slack"


@dataclass(frozen=True, slots=True)
class Routing:
    """Way of one round: who decides, who states the impact, and why.

    `sentence` is stored with the decision, so that it stays what was true that day. The impact
    window runs in the counterpart's `time_zone`; `route` gives the channel's, for when Slack names
    no other.
    """

    version: RightsVersion
    decides: Decider
    impact_first: bool
    holder: Seat
    counterpart: Seat
    sentence: str
    time_zone: str


def route(
    session: Session, version: RightsVersion, kind: Kind, at: datetime, gone: Collection[str] = ()
) -> Routing:
    """Route a decision of this kind by these rights, at this moment.

    `gone` are role holders of whom Slack says just now that they have left; the record knows of
    others. The sponsor takes their place.
    """
    right = version.table[kind]
    if right.decides is Decider.JOINT:
        people = version.product_owner, version.project_manager
    else:
        (role,) = right.decides.roles
        people = version.holder_of(role), version.holder_of(role.other)
    workspace_id = version.channel.workspace_id
    absences = current_absences(session, workspace_id, at, *version.editors)
    gone = {*gone, *departures_of(session, workspace_id, *version.editors)}
    holder, counterpart = (seat_of(person, absences, version.sponsor, gone) for person in people)
    sentence = _sentence(version, kind, right.decides, holder, counterpart)
    return Routing(
        version=version,
        decides=right.decides,
        impact_first=right.impact_first,
        holder=holder,
        counterpart=counterpart,
        sentence=sentence,
        time_zone=version.time_zone,
    )


def seat_of(
    person: str, absences: dict[str, Absence], sponsor: str | None, gone: Collection[str]
) -> Seat:
    """Return the seat of this role holder: who acts for them now."""
    if person in gone:
        if sponsor and sponsor not in gone:
            instead = absences.get(sponsor)
            return Seat(instead.delegate if instead else sponsor, person, LEFT)
        return Seat(person, None, LEFT)
    away = absences.get(person)
    return Seat(away.delegate, person, away_until(away.until)) if away else Seat(person)


def away_until(until: date) -> str:
    """Return the reason why somebody else is in a seat, as it follows the name."""
    return f"who is away until {day(until)}"


def _sentence(
    version: RightsVersion, kind: Kind, decides: Decider, holder: Seat, counterpart: Seat
) -> str:
    """Return the stored sentence that says to whom a decision goes, and why."""
    if (
        holder.person == counterpart.person
        and not holder.on_behalf_of
        and not counterpart.on_behalf_of
    ):
        because = (
            f"{who(holder.person)} because one person is product owner and project manager here"
        )
    elif decides is Decider.JOINT:
        because = (
            f"{_named(holder)} and {_named(counterpart)} because {kind.label} needs both signatures"
        )
    else:
        because = f"{_named(holder)} because {kind.label} is the {decides.roles[0].label}'s call"
    return f"Routed to {because} (rights v{version.number})."


def _named(seat: Seat) -> str:
    instead = f" for {who(seat.on_behalf_of)}" if seat.on_behalf_of else ""
    because = f", {seat.because}," if seat.because else ""
    return f"{who(seat.person)}{instead}{because}"
