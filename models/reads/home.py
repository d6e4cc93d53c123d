"""Facts for one person's Home, besides the decisions that wait for them.

These are decisions that they raised, commitments at risk, leave, the rights that they hold, and
changes of rights that they have to confirm. See docs/reference/behaviour.md, Screens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.orm import Session, contains_eager

from models.loading import read_what_words_need
from models.reads.pagination import Cut, Page, page
from models.tables.absence import Absence, absences_around
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.commitment import LATE, OPEN, Commitment
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange
from models.tables.workspace import Workspace
from models.verbs.rights_changes import missing

LATELY = timedelta(days=14)
SOON = timedelta(days=14)
# Commitments at risk beyond this number are left out, because Slack is asked who is in the channel
# of each. `/tradeoff commitments` and the board of each channel show them.
MOST_AT_RISK = 60

# Most statements are built once: each Home runs a dozen of them.
_TENANT: BindParameter[str] = bindparam("tenant")
_PERSON: BindParameter[str] = bindparam("person")


# ---- raised by them ------------------------------------------------------------------------------


def raised_in(session: Session, tenant: str, person: str, at: datetime) -> list[Channel]:
    """Return the channels of this person's decisions that are open or were settled lately."""
    facts = {"tenant": tenant, "person": person, "since": at - LATELY}
    return list(session.scalars(_raised_in(), facts))


@cache
def _raised_in() -> Select[Channel]:
    lately = or_(
        Decision.settled_at.is_(None), Decision.settled_at > bindparam("since", type_=UtcDateTime)
    )
    return (
        select(Channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == _TENANT)
        .where(
            Channel.id.in_(select(Decision.channel_id).where(Decision.raised_by == _PERSON, lately))
        )
    )


@dataclass(frozen=True, slots=True)
class RaisedBy:
    """Decisions that a person raised in these channels, without those `listed` elsewhere.

    `channels` and `listed` have ids.
    """

    person: str
    channels: Collection[int]
    listed: Collection[int] = ()

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "person": self.person,
            "channels": list(self.channels),
            "listed": list(self.listed),
        }


def raised_open(session: Session, raised: RaisedBy, cut: Cut, size: int) -> Page[Decision]:
    """Return a page of the decisions among these that are open, the newest first."""
    if not raised.channels:
        return Page([])

    def fetch(at: Cut, most: int) -> Sequence[Decision]:
        query = _raised().where(Decision.settled_at.is_(None))
        if at.key:
            (number,) = at.key
            query = query.where(Decision.number > number if at.back else Decision.number < number)
        order = Decision.number if at.back else Decision.number.desc()
        rows = session.scalars(query.order_by(order).limit(most), raised.parameters)
        return read_what_words_need(session, rows.all())

    return page(fetch, lambda decision: (decision.number,), cut, size)


def raised_settled(
    session: Session, raised: RaisedBy, at: datetime, cut: Cut, size: int
) -> Page[Decision]:
    """Return a page of the decisions among these that were settled lately, the latest first."""
    if not raised.channels:
        return Page([])
    lately = _raised().where(Decision.settled_at > at - LATELY)

    def fetch(at: Cut, most: int) -> Sequence[Decision]:
        query = lately if not at.key else lately.where(_beyond(at))
        columns = (Decision.settled_at, Decision.number)
        order = columns if at.back else [column.desc() for column in columns]
        rows = session.scalars(query.order_by(*order).limit(most), raised.parameters)
        return read_what_words_need(session, rows.all())

    return page(fetch, _settled_key, cut, size)


def _settled_key(decision: Decision) -> tuple[str, int]:
    assert decision.settled_at
    return decision.settled_at.isoformat(), decision.number


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
    return select(Decision).where(
        Decision.raised_by == _PERSON,
        Decision.channel_id.in_(bindparam("channels", expanding=True)),
        Decision.id.not_in(bindparam("listed", expanding=True)),
    )


# ---- commitments ---------------------------------------------------------------------------------


def at_risk(session: Session, tenant: str, today: date) -> list[Commitment]:
    """Return the open commitments of this workspace that are at risk, the nearest first.

    A commitment is at risk if it is due within 14 days, or if its promised date is later than its
    baseline. Each comes with its channel. Only the first MOST_AT_RISK are returned.
    """
    return list(session.scalars(_at_risk(), {"tenant": tenant, "soon": today + SOON}))


def is_soon(commitment: Commitment, today: date) -> bool:
    """Return True if the commitment is due within 14 days, or its day has passed."""
    return commitment.promised_on <= today + SOON


