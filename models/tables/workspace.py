"""Workspaces of Slack, and the counter that numbers their decisions."""

from __future__ import annotations

import json
import secrets
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Dialect,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId
from models.words import USUAL, Words


class WordsText(TypeDecorator[Words]):
    """Words as JSON text; NULL if the workspace calls everything as the product does."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Words | None, dialect: Dialect) -> str | None:
        return json.dumps(dict(value.names)) if value and value.names else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> Words | None:
        return Words(json.loads(value)) if value else None


class Workspace(Base):
    """Slack workspace, or the company on Enterprise Grid.

    `tenant` is its id, the only fact of Slack's that is kept. `board_key` signs links to boards,
    and `view_key` what forms remember; None until it is needed. `access_version` counts the changes
    of who may read. `labels` are its own words for roles and kinds; None if it has none.
    """

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column("team", SlackId, unique=True)
    last_number: Mapped[int] = mapped_column(default=0)
    access_version: Mapped[int] = mapped_column(default=0, server_default="0")
    board_key: Mapped[str | None] = mapped_column(
        String(64), deferred=True, deferred_raiseload=True
    )
    view_key: Mapped[str | None] = mapped_column(String(64), deferred=True, deferred_raiseload=True)
    labels: Mapped[Words | None] = mapped_column(WordsText)

    @property
    def words(self) -> Words:
        """Return what this workspace calls roles and kinds."""
        return self.labels or USUAL


def words_of(session: Session, tenant: str) -> Words:
    """Return what this workspace calls roles and kinds; the usual words if it has no row yet."""
    found = session.scalar(select(Workspace).where(Workspace.tenant == tenant))
    return found.words if found else USUAL


# Built once, because building it costs three times what running it does. It uses the table, not the
# class, so that no object in memory has to be kept in step.
_COUNTER = Workspace.__table__.c
_NEXT_NUMBER = (
    update(Workspace.__table__)  # type: ignore[arg-type]  # declared as a wider type than it has
    .where(_COUNTER.id == bindparam("workspace"))
    .values(last_number=_COUNTER.last_number + 1)
    .returning(_COUNTER.last_number)
)


_NEXT_ACCESS = (
    update(Workspace.__table__)  # type: ignore[arg-type]  # declared as a wider type than it has
    .where(_COUNTER.id == bindparam("workspace"))
    .values(access_version=_COUNTER.access_version + 1)
    .returning(_COUNTER.access_version)
)


def next_access_version(session: Session, workspace_id: int) -> int:
    """Return the next `access_version`, for a change of who may read a channel.

    The row stays locked until this transaction ends, so that changes are seen in their order.
    """
    version: int = session.execute(_NEXT_ACCESS, {"workspace": workspace_id}).scalar_one()
    return version


def next_number(session: Session, workspace_id: int) -> int:
    """Return the next decision number, without gaps.

    The row stays locked until this transaction ends, and a rollback takes the number back.
    """
    number: int = session.execute(_NEXT_NUMBER, {"workspace": workspace_id}).scalar_one()
    return number


def board_key(session: Session, tenant: str) -> str | None:
    """Return the key that signs this workspace's links to boards; None if it has made no link."""
    return session.scalar(select(_COUNTER.board_key).where(_COUNTER.team == tenant))


def ensure_board_key(session: Session, tenant: str) -> str:
    """Return the key that signs this workspace's links to boards; make it if there is none."""
    return _ensure_key(session, tenant, _COUNTER.board_key)


def ensure_view_key(session: Session, tenant: str) -> str:
    """Return the key that signs what this workspace's forms remember; make it if there is none."""
    ensure_workspace(session, tenant)
    return _ensure_key(session, tenant, _COUNTER.view_key)


def _ensure_key(session: Session, tenant: str, column: ColumnElement[str | None]) -> str:
    """Return the key in this column; make it if there is none.

    If two transactions make a key at once, the first one's stays: the other waits, and finds it.
    """
    workspace = _COUNTER.team == tenant
    table = cast(Table, Workspace.__table__)
    made = {column: secrets.token_urlsafe(32)}
    session.execute(update(table).where(workspace, column.is_(None)).values(made))
    key = session.scalar(select(column).where(workspace))
    assert key
    return key


def tenant_of(session: Session, enterprise_id: str | None, team_id: str) -> str:
    """Return the tenant of an installation: the company on Enterprise Grid, else the workspace.

    A workspace that has a record stays its own tenant when it joins a company: the hashes of the
    record cover its id.
    """
    kept = session.scalar(select(Workspace.tenant).where(Workspace.tenant == team_id))
    return kept or enterprise_id or team_id


def ensure_workspace(session: Session, tenant: str) -> Workspace:
    """Return the row of this workspace; make it if there is none."""
    workspace = session.scalar(select(Workspace).where(Workspace.tenant == tenant))
    if workspace is None:
        workspace = Workspace(tenant=tenant)
        session.add(workspace)
        session.flush()
    return workspace
