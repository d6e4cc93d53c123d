"""A Slack workspace, and the counter its decisions are numbered by."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, SlackId


class Workspace(Base):
    """One Slack workspace (team). Ids only; its name is Slack's to know."""

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(SlackId, unique=True)
    last_number: Mapped[int] = mapped_column(default=0)


def next_number(session: Session, workspace_id: int) -> int:
    """The next decision number. Gapless: the row stays locked until this transaction ends, and a rollback takes the number back."""
    counter = Workspace.__table__.c
    number: int = session.execute(
        update(Workspace.__table__)  # type: ignore[arg-type]  # the table, not the class: nothing in memory to keep in step
        .where(counter.id == workspace_id)
        .values(last_number=counter.last_number + 1)
        .returning(counter.last_number)
    ).scalar_one()
    return number
