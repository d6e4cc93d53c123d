"""Who holds which role in a channel, and who decides what: a numbered version that is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, SlackId, short_text
from models.channel import Channel
from models.post import Drawing, Post
from models.rules import Decider, Kind, Right, Role


class DecisionRight(Base):
    """One row of a version's table: this kind, who decides it, and whether the other side states impact first."""

    __tablename__ = "decision_right"

    rights_version_id: Mapped[int] = mapped_column(ForeignKey("rights_version.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(short_text(Kind), primary_key=True)
    decides: Mapped[Decider] = mapped_column(short_text(Decider))
    impact_first: Mapped[bool]


class RightsVersion(Base):
    """The whole table plus role holders, time zone and impact window (working days) of a channel, from `made_at` on."""

    __tablename__ = "rights_version"
    __table_args__ = (UniqueConstraint("channel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    number: Mapped[int]
    product_owner: Mapped[str] = mapped_column(SlackId)
    project_manager: Mapped[str] = mapped_column(SlackId)
    sponsor: Mapped[str | None] = mapped_column(SlackId)
    time_zone: Mapped[str] = mapped_column(String(64))
    impact_days: Mapped[int]
    author: Mapped[str] = mapped_column(SlackId)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    channel: Mapped[Channel] = relationship(lazy="raise")
    rows: Mapped[list[DecisionRight]] = relationship(lazy="raise", order_by=DecisionRight.kind)

    @property
    def table(self) -> Mapping[Kind, Right]:
        return {row.kind: Right(row.decides, row.impact_first) for row in self.rows}

    @property
    def same_person(self) -> bool:
        """Two hats: one person holds both roles (product.md §4)."""
        return self.product_owner == self.project_manager

    @property
    def editors(self) -> list[str]:
        """Who may change the rights: product owner, project manager, sponsor; each once."""
        return list(dict.fromkeys(one for one in (self.product_owner, self.project_manager, self.sponsor) if one))

    def holder_of(self, role: Role) -> str:
        return self.product_owner if role is Role.PRODUCT_OWNER else self.project_manager

    def says_the_same_as(self, other: RightsVersion) -> bool:
        """Whether both give the same people, settings and table."""
        return self._content() == other._content()

    def _content(self) -> tuple[object, ...]:
        return (
            self.product_owner, self.project_manager, self.sponsor, self.time_zone, self.impact_days, self.table,
        )  # fmt: skip


def table_rows(table: Mapping[Kind, Right]) -> list[DecisionRight]:
    """The rows that store this table."""
    return [
        DecisionRight(kind=kind, decides=right.decides, impact_first=right.impact_first)
        for kind, right in table.items()
    ]


def new_version(
    session: Session, channel: Channel, version: RightsVersion, table: Mapping[Kind, Right], at: datetime
) -> RightsVersion:
    """Make this the channel's rights from now on, and owe the channel the news. Raises nothing; the caller has checked who may."""
    channel.rights_number += 1
    version.channel, version.number, version.made_at = channel, channel.rights_number, at
    version.rows = table_rows(table)
    session.add(version)
    session.flush()
    key = f"rights:{version.number}"
    session.add(Post(channel_id=channel.id, key=key, drawing=Drawing.RIGHTS, rights_version_id=version.id, due_at=at))
    return version
