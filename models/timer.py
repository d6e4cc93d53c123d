"""Time is a row: what must happen to which subject, and when. Its unique key keeps it from being set, or fired, twice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, short_text

if TYPE_CHECKING:
    from models.decision import Decision


class TimerKind(StrEnum):
    IMPACT_LAPSES = "impact_lapses"


class Timer(Base):
    """Fires once at `due_at`, or as soon after as the bot is back. What it then finds already settled it leaves alone."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(
            "ix_timer_due", "due_at", sqlite_where=text("fired_at IS NULL"), postgresql_where=text("fired_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[TimerKind] = mapped_column(short_text(TimerKind))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    decision: Mapped[Decision | None] = relationship(lazy="raise")
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
