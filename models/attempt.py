"""Attempts to decide outside one's right: counted per kind and month, never by name (product.md §4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, short_text
from models.rules import Kind


class AttemptOutsideRight(Base):
    """Somebody tried. Who it was is not stored: the table and the practice differ, and that is what the count shows."""

    __tablename__ = "attempt_outside_right"
    __table_args__ = (Index("ix_attempt_outside_right_channel_id", "channel_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    kind: Mapped[Kind] = mapped_column(short_text(Kind))
    at: Mapped[datetime]
