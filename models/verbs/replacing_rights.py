"""Replacement of a version of the rights by the next one. Decisions made under the old one stay.

See docs/reference/behaviour.md, Changes of rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import locks
from models.rules import Kind, Right
from models.tables.decision import Decision
from models.tables.rights import BRIEF, RightsVersion, new_version


def replace(
    session: Session,
    before: RightsVersion,
    version: RightsVersion,
    table: Mapping[Kind, Right],
    at: datetime,
) -> RightsVersion:
    """Make this the channel's rights from now on. The caller has checked who may do that.

    If the version before was in force for less than a day, the rounds that it made possible are
    marked, and their decisions drawn again.
    """
    made = new_version(session, before.channel, version, table, at)
    before.replaced_at = at
    if before.brief_seconds is not None:
        _mark_decided_under(session, before, at)
    return made


def _mark_decided_under(session: Session, before: RightsVersion, at: datetime) -> None:
    newcomers = _newcomers(session, before, at)
    # The lock waits for an approval that is being recorded now. A later approval sees the new
    # version.
    for decision in locks.lock_made_possible_by(session, before, newcomers):
        if _mark(decision, before, newcomers):
            decision.redraw(at)


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


def _mark(decision: Decision, before: RightsVersion, newcomers: set[str]) -> bool:
    """Mark the rounds that were settled by the right of this version; return True if any was.

    What somebody has settled or signed in the place of a newcomer counts too.
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
        by_them = not newcomers.isdisjoint(people)
        of_it = settlement.rights_number == before.number
        if settlement.at >= before.made_at and (of_it or by_them):
            settlement.brief_number = before.number
            settlement.brief_seconds = before.brief_seconds
            marked = True
    return marked
