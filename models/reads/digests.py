"""Digests of a channel: the key of each, and where it begins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.reads.week import WEEK
from models.tables.post import Post, PostState
from models.tables.rights import RightsVersion
from models.working_time import local_day

# The most weeks that one digest covers.
MOST_WEEKS = 12


def key_of(rights: RightsVersion, until: datetime) -> str:
    """Return the key of the post with the digest of the ISO week that `until` is in."""
    year, week, _ = local_day(until, rights.time_zone).isocalendar()
    return f"digest:{year}-W{week:02d}"


def begins_at(session: Session, rights: RightsVersion, until: datetime) -> datetime:
    """Return the moment at which the digest that ends at `until` begins.

    It begins where the last digest that was sent ended, or at least a week and at most MOST_WEEKS
    before `until`. A quiet week without a digest counts as one that was sent. If no digest was sent
    since the channel wants digests, it begins when the channel began to want them.
    """
    keys = [key_of(rights, until - weeks * WEEK) for weeks in range(MOST_WEEKS + 1)]
    given_up = (Post.state == PostState.PARKED) & (Post.shown == 0)
    last_end = select(func.max(Post.covers_until)).where(
        Post.channel_id == rights.channel_id,
        Post.key.in_(keys),
        Post.covers_until < until,
        ~given_up,
    )
    of_channel = RightsVersion.channel_id == rights.channel_id
    last_without = select(func.coalesce(func.max(RightsVersion.number), 0)).where(
        of_channel, RightsVersion.digest_weekday.is_(None)
    )
    wanted_since = select(func.min(RightsVersion.made_at)).where(
        of_channel, RightsVersion.number > last_without.scalar_subquery()
    )
    facts = select(last_end.scalar_subquery(), wanted_since.scalar_subquery())
    begun = filter(None, session.execute(facts).one())
    return min(max([until - MOST_WEEKS * WEEK, *begun]), until - WEEK)
