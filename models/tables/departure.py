"""Departures: a row for each person who has left Slack, until that person is back.

See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId


class Departure(Base):
    """Departure of a person whom Slack has deactivated.

    The database keeps it, because what a replica remembers of a person may be out of date.
    """

    __tablename__ = "departure"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)
    left_at: Mapped[datetime]


# Built once, because every raise runs it.
_DEPARTED = select(Departure).where(
    Departure.workspace_id == bindparam("workspace"),
    Departure.person.in_(bindparam("people", expanding=True)),
)


def departures_of(session: Session, workspace_id: int, *people: str) -> dict[str, Departure]:
    """Return the departures among these people, by person; people who are here are left out."""
    found = session.scalars(
        _DEPARTED, {"workspace": workspace_id, "people": sorted({*people} - {""})}
    )
    return {departure.person: departure for departure in found}


def first_here(
    session: Session, workspace_id: int, people: Sequence[str], outside: Collection[str] = ()
) -> str | None:
    """Return the first of these people who has not left Slack and is not `outside`; None if none.

    `outside` are people who may not read the channel, or who are not to be told.
    """
    gone = departures_of(session, workspace_id, *people)
    return next((person for person in people if person not in {*gone, *outside}), None)


def note_departure(session: Session, workspace_id: int, person: str, at: datetime) -> None:
    """Note that this person has left Slack, unless that is noted already."""
    if person not in departures_of(session, workspace_id, person):
        session.add(Departure(workspace_id=workspace_id, person=person, left_at=at))
        session.flush()


def forget_departure(session: Session, workspace_id: int, person: str) -> None:
    """Forget that this person had left Slack, because they are back."""
    session.execute(
        delete(Departure).where(Departure.workspace_id == workspace_id, Departure.person == person)
    )
