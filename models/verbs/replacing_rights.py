"""Replacement of a version of the rights by the next one. Decisions made under the old one stay.

See docs/reference/behaviour.md, Changes of rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from models import locks
from models.rules import Kind, Right
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.rights import BRIEF, RightsVersion, new_version


def replace(
    session: Session,
    before: RightsVersion,
    version: RightsVersion,
    table: Mapping[Kind, Right],
    at: datetime,
) -> RightsVersion:
    """Make this the channel's rights from now on. The caller has checked who may do that.

    If the rights before were in force for less than a day, the rounds that they made possible are
    marked, and their decisions drawn again.
    """
    made = new_version(session, before.channel, version, table, at)
    before.replaced_at = at
    spell = brief_spell(before)
    if spell:
        _mark_decided_under(session, before, spell, at)
    return made


class Spell(NamedTuple):
    """Versions that gave the same rights one after the other, and for how long they did."""

    versions: list[RightsVersion]
    seconds: int

    @property
    def numbers(self) -> list[int]:
        return [version.number for version in self.versions]

    def number_at(self, at: datetime) -> int:
        """Return the number of the version that was in force at this moment."""
        return max(version.number for version in self.versions if version.made_at <= at)


def brief_spell(version: RightsVersion) -> Spell | None:
    """Return for how long the rights of this version were in force, if it was for less than a day.

    Return None if it was longer, or if they still are. A version that changes nobody's rights, such
    as one with another hour for the digest, goes on with the rights of the version before.
    """
    session = object_session(version)
    if version.brief_seconds is None or session is None:
        return None
    here = RightsVersion.channel_id == version.channel_id
    a_day_ago = select(func.max(RightsVersion.number)).where(
        here, RightsVersion.made_at <= version.made_at - BRIEF
    )
    near = select(RightsVersion).where(
        here,
        RightsVersion.number >= (session.scalar(a_day_ago) or 0),
        RightsVersion.made_at < version.made_at + BRIEF,
    )
    versions = list(session.scalars(near.order_by(RightsVersion.number)))
    same = [near.gives_the_same_rights(version) for near in versions]
    first = last = versions.index(version)
    while first and same[first - 1]:
        first -= 1
    while last + 1 < len(versions) and same[last + 1]:
        last += 1
    if last + 1 == len(versions):
        return None
    length = versions[last + 1].made_at - versions[first].made_at
    if length >= BRIEF:
        return None
    return Spell(versions[first : last + 1], int(length.total_seconds()))


def _mark_decided_under(
    session: Session, before: RightsVersion, spell: Spell, at: datetime
) -> None:
    newcomers = _newcomers(session, before, at)
    left_at = _empty_seats(session, before) if before.sponsor in newcomers else {}
    # The lock waits for an approval that is being recorded now. A later approval sees the new
    # version.
    concerned = newcomers | left_at.keys()
    for decision in locks.lock_made_possible_by(session, spell.versions, concerned):
        if _mark(decision, spell, newcomers, left_at):
            decision.redraw(at)


def _empty_seats(session: Session, version: RightsVersion) -> dict[str, datetime]:
    """Return the role holders of this version who have left Slack, and when each of them left.

    The sponsor, or the sponsor's delegate, acts in their place.
    """
    gone = departures_of(session, version.channel.workspace_id, *version.role_holders)
    return {person: departure.left_at for person, departure in gone.items()}


def _newcomers(session: Session, before: RightsVersion, at: datetime) -> set[str]:
    """Return the people who got a seat of this version less than a day ago, at `at`.

    The seat may have come with an earlier version of that day. Nobody is a newcomer by the first
    set-up.
    """
    earlier = select(RightsVersion).where(
        RightsVersion.channel_id == before.channel_id, RightsVersion.number < before.number
    )
    a_day_ago = earlier.where(RightsVersion.made_at <= at - BRIEF)
    older = session.scalar(a_day_ago.order_by(RightsVersion.number.desc()).limit(1))
    older = older or session.scalar(earlier.order_by(RightsVersion.number).limit(1))
    if older is None:
        return set()
    seats = ("product_owner", "project_manager", "sponsor")
    changed = [name for name in seats if getattr(older, name) != getattr(before, name)]
    return {person for name in changed if (person := getattr(before, name))}


def _mark(
    decision: Decision,
    spell: Spell,
    newcomers: set[str],
    left_at: Mapping[str, datetime],
) -> bool:
    """Mark the rounds that were settled by these rights; return True if any was.

    What somebody has settled or signed in the place of a newcomer counts too. If the sponsor is a
    newcomer, so does what was settled or signed for people who had left Slack (`left_at`) by then.
    """
    marked = False
    for settlement in decision.settlements:
        signed = [
            signature for signature in decision.signatures if signature.round == settlement.round
        ]
        people = {settlement.by, settlement.on_behalf_of}
        people |= {
            person for signature in signed for person in (signature.person, signature.on_behalf_of)
        }
        left = {person for person, moment in left_at.items() if moment <= settlement.at}
        acted_for = {settlement.on_behalf_of, *(signature.on_behalf_of for signature in signed)}
        by_them = not newcomers.isdisjoint(people) or not left.isdisjoint(acted_for)
        of_it = settlement.rights_number in spell.numbers
        if settlement.at >= spell.versions[0].made_at and (of_it or by_them):
            number = settlement.rights_number if of_it else spell.number_at(settlement.at)
            settlement.brief_number = number
            settlement.brief_seconds = spell.seconds
            marked = True
    return marked
