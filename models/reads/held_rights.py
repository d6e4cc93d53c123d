"""Rights that a person holds: their own, and those of people for whom they act.

Leaves are here too, and changes of rights that wait for the person to confirm them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, select, union
from sqlalchemy.orm import Session, contains_eager

from models.tables.absence import Absence, absences_around
from models.tables.channel import Channel
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange
from models.tables.workspace import Workspace
from models.verbs.rights_changes import missing

_TENANT: BindParameter[str] = bindparam("tenant")


@dataclass(frozen=True, slots=True)
class HeldRights:
    """Rights of one channel that a person holds, or exercises for someone else.

    `person` is in the seat. If they are away, `acting` is their absence, and their delegate acts.
    If they have left Slack, `has_left` is True, and the sponsor or the sponsor's delegate acts.
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
    leaves = {absence.person: absence for absence in (*leave.acting, leave.own) if absence}
    return found + _for_gone(session, [held.rights for held in found], person, leaves)


def _for_gone(
    session: Session, versions: Sequence[RightsVersion], person: str, leaves: Mapping[str, Absence]
) -> list[HeldRights]:
    """Return the rights of role holders who have left Slack and for whom this person acts.

    `leaves` has, by person, the leaves that concern this person.
    """
    sponsored = [
        rights for rights in dict.fromkeys(versions) if rights.sponsor in {person, *leaves}
    ]
    if not sponsored:
        return []
    holders = {holder for rights in sponsored for holder in rights.role_holders}
    gone = departures_of(session, sponsored[0].channel.workspace_id, *holders)
    return [
        HeldRights(rights, holder, has_left=True)
        for rights in sponsored
        if _acts_for_gone(rights, leaves.get(rights.sponsor or "")) == person
        for holder in rights.role_holders
        if holder in gone
    ]


def _acts_for_gone(rights: RightsVersion, leave: Absence | None) -> str | None:
    """Return the person who acts here for role holders who have left Slack: sponsor or delegate.

    `leave` is the sponsor's. The delegate does not act if they hold the
    other role and may not act in both.
    """
    if leave and (leave.both_hats or leave.delegate not in rights.role_holders):
        return leave.delegate
    return rights.sponsor


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
