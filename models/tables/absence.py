"""Absences, each with its delegate, and snoozes: people who want no reminders for a while.

See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, bindparam, select, text, union
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId, UtcDateTime
from models.tables.workspace import Workspace


class Absence(Base):
    """Absence of a person, whose work goes to `delegate` from `begun_at` until `ends_at`.

    `ended_at` is when the absence really ended; None until then. A person has at most one absence
    that has not ended.
    """

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_person", "workspace_id", "person"),
        Index("ix_absence_delegate", "workspace_id", "delegate"),
        Index(
            "uq_absence_current",
            "workspace_id",
            "person",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    person: Mapped[str] = mapped_column(SlackId)
    delegate: Mapped[str] = mapped_column(SlackId)
    both_hats: Mapped[bool]
    begun_at: Mapped[datetime]
    until: Mapped[date]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Snooze(Base):
    """Wish for no reminders before `until`. News still reaches the person."""

    __tablename__ = "snooze"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)
    until: Mapped[datetime]


# Built once, because every raise and every Home runs it.
_NOW_AWAY = select(Absence).where(
    Absence.workspace_id == bindparam("workspace"),
    Absence.person.in_(bindparam("people", expanding=True)),
    Absence.ended_at.is_(None),
    Absence.ends_at > bindparam("at"),
)

# Two queries, each with its own index: in one condition, SQLite would look through every absence.
_AROUND = select(Absence).where(
    Absence.id.in_(
        union(
            *(
                select(Absence.id)
                .join(Workspace, Workspace.id == Absence.workspace_id)
                .where(
                    Workspace.tenant == bindparam("tenant"),
                    who == bindparam("person"),
                    Absence.ended_at.is_(None),
                    Absence.ends_at > bindparam("at", type_=UtcDateTime),
                )
                for who in (Absence.person, Absence.delegate)
            )
        )
    )
)


def absences_around(session: Session, tenant: str, person: str, at: datetime) -> list[Absence]:
    """Return this person's own current absence, and those in which they are the delegate."""
    return list(session.scalars(_AROUND, {"tenant": tenant, "person": person, "at": at}))


def current_absences(
    session: Session, workspace_id: int, at: datetime, *people: str
) -> dict[str, Absence]:
    """Return, by person, the current absences of these people."""
    found = session.scalars(
        _NOW_AWAY, {"workspace": workspace_id, "people": sorted(set(people)), "at": at}
    )
    return {absence.person: absence for absence in found}


def absences_of(session: Session, workspace_id: int, at: datetime, person: str) -> list[Absence]:
    """Return the current absence of this person, as a list of none or one."""
    return list(current_absences(session, workspace_id, at, person).values())


def standing_in_for(
    session: Session, workspace_id: int, at: datetime, delegate: str
) -> list[Absence]:
    """Return the current absences in which this person is the delegate."""
    return list(
        session.scalars(
            select(Absence).where(
                Absence.workspace_id == workspace_id,
                Absence.delegate == delegate,
                Absence.ended_at.is_(None),
                Absence.ends_at > at,
            )
        )
    )
