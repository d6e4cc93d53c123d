"""Channels: a team channel is where decisions are raised, under a version of the rights."""

from __future__ import annotations

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    Session,
    contains_eager,
    mapped_column,
    object_session,
    relationship,
)

from models.tables.base import Base, SlackId
from models.tables.workspace import Workspace, ensure_workspace
from models.words import Words


class Channel(Base):
    """Slack channel that we were invited to or used in.

    It is a team channel once it has a rights version. Slack gives a channel another id when it is
    about to be shared; buttons and open forms still name the one before, `former_slack_id`.
    `access_version` is the workspace's `access_version` at the moment when somebody last joined or
    left, or the channel last changed in Slack.
    """

    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_id"),
        Index("ix_channel_access_version", "workspace_id", "access_version"),
        Index("ix_channel_former", "workspace_id", "former_slack_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    slack_id: Mapped[str] = mapped_column(SlackId)
    former_slack_id: Mapped[str | None] = mapped_column(SlackId)
    rights_number: Mapped[int] = mapped_column(default=0)
    access_version: Mapped[int] = mapped_column(default=0, server_default="0")
    workspace: Mapped[Workspace] = relationship(lazy="raise")

    @property
    def words(self) -> Words:
        """Return what the channel's workspace calls roles and kinds."""
        session = object_session(self)
        found = session.get(Workspace, self.workspace_id) if session else None
        return (found or self.workspace).words


def is_called(slack_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition that a channel of this workspace has this id, or had it before.

    Join the two tables by it: each half is then looked up in an index of its own. If they were
    joined by the workspace's id alone, SQLite would read all channels of the workspace.
    """
    here = Channel.workspace_id == Workspace.id
    return or_(
        and_(here, Channel.slack_id == slack_id), and_(here, Channel.former_slack_id == slack_id)
    )


_SLACK_ID: BindParameter[str] = bindparam("slack_id")
_CALLED = (
    select(Channel)
    .join(Workspace, is_called(_SLACK_ID))
    .where(Workspace.tenant == bindparam("tenant"))
    .order_by(Channel.slack_id != _SLACK_ID)
    .limit(1)
    .options(contains_eager(Channel.workspace))
)


def find_channel(session: Session, tenant: str, slack_id: str) -> Channel | None:
    """Return the row of this channel; None if there is none."""
    return session.scalar(_CALLED, {"tenant": tenant, "slack_id": slack_id})


def ensure_channel(session: Session, tenant: str, slack_id: str) -> Channel:
    """Return the row of this channel; make it if there is none."""
    workspace = ensure_workspace(session, tenant)
    channel = find_channel(session, tenant, slack_id)
    if channel is None:
        channel = Channel(workspace_id=workspace.id, slack_id=slack_id, rights_number=0)
        session.add(channel)
    channel.workspace = workspace
    session.flush()
    return channel
