"""Deferred writes, for rows that are hardly ever read in the transaction that writes them.

Such rows are written just before the commit, in bulk and without ORM objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables.base import Base

_BEHIND, _CHANGED = "behind", "changed"

Change = Callable[[Session, Any, set[int]], None]


class HasId(Protocol):
    """Row that has its id once the session has flushed it."""

    @property
    def id(self) -> Any: ...


class IfThere(StrEnum):
    """Rule for a row whose key exists already."""

    FAIL = "fail"
    KEEP = "keep"
    REPLACE = "replace"


def write_behind(
    session: Session,
    model: type[Base],
    row: dict[str, Any],
    *,
    if_there: IfThere,
    **hangs_on: HasId | None,
) -> None:
    """Write this row just before the commit.

    `hangs_on` fills the columns that refer to rows which may have no id yet:
    `decision_id=decision`.
    """
    session.info.setdefault(_BEHIND, []).append((model.__table__, if_there, row, hangs_on))


def change_behind(session: Session, change: Change, argument: Hashable) -> set[int]:
    """Return a set to which the caller adds the ids of rows to change.

    Just before the commit, `change` is called once with the argument and all these ids, however
    often the transaction changes these rows.
    """
    changes: dict[Any, set[int]] = session.info.setdefault(_CHANGED, {})
    return changes.setdefault((change, argument), set())


def write_now(session: Session) -> None:
    """Write the waiting rows and changes before the commit, or earlier for code that reads them."""
    _insert_now(session)
    for (change, argument), ids in session.info.pop(_CHANGED, {}).items():
        change(session, argument, ids)


def _insert_now(session: Session) -> None:
    if _BEHIND not in session.info:
        return
    session.flush()
    many: dict[tuple[Table, IfThere], list[dict[str, Any]]] = defaultdict(list)
    for table, if_there, row, hangs_on in session.info.pop(_BEHIND):
        many[table, if_there].append(
            row | {name: parent and parent.id for name, parent in hangs_on.items()}
        )
    for (table, if_there), rows in many.items():
        session.execute(_insert(table, if_there, session.get_bind().dialect.name), rows)


@cache
def _insert(table: Table, if_there: IfThere, dialect: str) -> Any:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    if if_there is IfThere.FAIL:
        return insert
    if if_there is IfThere.KEEP:
        return insert.on_conflict_do_nothing()
    key = table.primary_key.columns
    rest = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if column.name not in key
    }
    return insert.on_conflict_do_update(index_elements=key, set_=rest)