@cache
def _at_risk() -> Select[Commitment]:
    """Select by two indexes, so that only commitments at risk are read.

    With a join, SQLite would begin at the workspace and read all of its commitments, channel by
    channel.
    """
    soon = text(OPEN), Commitment.promised_on <= bindparam("soon", type_=Date)
    here = (
        select(Channel.id)
        .join(Channel.workspace)
        .where(Channel.id == Commitment.channel_id, Workspace.tenant == _TENANT)
        .exists()
    )
    subqueries = [
        select(Commitment.id)
        .where(here, *risk)
        .order_by(Commitment.promised_on, Commitment.id)
        .limit(MOST_AT_RISK)
        .subquery()
        for risk in (soon, (text(LATE),))
    ]
    return (
        select(Commitment)
        .join(Commitment.channel)
        .where(Commitment.id.in_(union(*(select(risk.c.id) for risk in subqueries))))
        .options(contains_eager(Commitment.channel))
        .order_by(Commitment.promised_on, Commitment.id)
        .limit(MOST_AT_RISK)
    )


# ---- rights --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldRights:
    """Rights of one channel that a person holds, or exercises for someone else.

    `person` is in the seat. If they are away, `acting` is their absence, and their delegate acts.
    If they have left Slack, `has_left` is True, and the sponsor acts.
    """

    rights: RightsVersion
    person: str
    acting: Absence | None = None
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """This person's own absence, if they are away, and absences in which they act for others."""

    own: Absence | None
    acting: list[Absence]


def leave_of(session: Session, tenant: str, person: str, at: datetime) -> Leave:
    absences = absences_around(session, tenant, person, at)
    own = next((absence for absence in absences if absence.person == person), None)
    return Leave(own, [absence for absence in absences if absence.delegate == person])


def held_by(session: Session, tenant: str, person: str, leave: Leave) -> list[HeldRights]:
    """Return the rights that this person, who has this `leave`, holds, channel by channel.

    The person is product owner, project manager or sponsor, or acts for one of them. Somebody who
    holds a role in a channel does not act for its sponsor. The sponsor, or the delegate of a
    sponsor who is away, acts for those who have left Slack.
    """
    absent = {absence.person: absence for absence in leave.acting}
    versions = session.scalars(
        _held(), {"tenant": tenant, "person": person, "people": [person, *absent]}
    )
    found = [held for rights in versions for held in _of(rights, person, absent)]
    sponsored = [
        rights
        for rights in dict.fromkeys(held.rights for held in found)
        if _acts_for_gone(rights, person, leave)
    ]
    return found + _for_gone(session, sponsored)


def _acts_for_gone(rights: RightsVersion, person: str, leave: Leave) -> bool:
    """Return True if this person acts here for role holders who have left Slack."""
    absences = {absence.person: absence for absence in [*leave.acting, leave.own] if absence}
    absence = absences.get(rights.sponsor or "")
    both = absence is None or absence.both_hats or absence.delegate not in rights.role_holders
    return person == (absence.delegate if absence and both else rights.sponsor)


def _for_gone(session: Session, sponsored: Sequence[RightsVersion]) -> list[HeldRights]:
    """Return the rights of role holders who have left Slack, under these versions."""
    if not sponsored:
        return []
    holders = {holder for rights in sponsored for holder in rights.role_holders}
    gone = departures_of(session, sponsored[0].channel.workspace_id, *holders)
    return [
        HeldRights(rights, holder, has_left=True)
        for rights in sponsored
        for holder in rights.role_holders
        if holder in gone
    ]


@cache
def _held() -> Select[RightsVersion]:
    """Select by a query for each column that can name a person, because each has an index."""
    people: BindParameter[list[str]] = bindparam("people", expanding=True)
    named = (
        RightsVersion.sponsor.in_(people),
        RightsVersion.product_owner.in_(people),
        RightsVersion.project_manager.in_(people),
    )
    held = union(*(select(RightsVersion.id).where(role) for role in named)).subquery()
    return (
        select(RightsVersion)
        .join(held, held.c.id == RightsVersion.id)
        .join(RightsVersion.channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == _TENANT, RightsVersion.number == Channel.rights_number)
        .options(contains_eager(RightsVersion.channel).contains_eager(Channel.workspace))
        .order_by(RightsVersion.channel_id)
    )


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """Change of rights that waits for a person to confirm it, and today's rights of its channel."""

    change: RightsChange
    rights: RightsVersion


def changes_to_confirm(
    session: Session, held: Collection[HeldRights], person: str, at: datetime
) -> list[ToConfirm]:
    """Return the changes that wait for this person, among the channels of these rights."""
    here = {seat.rights.channel_id: seat.rights for seat in held if seat.person == person}
    if not here:
        return []
    pending = select(RightsChange).where(
        RightsChange.channel_id.in_(here),
        RightsChange.state == ChangeState.PENDING,
        RightsChange.expires_at > at,
    )
    return [
        ToConfirm(change, rights)
        for change in session.scalars(pending)
        if (rights := here[change.channel_id])
        and person in missing(session, rights, change, at).asked.values()
    ]


def _of(rights: RightsVersion, person: str, absent: dict[str, Absence]) -> list[HeldRights]:
    own = [HeldRights(rights, person)] if person in rights.editors else []
    return own + [
        HeldRights(rights, holder, absent[holder])
        for holder in rights.editors
        if holder in absent and (holder in rights.role_holders or person not in rights.role_holders)
    ]
