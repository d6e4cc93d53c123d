"""Timers: what must happen to which subject, and when.

A timer has a unique key, so it is not set twice. It keeps its row after it has fired, unless its
handler deletes the row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId, short_text
from models.tables.write_behind import HasId, IfThere, write_behind


class TimerKind(StrEnum):
    """Purpose of a timer; `handlers/routes.py` says which function handles it."""

    IMPACT_HALF_WAY = "impact_half_way"
    IMPACT_LAPSES = "impact_lapses"
    OVERDUE = "overdue"
    ESCALATES = "escalates"
    CLAIM_AGES = "claim_ages"
    RETURNS = "returns"
    UNDO_ENDS = "undo_ends"
    UNDO_RIGHT = "undo_right"
    REVIEW = "review"
    FOLLOW_UP_DUE = "follow_up_due"
    REMIND = "remind"
    ABSENCE_ENDS = "absence_ends"
    DIGEST = "digest"
    WHO_IS_THERE = "who_is_there"
    READERS = "readers"
    RIGHTS_CHANGE = "rights_change"


class Timer(Base):
    """Timer that fires once at `due_at`, or as soon as the bot is back.

    If the matter is settled by then, nothing happens.
    """

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(
            "ix_timer_due",
            "due_at",
            sqlite_where=text("fired_at IS NULL"),
            postgresql_where=text("fired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[TimerKind] = mapped_column(short_text(TimerKind))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    person: Mapped[str | None] = mapped_column(SlackId)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Subject:
    """Person, channel or decision that a timer is about."""

    person: str | None = None
    channel_id: int | None = None
    decision: HasId | None = None


def set_timer(
    session: Session,
    workspace_id: int,
    kind: TimerKind,
    key: str,
    due_at: datetime,
    about: Subject,
) -> None:
    """Set a timer, unless one with its key was set before, fired or not."""
    row = {
        "workspace_id": workspace_id,
        "kind": kind,
        "key": key,
        "due_at": due_at,
        "person": about.person,
        "channel_id": about.channel_id,
    }
    write_behind(session, Timer, row, if_there=IfThere.KEEP, decision_id=about.decision)


def people_with_timers(
    session: Session, workspace_id: int, kind: TimerKind, people: Collection[str]
) -> set[str]:
    """Return those of these people for whom a timer of this kind has not fired yet."""
    set_for_them = select(Timer.person).where(
        text("fired_at IS NULL"),
        Timer.workspace_id == workspace_id,
        Timer.kind == kind,
        Timer.person.in_(people),
    )
    return {person for person in session.scalars(set_for_them) if person}
