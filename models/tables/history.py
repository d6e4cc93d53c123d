"""The history of a decision: append-only events, each with a hash that covers the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.rules import Verb
from models.tables.base import Base, SlackId, short_text

GENESIS = "0" * 64


class HistoryEvent(Base):
    """One thing that happened to a decision. `changes` is canonical JSON; `actor` is None when time itself acted."""

    __tablename__ = "history_event"
    __table_args__ = (UniqueConstraint("decision_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    sequence: Mapped[int]
    verb: Mapped[Verb] = mapped_column(short_text(Verb))
    actor: Mapped[str | None] = mapped_column(SlackId)
    at: Mapped[datetime]
    changes: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class Link(Protocol):
    """What a chain is made of: a HistoryEvent, or as much of its row as could be read. `at` is None when it is no time."""

    @property
    def sequence(self) -> int: ...
    @property
    def verb(self) -> str: ...
    @property
    def actor(self) -> str | None: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def changes(self) -> str: ...
    @property
    def hash(self) -> str: ...


def canonical(changes: Mapping[str, Any]) -> str:
    """The same mapping always gives the same text: sorted keys, no spaces, no escapes."""
    return json.dumps(changes, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def event_hash(
    previous: str,
    decision: str,
    sequence: int,
    verb: str,
    actor: str | None,
    at: datetime,
    changes: str,
) -> str:
    """SHA-256 over the previous hash and all of this event; `decision` is `team#number`."""
    content = [previous, decision, str(sequence), verb, actor or "", stamp(at), changes]
    return hashlib.sha256("\x1f".join(content).encode()).hexdigest()


def first_fault(decision: str, events: Iterable[Link], head: str) -> str | None:
    """What is wrong with this chain, in words, or None. `events` are in order of sequence; `head` is the decision's own copy."""
    previous = GENESIS
    for position, event in enumerate(events, start=1):
        if event.sequence != position:
            return f"event {position} is missing"
        if event.at is None or event.hash != event_hash(
            previous, decision, position, event.verb, event.actor, event.at, event.changes
        ):
            return f"event {position} was changed"
        previous = event.hash
    return None if previous == head else "the newest events are missing"


def stamp(at: datetime) -> str:
    """A moment as the history has it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
