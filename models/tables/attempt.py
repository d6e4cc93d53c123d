"""Attempts to decide outside one's right: counted per kind and month, never by name.

See docs/reference/behaviour.md, Rules.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, extract, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.rules import Kind
from models.tables.base import Base, short_text


class AttemptOutsideRight(Base):
    """Attempt by somebody to decide outside their right.

    The person is not stored: the count shows that the table of rights and the practice differ.
    """

    __tablename__ = "attempt_outside_right"
    __table_args__ = (Index("ix_attempt_outside_right_channel_id", "channel_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    kind: Mapped[Kind] = mapped_column(short_text(Kind))
    at: Mapped[datetime]


def attempts_outside_rights(
    session: Session, channel_id: int, since: datetime
) -> list[tuple[int, int, Kind, int]]:
    """Count the attempts to decide outside a right, by month and kind.

    Return (year, month, kind, count) in UTC, the newest month first.
    """
    year, month = extract("year", AttemptOutsideRight.at), extract("month", AttemptOutsideRight.at)
    rows = session.execute(
        select(year, month, AttemptOutsideRight.kind, func.count())
        .where(AttemptOutsideRight.channel_id == channel_id, AttemptOutsideRight.at >= since)
        .group_by(year, month, AttemptOutsideRight.kind)
        .order_by(year.desc(), month.desc(), AttemptOutsideRight.kind)
    )
    return [
        (int(year_number), int(month_number), kind, count)
        for year_number, month_number, kind, count in rows
    ]
