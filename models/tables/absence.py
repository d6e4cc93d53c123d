"""Who stands in for whom, and who wants to be left alone for a while.

See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId
from models.tables.workspace import Workspace


class Absence(Base):
    """From `begun_at` on, what would go to `person` goes to `delegate`, until `ends_at` or until they are back earlier."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_person", "workspace_id", "person"),
        Index("ix_absence_delegate", "workspace_id", "delegate"),
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
    """No reminders for this person before `until`; whatever is new still reaches them."""

    __tablename__ = "snooze"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)
    until: Mapped[datetime]


# Asked at every raise and every Home: built once.
_NOW_AWAY = select(Absence).where(
    Absence.workspace_id == bindparam("workspace"),
    Absence.person.in_(bindparam("people", expanding=True)),
    Absence.ended_at.is_(None),
    Absence.ends_at > bindparam("at"),
)

_AROUND = (
    select(Absence)
    .join(Workspace, Workspace.id == Absence.workspace_id)
    .where(
        Workspace.team == bindparam("team"),
        Absence.ended_at.is_(None),
        Absence.ends_at > bindparam("at"),
    )
    .where(or_(Absence.person == bindparam("person"), Absence.delegate == bindparam("person")))
)


def absences_around(session: Session, team: str, person: str, at: datetime) -> list[Absence]:
    """This person's own absence at this moment, if they are away, and those in which they take another's place."""
    return list(session.scalars(_AROUND, {"team": team, "person": person, "at": at}))


def current_absences(
    session: Session, workspace_id: int, at: datetime, *people: str
) -> dict[str, Absence]:
    """Who of these people is away at this moment."""
    found = session.scalars(
        _NOW_AWAY, {"workspace": workspace_id, "people": sorted(set(people)), "at": at}
    )
    return {one.person: one for one in found}


def absences_of(session: Session, workspace_id: int, at: datetime, person: str) -> list[Absence]:
    """This person's own absence at this moment, if they are away."""
    return list(current_absences(session, workspace_id, at, person).values())


def standing_in_for(
    session: Session, workspace_id: int, at: datetime, delegate: str
) -> list[Absence]:
    """Whose place this person takes at this moment."""
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
