"""A Slack workspace, and the counter its decisions are numbered by."""

from __future__ import annotations

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, SlackId


class Workspace(Base):
    """One Slack workspace (team). Ids only; its name is Slack's to know."""

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(SlackId, unique=True)
    last_number: Mapped[int] = mapped_column(default=0)


# Built once: to build it costs three times what it takes to run. The table, not the class: nothing in memory to keep in step.
_COUNTER = Workspace.__table__.c
_NEXT_NUMBER = (
    update(Workspace.__table__)  # type: ignore[arg-type]  # declared as a wider type than it has
    .where(_COUNTER.id == bindparam("workspace"))
    .values(last_number=_COUNTER.last_number + 1)
    .returning(_COUNTER.last_number)
)


def next_number(session: Session, workspace_id: int) -> int:
    """The next decision number. Gapless: the row stays locked until this transaction ends, and a rollback takes the number back."""
    number: int = session.execute(_NEXT_NUMBER, {"workspace": workspace_id}).scalar_one()
    return number
