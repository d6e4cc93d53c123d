"""Slack's pace, kept in the database so that all replicas share it.

See docs/reference/slack.md, Rate limits and sending.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables.base import Base
from models.tables.pace import Pace


@dataclass(frozen=True, slots=True)
class Rate:
    """Slack's pace for a method or a destination.

    One call is allowed each `interval`, and `burst` calls at once after a rest. If a row puts the
    next call further off than `furthest`, the clock was set back after the row was written, and the
    row is ignored.
    """

    interval: timedelta
    burst: int
    furthest: timedelta


# A longer pause than this is cut. One call in a quarter of an hour is no burden for Slack.
LONGEST_PAUSE = timedelta(minutes=15)
# One message a second to each destination.
POSTS = Rate(timedelta(seconds=1), burst=1, furthest=timedelta(seconds=2))
# Slack grants fifty updates a minute or more. We send 48 a minute (up to ten at once after a rest),
# and pause if Slack answers 429.
UPDATES = Rate(timedelta(seconds=1.25), burst=10, furthest=LONGEST_PAUSE)
POST, UPDATE, LOOK_UP, FILES = "chat.postMessage", "chat.update", "conversations.history", "files"

NO_PAUSE_NAMED = timedelta(seconds=1)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

# Each message that is sent needs these, so they are built once.
_PACES = Base.metadata.tables[Pace.__tablename__]
_ROW = (
    select(_PACES.c.next_free_at)
    .where(_PACES.c.workspace_id == bindparam("workspace"), _PACES.c.name == bindparam("lane"))
    .with_for_update()
)
_SET = (
    update(_PACES)
    .where(_PACES.c.workspace_id == bindparam("workspace"), _PACES.c.name == bindparam("lane"))
    .values(next_free_at=bindparam("free_at"))
)


def take(
    session: Session, workspace_id: int, name: str, rate: Rate, now: datetime, wanted: int = 1
) -> tuple[int, datetime]:
    """Reserve up to `wanted` calls; return how many are granted, and when the next one is free.

    The row is locked until the transaction ends, so two replicas cannot take the same turn.
    """
    free_at = _locked(session, workspace_id, name)
    if free_at > now + rate.furthest:
        free_at = now
    earliest = max(free_at, now - (rate.burst - 1) * rate.interval)
    if earliest > now:
        return 0, earliest
    granted = min(wanted, (now - earliest) // rate.interval + 1)
    next_free_at = earliest + granted * rate.interval
    _set(session, workspace_id, name, next_free_at)
    return granted, next_free_at


def pause(session: Session, workspace_id: int, name: str, until: datetime) -> None:
    """Let nobody call this method in this workspace before `until`: Slack has said so."""
    free_at = _locked(session, workspace_id, name)
    _set(session, workspace_id, name, max(free_at, until))


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Read a `Retry-After` of seconds, fractions of them, or an HTTP date.

    Return one second if the header is missing or unreadable, and at most LONGEST_PAUSE.
    """
    said = next((headers[name] for name in headers if name.lower() == "retry-after"), "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return NO_PAUSE_NAMED
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        seconds = (at - now).total_seconds()
    if math.isnan(seconds):
        return NO_PAUSE_NAMED
    return timedelta(seconds=min(max(seconds, 0.1), LONGEST_PAUSE.total_seconds()))


def _locked(session: Session, workspace_id: int, name: str) -> datetime:
    """Lock the row of this name, insert it first if it is missing, and return when it is free."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"workspace": workspace_id, "lane": name}
    found: datetime | None = session.scalar(_ROW, row)
    if found is None:
        facts = {"workspace_id": workspace_id, "name": name, "next_free_at": _LONG_AGO}
        session.execute(insert(Pace).values(facts).on_conflict_do_nothing())
        found = session.scalars(_ROW, row).one()
    return found


def _set(session: Session, workspace_id: int, name: str, next_free_at: datetime) -> None:
    session.execute(_SET, {"workspace": workspace_id, "lane": name, "free_at": next_free_at})
