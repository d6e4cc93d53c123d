"""Requests that have changed the record. If the same request arrives again, it changes nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import String, Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId

# Long enough: Slack's signature holds for five minutes, and people submit a form twice within
# seconds.
KEPT_FOR = timedelta(days=1)


class TakenRequest(Base):
    """Request of a person that changed the record. `key` is a hash of what makes it unique."""

    __tablename__ = "taken_request"

    tenant: Mapped[str] = mapped_column(SlackId, primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


def take_once(session: Session, tenant: str, person: str, sign: str, at: datetime) -> bool:
    """Note that a request takes effect now; return False if it has before.

    `sign` is the text that identifies the request. If the same request arrives twice at the same
    time, the second waits here until the first is committed. The person's oldest rows are deleted,
    so that the table stays small.
    """
    table = cast(Table, TakenRequest.__table__)
    row = {"tenant": tenant, "person": person, "key": _key(sign), "at": at}
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert(table) if on_sqlite else postgresql.insert(table)
    taken = insert.values(row).on_conflict_do_nothing().returning(table.c.key)
    is_first = session.scalar(taken) is not None
    old = TakenRequest.at < at - KEPT_FOR
    mine = delete(TakenRequest).where(TakenRequest.tenant == tenant, TakenRequest.person == person)
    session.execute(mine.where(old), execution_options={"synchronize_session": False})
    return is_first


def was_taken(session: Session, tenant: str, person: str, sign: str) -> bool:
    """Return True if the request that `sign` identifies has taken effect before."""
    return session.get(TakenRequest, (tenant, person, _key(sign))) is not None


def _key(sign: str) -> str:
    return hashlib.sha256(sign.encode("utf-8", "replace")).hexdigest()
