"""Attempts to decide outside one's right: people are counted per kind and month, never named.

See docs/reference/behaviour.md, Rules.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, cast, extract, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.rules import Kind
from models.tables.base import Base, short_text


class AttemptOutsideRight(Base):
    """Attempt by somebody to decide outside their right.

    The person is not stored: the count shows that the table of rights and the practice differ.
    `mark` is the same for one person, channel and month, so that a person who presses often counts
    once. Without the key of the workspace, it names nobody. Rows of an older release have no mark.
    """

    __tablename__ = "attempt_outside_right"
    __table_args__ = (Index("ix_attempt_outside_right_channel_id", "channel_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    kind: Mapped[Kind] = mapped_column(short_text(Kind))
    at: Mapped[datetime]
    mark: Mapped[str | None] = mapped_column(String(16))


def mark_of(person: str, channel_id: int, at: datetime, key: str) -> str:
    """Return the mark of a person in this channel and month, under this key."""
    about = f"{channel_id}:{at:%Y-%m}:{person}".encode()
    return hmac.new(key.encode(), about, "sha256").hexdigest()[:16]


def people_who_tried() -> ColumnElement[int]:
    """Count people by their marks. Each row without a mark counts as one person."""
    mark, id = AttemptOutsideRight.mark, AttemptOutsideRight.id
    return func.count(func.coalesce(mark, cast(id, String)).distinct())


def attempts_outside_rights(
    session: Session, channel_id: int, since: datetime
) -> list[tuple[int, int, Kind, int]]:
    """Count the people who tried to decide outside their right, by month and kind.

    Return (year, month, kind, count) in UTC, the newest month first.
    """
    year, month = extract("year", AttemptOutsideRight.at), extract("month", AttemptOutsideRight.at)
    rows = session.execute(
        select(year, month, AttemptOutsideRight.kind, people_who_tried())
        .where(AttemptOutsideRight.channel_id == channel_id, AttemptOutsideRight.at >= since)
        .group_by(year, month, AttemptOutsideRight.kind)
        .order_by(year.desc(), month.desc(), AttemptOutsideRight.kind)
    )
    return [
        (int(year_number), int(month_number), kind, count)
        for year_number, month_number, kind, count in rows
    ]
