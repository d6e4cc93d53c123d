"""Changes of rights that wait for the confirmation of a role that would lose something.

See docs/reference/behaviour.md, Changes of rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.rules import Kind, Right
from models.tables.base import Base, SlackId, short_text
from models.tables.channel import Channel
from models.tables.rights import RightsTable


class ChangeState(StrEnum):
    """Stage of a change that somebody has to confirm."""

    PENDING = "pending"
    MADE = "made"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


PENDING = "state = 'pending'"


class RightsChange(Base):
    """Change of a channel's rights that takes something from a role.

    `facts` are the settings that it changes, `rows` the rows of the table, and `switched` the kinds
    that it switches on or off. When the change takes effect, they are applied to the rights that
    hold then. `goes_along` says whether open decisions go to a new role holder. `confirmed` says by
    role who has confirmed. `unopposed_at` is the moment at which the change takes effect although
    nobody can confirm it for some role; None if somebody can. `ended_because` is why it was
    declined. `made_with` is the form that asked for the change, `version_number` the version that
    it became. A channel has at most one pending change.
    """

    __tablename__ = "rights_change"
    __table_args__ = (
        Index("ix_rights_change_channel_id", "channel_id"),
        Index(
            "uq_rights_change_pending",
            "channel_id",
            unique=True,
            sqlite_where=text(PENDING),
            postgresql_where=text(PENDING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    author: Mapped[str] = mapped_column(SlackId)
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    made_with: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[Mapping[Kind, Right]] = mapped_column(RightsTable)
    switched: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict, server_default="{}")
    goes_along: Mapped[bool]
    confirmed: Mapped[dict[str, str]] = mapped_column(JSON)
    expires_at: Mapped[datetime]
    unopposed_at: Mapped[datetime | None]
    state: Mapped[ChangeState] = mapped_column(short_text(ChangeState))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(SlackId)
    ended_because: Mapped[str | None] = mapped_column(Text)
    version_number: Mapped[int | None]
    channel: Mapped[Channel] = relationship(lazy="raise")

    def end(
        self, state: ChangeState, at: datetime, by: str | None, because: str | None = None
    ) -> None:
        self.state = state
        self.ended_at = at
        self.ended_by = by
        self.ended_because = because


_PENDING = select(RightsChange).where(
    RightsChange.channel_id == bindparam("channel"), RightsChange.state == ChangeState.PENDING
)


def pending_change(session: Session, channel_id: int) -> RightsChange | None:
    """Return the change that waits in this channel; None if none does."""
    return session.scalar(_PENDING, {"channel": channel_id})


def change_made_with(session: Session, channel_id: int, form: str) -> RightsChange | None:
    """Return the change that this form has asked for; None if it has not."""
    return session.scalar(
        select(RightsChange).where(
            RightsChange.channel_id == channel_id, RightsChange.made_with == form
        )
    )


def change_that_became(session: Session, channel_id: int, number: int) -> RightsChange | None:
    """Return the change that became this version after it had waited; None if it did not wait."""
    return session.scalar(
        select(RightsChange).where(
            RightsChange.channel_id == channel_id, RightsChange.version_number == number
        )
    )
