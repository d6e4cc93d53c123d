"""Pace of sending: a row for each destination and for each of Slack's methods.

All replicas share the rows.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class Pace(Base):
    """Moment from which one more call is allowed in a workspace.

    `name` is a destination's lane (see `LANE` in `post.py`), for posts to it, or one of Slack's
    methods. For a method, the moment follows from the rate that Slack publishes for it, if any, and
    from the pause that Slack's `Retry-After` asked for.
    """

    __tablename__ = "pace"
    __table_args__ = (Index("ix_pace_next_free_at", "next_free_at"),)

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_free_at: Mapped[datetime]
