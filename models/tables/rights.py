"""Rights of a channel: who holds which role, and who decides what.

A version has a number. Once it is made, only its `replaced_at` is set.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models.rules import Decider, Kind, Right, Role
from models.tables.base import Base, SlackId
from models.tables.channel import Channel
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.tables.timer import Subject, TimerKind, set_timer
from models.words import Words
from models.working_time import MONDAY_TO_FRIDAY, Calendar, next_weekly

# Working days that a decision may wait past its date before the sponsor may decide, unless the
# channel says otherwise.
GRACE_DAYS = 3
# Weekday and hour of the weekly digest, in the channel's time zone, unless the channel says
# otherwise; weekdays count from Monday, 0.
MONDAY, DIGEST_HOUR = 0, 9
MINUTES_A_DAY = 24 * 60
# If a version was in force for less than this, the decisions that it made possible are marked.
BRIEF = timedelta(days=1)


class RightsTable(TypeDecorator[Mapping[Kind, Right]]):
    """Whole table as JSON text, because it is read and written in one piece, and never changes."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[Kind, Right] | None, dialect: Dialect
    ) -> str | None:
        if value is None:
            return None
        return json.dumps(
            {kind: [right.decides, right.impact_first] for kind, right in value.items()}
        )

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> Mapping[Kind, Right] | None:
        return None if value is None else _table(value)


@lru_cache(maxsize=4096)
def _table(text: str) -> Mapping[Kind, Right]:
    """Read a table from JSON; cached, because versions are few and read at every raise."""
    rows = json.loads(text).items()
    return MappingProxyType(
        {Kind(kind): Right(Decider(decides), first) for kind, (decides, first) in rows}
    )


