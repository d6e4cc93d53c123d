"""What concerns one person beside what waits for them: raised by them, at risk near them, their
seats.

See docs/reference/behaviour.md, Screens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.reads.pagination import Cut, Page, page
from models.tables.absence import Absence, absences_around
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.tables.workspace import Workspace

LATELY = timedelta(days=14)
SOON = timedelta(days=14)
# Who is in a channel is asked of Slack for each; a workspace with more at stake than this has it in the digests.
MOST_AT_RISK = 60

# Most statements are built once: Home asks a dozen each time.
_TEAM: BindParameter[str] = bindparam("team")
_PERSON: BindParameter[str] = bindparam("person")


# ---- raised by them --------------------------------------------------------------------------------------------------


def raised_in(session: Session, person: str, at: datetime) -> list[Channel]:
    """The channels in which something stands that this person raised, open or lately settled."""
    return list(session.scalars(_raised_in(), {"person": person, "since": at - LATELY}))


@cache
def _raised_in() -> Select[Channel]:
    lately = or_(
        Decision.settled_at.is_(None), Decision.settled_at > bindparam("since", type_=UtcDateTime)
    )
    mine = select(Decision.channel_id).where(Decision.raised_by == _PERSON, lately)
    return select(Channel).where(Channel.id.in_(mine))


def raised_open(
    session: Session, person: str, channels: Collection[int], cut: Cut, size: int
) -> Page[Decision]:
    """What this person raised in these channels and is open, the newest first."""
    if not channels:
        return Page([])

    def fetch(at: Cut, most: int) -> list[Decision]:
        query = _raised().where(Decision.settled_at.is_(None))
        if at.key:
            (number,) = at.key
            query = query.where(Decision.number > number if at.back else Decision.number < number)
        order = Decision.number if at.back else Decision.number.desc()
        given = {"person": person, "channels": list(channels)}
        return list(session.scalars(query.order_by(order).limit(most), given))

    return page(fetch, lambda one: (one.number,), cut, size)


def raised_settled(
    session: Session, person: str, channels: Collection[int], at: datetime, cut: Cut, size: int
) -> Page[Decision]:
    """What this person raised in these channels and was settled in the last two weeks, the latest first."""
    if not channels:
        return Page([])
    lately = _raised().where(Decision.settled_at > at - LATELY)

    def fetch(at: Cut, most: int) -> list[Decision]:
        query = lately if not at.key else lately.where(_beyond(at))
        columns = (Decision.settled_at, Decision.number)
        order = columns if at.back else [one.desc() for one in columns]
        given = {"person": person, "channels": list(channels)}
        return list(session.scalars(query.order_by(*order).limit(most), given))

    return page(fetch, _settled_key, cut, size)


def _settled_key(one: Decision) -> tuple[str, int]:
    assert one.settled_at
    return one.settled_at.isoformat(), one.number


def _beyond(cut: Cut) -> ColumnElement[bool]:
    assert cut.key
    moment, number = datetime.fromisoformat(cut.key[0]), cut.key[1]
    if cut.back:
        return or_(
            Decision.settled_at > moment,
            and_(Decision.settled_at == moment, Decision.number > number),
        )
    return or_(
        Decision.settled_at < moment, and_(Decision.settled_at == moment, Decision.number < number)
    )


@cache
def _raised() -> Select[Decision]:
    """With all that its state in words needs."""
    return (
        select(Decision)
        .where(
            Decision.raised_by == _PERSON,
            Decision.channel_id.in_(bindparam("channels", expanding=True)),
        )
        .options(
            joinedload(Decision.channel),
            joinedload(Decision.rights_version),
            joinedload(Decision.commitment),
            selectinload(Decision.claims),
            selectinload(Decision.questions),
            selectinload(Decision.signatures),
            selectinload(Decision.settlements),
        )
    )


# ---- commitments -----------------------------------------------------------------------------------------------------


def at_risk(session: Session, team: str, today: date) -> list[Commitment]:
    """Open ones of this workspace that are due within 14 days or have slipped, the nearest first, with their channels."""
    return list(session.scalars(_at_risk(), {"team": team, "soon": today + SOON}))


@cache
def _at_risk() -> Select[Commitment]:
    soon = Commitment.promised_on <= bindparam("soon", type_=Date)
    return (
        select(Commitment)
        .join(Commitment.channel)
        .join(Channel.workspace)
        .where(Workspace.team == _TEAM, Commitment.state == CommitmentState.OPEN)
        .where(or_(soon, Commitment.promised_on > Commitment.baseline_on))
        .options(contains_eager(Commitment.channel), selectinload(Commitment.moves))
        .order_by(Commitment.promised_on, Commitment.id)
        .limit(MOST_AT_RISK)
    )


# ---- seats -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """The rights of one channel as they concern a person: their own, or those of someone for whom they act."""

    rights: RightsVersion
    person: str
    acting: Absence | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """This person's own absence, if they are away, and those in which they act for others."""

    own: Absence | None
    acting: list[Absence]


def leave_of(session: Session, team: str, person: str, at: datetime) -> Leave:
    found = absences_around(session, team, person, at)
    own = next((one for one in found if one.person == person), None)
    return Leave(own, [one for one in found if one.delegate == person])


def held_by(session: Session, team: str, person: str, acting: Collection[Absence]) -> list[Held]:
    """Where this person is product owner, project manager or sponsor, or acts for one of the first two; channel by channel."""
    absent = {one.person: one for one in acting}
    found = session.scalars(_held(), {"team": team, "person": person, "people": [person, *absent]})
    return [held for rights in found for held in _of(rights, person, absent)]


@cache
def _held() -> Select[RightsVersion]:
    people: BindParameter[list[str]] = bindparam("people", expanding=True)
    roles = [
        one.in_(people) for one in (RightsVersion.product_owner, RightsVersion.project_manager)
    ]
    return (
        select(RightsVersion)
        .join(RightsVersion.channel)
        .join(Channel.workspace)
        .where(Workspace.team == _TEAM, RightsVersion.number == Channel.rights_number)
        .where(or_(RightsVersion.sponsor == _PERSON, *roles))
        .options(contains_eager(RightsVersion.channel).contains_eager(Channel.workspace))
        .order_by(RightsVersion.channel_id)
    )


def _of(rights: RightsVersion, person: str, absent: dict[str, Absence]) -> list[Held]:
    own = [Held(rights, person)] if person in rights.editors else []
    return own + [Held(rights, one, absent[one]) for one in rights.role_holders if one in absent]
