"""Look-up of what the bot has to do at a moment. Each act of each story needs it twice.

On SQLite it is asked of the driver, which takes a tenth of the time that a session takes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects import sqlite

from bot.database import Database
from bot.outbox.claims import FIRST, moments
from models.tables.base import UtcDateTime
from models.tables.post import OWED, Post
from models.tables.timer import Timer

_NOW = bindparam("now", type_=UtcDateTime)
# A query of whether a timer is due, when the first owed message is due, how many are due now, how
# many of these are updates, and when the newest of their messages was sent.
_DUE = select(
    select(Timer.id).where(Timer.fired_at.is_(None), Timer.due_at <= _NOW).exists(),
    select(func.min(Post.due_at)).where(text(OWED)).scalar_subquery(),
    select(func.count(Post.id)).where(text(OWED), Post.due_at <= _NOW).scalar_subquery(),
    select(func.count(Post.ts)).where(text(OWED), Post.due_at <= _NOW).scalar_subquery(),
    select(func.max(Post.sent_at))
    .where(text(OWED), Post.due_at <= _NOW, Post.ts.is_not(None))
    .scalar_subquery(),
)
_ON_SQLITE = str(_DUE.compile(dialect=sqlite.dialect(paramstyle="named")))
_CAN_BE_SENT = f"{FIRST} SELECT EXISTS (SELECT 1 FROM first WHERE first.id IS NOT NULL)"


class Due(NamedTuple):
    """What is due. `can_send` is False if each message has to wait for its turn; else not known."""

    timer: bool
    first_post: datetime | None
    posts: int
    updates: int
    newest_sent: datetime | None
    can_send: bool = True


def due(database: Database, tenant: str, now: datetime) -> Due:
    """Return what is due, after the transaction that is being written, if there is one."""
    if not (database.is_sqlite and database.is_where_it_was()):
        return database.run_here(lambda session: Due(*session.execute(_DUE, {"now": now}).one()))
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        # The engine notes in `info` whether the connection may write (`_begin` in bot/database.py).
        cursor.execute("PRAGMA query_only=OFF")
        connection.info["query_only"] = False
        cursor.execute("BEGIN IMMEDIATE")
        times = {name: _stored(moment) for name, moment in moments(now).items()}
        timer, first_post, posts, updates, sent = cursor.execute(_ON_SQLITE, times).fetchone()
        can_send = True
        if posts and tenant:
            facts = {**times, "tenant": tenant, "with_slow": True}
            (can_send,) = cursor.execute(_CAN_BE_SENT, facts).fetchone()
        cursor.execute("COMMIT")
    finally:
        connection.close()
    return Due(bool(timer), _moment(first_post), posts, updates, _moment(sent), bool(can_send))


def _stored(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if stored else None