class RightsVersion(Base):
    """Version of a channel's rights, in force from `made_at` until `replaced_at`.

    It holds the table, the role holders, the time zone, the working week, and the country whose
    public holidays count. It also holds the impact window and the grace period, in working days.
    `digest_weekday` is None if no digest is wanted; `digest_when_empty` says whether a digest is
    posted for a week without news. `confirms` says whether a change that takes something from a
    role waits until that role has confirmed it. `replaced_at` is when the next version came;
    `made_with` is the form that made this one. The kinds in `unused` are switched off. Their rows
    of the table still hold for open decisions.
    """

    __tablename__ = "rights_version"
    __table_args__ = (
        UniqueConstraint("channel_id", "number"),
        Index("ix_rights_version_product_owner", "product_owner"),
        Index("ix_rights_version_project_manager", "project_manager"),
        Index("ix_rights_version_sponsor", "sponsor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    number: Mapped[int]
    product_owner: Mapped[str] = mapped_column(SlackId)
    project_manager: Mapped[str] = mapped_column(SlackId)
    sponsor: Mapped[str | None] = mapped_column(SlackId)
    time_zone: Mapped[str] = mapped_column(String(64))
    working_week: Mapped[str] = mapped_column(
        String(7), default=MONDAY_TO_FRIDAY, server_default=MONDAY_TO_FRIDAY
    )
    holidays: Mapped[str | None] = mapped_column(String(16))
    impact_days: Mapped[int]
    grace_days: Mapped[int] = mapped_column(default=GRACE_DAYS)
    reminds: Mapped[bool] = mapped_column(default=True)
    digest_weekday: Mapped[int | None]
    digest_hour: Mapped[int] = mapped_column(default=DIGEST_HOUR)
    digest_when_empty: Mapped[bool] = mapped_column(default=True)
    author: Mapped[str] = mapped_column(SlackId)
    confirms: Mapped[bool] = mapped_column(default=True, server_default=true())
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_with: Mapped[str | None] = mapped_column(String(64))
    replaced_at: Mapped[datetime | None]
    table: Mapped[Mapping[Kind, Right]] = mapped_column(RightsTable)
    unused: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    channel: Mapped[Channel] = relationship(lazy="raise")

    @property
    def same_person(self) -> bool:
        """Return True if one person holds both roles, two hats.

        See docs/reference/behaviour.md, Rules.
        """
        return self.product_owner == self.project_manager

    @property
    def kinds(self) -> list[Kind]:
        """Return the kinds that are used here: those of which something new may be raised."""
        return [kind for kind in Kind if kind not in (self.unused or ())]

    @property
    def words(self) -> Words:
        """Return what the channel's workspace calls roles and kinds."""
        return self.channel.words

    @property
    def brief_seconds(self) -> int | None:
        """Return for how many seconds the version was in force, if it was for less than a day.

        Return None if it was longer in force, or still is.
        """
        if self.replaced_at is None or self.replaced_at - self.made_at >= BRIEF:
            return None
        return int((self.replaced_at - self.made_at).total_seconds())

    def gives_the_same_rights(self, other: RightsVersion) -> bool:
        """Return True if the other version differs at most in working days, reminders or digest."""
        return all(getattr(self, name) == getattr(other, name) for name in RIGHTS)

    @property
    def calendar(self) -> Calendar:
        """Return the working days of the channel."""
        return Calendar(self.working_week or MONDAY_TO_FRIDAY, self.holidays or "")

    @property
    def holders(self) -> dict[Role, str]:
        """Return who holds each role."""
        return {role: self.holder_of(role) for role in Role}

    @property
    def role_holders(self) -> list[str]:
        """Return product owner and project manager, each person once."""
        return list(dict.fromkeys((self.product_owner, self.project_manager)))

    @property
    def gone_editors(self) -> Collection[str]:
        """Return the `editors` who have left Slack; none if there is no session."""
        session = object_session(self)
        return departures_of(session, self.channel.workspace_id, *self.editors) if session else ()

    @property
    def people(self) -> tuple[str, str, str | None]:
        """Return product owner, project manager and, if there is one, the sponsor."""
        return self.product_owner, self.project_manager, self.sponsor

    @property
    def editors(self) -> list[str]:
        """Return the people who may change the rights, each once.

        They are product owner, project manager and sponsor.
        """
        return list(
            dict.fromkeys(
                holder
                for holder in (self.product_owner, self.project_manager, self.sponsor)
                if holder
            )
        )

    def holder_of(self, role: Role) -> str:
        return self.product_owner if role is Role.PRODUCT_OWNER else self.project_manager


# What of a version says who may decide what, and when.
RIGHTS = (
    "product_owner",
    "project_manager",
    "sponsor",
    "impact_days",
    "grace_days",
    "confirms",
    "kinds",
    "table",
)
# Settings that the next version takes over, except those that it changes.
SETTINGS = (
    "product_owner",
    "project_manager",
    "sponsor",
    "time_zone",
    "working_week",
    "holidays",
    "impact_days",
    "grace_days",
    "reminds",
    "digest_weekday",
    "digest_hour",
    "digest_when_empty",
    "confirms",
)


def revised(current: RightsVersion, author: str, reason: str, **changes: Any) -> RightsVersion:
    """Return the next version, without its number: a copy of this one with these changes."""
    facts = {name: getattr(current, name) for name in (*SETTINGS, "unused")} | changes
    return RightsVersion(channel_id=current.channel_id, author=author, reason=reason, **facts)


def new_version(
    session: Session,
    channel: Channel,
    version: RightsVersion,
    table: Mapping[Kind, Right],
    at: datetime,
) -> RightsVersion:
    """Make this the channel's rights from now on, and owe the channel a message that says so.

    The messages about empty seats are redrawn: they offer a button only while the newest rights
    name the same people.
    The caller has checked who may make the version.
    """
    channel.rights_number += 1
    version.channel = channel
    version.number = channel.rights_number
    version.made_at = at
    version.table = table
    session.add(version)
    session.flush()
    key = f"rights:{version.number}"
    session.add(
        Post(
            channel_id=channel.id,
            key=key,
            drawing=Drawing.RIGHTS,
            rights_version_id=version.id,
            due_at=at,
        )
    )
    for seat in session.scalars(
        select(Post).where(Post.channel_id == channel.id, Post.drawing == Drawing.SEAT)
    ):
        seat.redraw(at)
    set_digest_timer(session, version, at)
    set_daily_look(session, channel, at)
    return version


def set_daily_look(session: Session, channel: Channel, after: datetime) -> None:
    """Set the timer of the next daily check of who is still in Slack, for the day after `after`.

    The minute of the day depends on the channel, so that Slack is not asked about all channels at
    once. A second call on the same day changes nothing.
    """
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    due_at = midnight + timedelta(minutes=channel.id * 37 % MINUTES_A_DAY)
    kind = TimerKind.WHO_IS_THERE
    key = f"{kind}:{channel.id}:{midnight:%Y%m%d}"
    set_timer(session, channel.workspace_id, kind, key, due_at, Subject(channel_id=channel.id))


def set_digest_timer(session: Session, version: RightsVersion, after: datetime) -> None:
    """Set the timer of this channel's next digest after this moment, if it wants one.

    A second call changes nothing.
    """
    if version.digest_weekday is None:
        return
    day, due_at = next_weekly(after, version.digest_weekday, version.digest_hour, version.time_zone)
    channel = version.channel
    key = f"{TimerKind.DIGEST}:{channel.id}:{day.isoformat()}:{due_at:%Y%m%d%H%M}"
    about = Subject(channel_id=channel.id)
    set_timer(session, channel.workspace_id, TimerKind.DIGEST, key, due_at, about)
