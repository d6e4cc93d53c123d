"""Changes of access: of channels, and of people who became guests, left Slack or came back.

Slack tells one replica of a change. The other replicas find the change here, and drop what they
cached before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, bindparam, literal, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.rules import Standing
from models.tables.base import Base, SlackId, short_text
from models.tables.channel import Channel
from models.tables.workspace import Workspace


class PersonAccess(Base):
    """Standing of a person by Slack's newest event; those who were always members have no row.

    `access_version` is the version of the workspace at which the standing last changed.
    """

    __tablename__ = "person_access"
    __table_args__ = (Index("ix_person_access_version", "workspace_id", "access_version"),)

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)
    standing: Mapped[Standing] = mapped_column(short_text(Standing))
    access_version: Mapped[int]


@dataclass(frozen=True, slots=True)
class AccessChanges:
    """Channels and people that have changed, by Slack's ids.

    `version` is that of the newest change; 0 if nothing has changed.
    """

    channels: list[str]
    people: list[str]
    version: int


_CHANNELS = (
    select(literal(True).label("of_channel"), Channel.slack_id, Channel.access_version)
    .join(Channel.workspace)
    .where(Workspace.tenant == bindparam("tenant"), Channel.access_version > bindparam("since"))
)
_PEOPLE = (
    select(literal(False), PersonAccess.person, PersonAccess.access_version)
    .join(Workspace, Workspace.id == PersonAccess.workspace_id)
    .where(
        Workspace.tenant == bindparam("tenant"), PersonAccess.access_version > bindparam("since")
    )
)
_CHANGED = union_all(_CHANNELS, _PEOPLE)


def changed_since(session: Session, tenant: str, version: int) -> AccessChanges:
    """Return the channels and people that have changed since this version, in one statement."""
    rows = session.execute(_CHANGED, {"tenant": tenant, "since": version}).all()
    return AccessChanges(
        [id for of_channel, id, _ in rows if of_channel],
        [id for of_channel, id, _ in rows if not of_channel],
        max((changed for _, _, changed in rows), default=0),
    )
