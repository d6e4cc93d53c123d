"""History of a decision: append-only events, each with a hash that covers the one before.

docs/reference/history.md says how to compute a hash without the bot.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.rules import Verb
from models.tables.base import Base, SlackId, short_text
from models.tables.history_payloads import PAYLOADS
from models.tables.payload import Payload

GENESIS = "0" * 64
# Version 1 hashes every value. Version 2 hashes a salted digest in place of each value that names a
# person or was typed.
WHOLE, SALTED = 1, 2
SALT_BYTES = 16
_SEPARATOR = "\x1f"
# Made once, because `json.dumps` makes an encoder for each call.
_AS_IS = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_SORTED = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=True)


class HistoryEvent(Base):
    """Event of a decision. `actor` is None if a timer acted.

    `changes` is canonical JSON. In version 1 it is what the event says. In version 2 it is
    {"facts", "digests"}; the values behind the digests are in `actor` and, by name, in `said`,
    their salts in `salts`.
    """

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
    hash_version: Mapped[int] = mapped_column(default=WHOLE, server_default=str(WHOLE))
    said: Mapped[str | None] = mapped_column(Text)
    salts: Mapped[str | None] = mapped_column(Text)


class Link(Protocol):
    """Part of a chain: a HistoryEvent, or as much of its row as could be read.

    `at` is None if the stored value is not a time.
    """

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
    @property
    def hash_version(self) -> int: ...
    @property
    def said(self) -> str | None: ...
    @property
    def salts(self) -> str | None: ...


class Entry(NamedTuple):
    """Link without an ORM object: the columns of a HistoryEvent, even if their values are wrong."""

    sequence: int
    verb: str
    actor: str | None
    at: datetime | None
    changes: str
    hash: str = ""
    hash_version: int = WHOLE
    said: str | None = None
    salts: str | None = None


# ---- written -------------------------------------------------------------------------------------


def new_entry(
    sequence: int, verb: Verb, actor: str | None, at: datetime, payload: Payload
) -> Entry:
    """Return the next event as it is stored; `chained` gives it its hash."""
    values = {**_split(payload.personal()), **({"actor": actor} if actor else {})}
    salts = _new_salts(values)
    digests = {name: digest(value, salts[name]) for name, value in values.items()}
    values.pop("actor", None)
    return Entry(
        sequence=sequence,
        verb=verb,
        actor=actor,
        at=at,
        changes=canonical({"facts": payload.facts(), "digests": digests}),
        hash_version=SALTED,
        said=canonical(values),
        salts=canonical(salts),
    )


def _new_salts(names: Collection[str]) -> dict[str, str]:
    """Return a salt for each name, all drawn from the system's random numbers in one call."""
    drawn = secrets.token_hex(SALT_BYTES * len(names))
    length = 2 * SALT_BYTES
    return {name: drawn[at * length : (at + 1) * length] for at, name in enumerate(names)}


def chained(previous: str, decision: str, entry: Entry) -> Entry:
    """Return this event with its hash, as the one after `previous`."""
    return entry._replace(hash=event_hash(previous, decision, entry))


def canonical(changes: Mapping[str, Any]) -> str:
    """Return the JSON text that is always the same for a mapping.

    Its keys are sorted; it has no spaces and no escapes.
    """
    return _SORTED.encode(changes)


def digest(value: Any, salt: str) -> str:
    """Return SHA-256 over the salt and the value as JSON."""
    text = _SEPARATOR.join((salt, _AS_IS.encode(value)))
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(previous: str, decision: str, event: Link) -> str:
    """Return SHA-256 over the previous hash and this event; `decision` is `tenant#number`."""
    assert event.at
    about = [previous, decision, str(event.sequence), event.verb]
    if event.hash_version == WHOLE:
        content = [*about, event.actor or "", stamp(event.at), event.changes]
    else:
        content = [str(event.hash_version), *about, stamp(event.at), event.changes]
    return hashlib.sha256(_SEPARATOR.join(content).encode()).hexdigest()


def stamp(at: datetime) -> str:
    """Return a moment as the history writes it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _split(personal: Mapping[str, Any]) -> dict[str, Any]:
    """Give each element of a list its own name (`consulted/1`), so that it can be deleted alone."""
    values: dict[str, Any] = {}
    for name, value in personal.items():
        if isinstance(value, tuple):
            values |= {f"{name}/{place}": element for place, element in enumerate(value, start=1)}
        else:
            values[name] = value
    return values


# ---- read ----------------------------------------------------------------------------------------


def payload_of(event: Link) -> Payload:
    """Return what this event says; an empty payload if its JSON cannot be read.

    Raise ValueError if its verb is one of a newer release.
    """
    kind = PAYLOADS[Verb(event.verb)]
    changes = _object(event.changes)
    if event.hash_version == WHOLE:
        return kind.from_json(changes, redacted_names(event))
    said = {**_part(changes, "facts"), **_joined(_object(event.said))}
    gone = {name.partition("/")[0] for name in redacted_names(event)}
    return kind.from_json(said, gone)


def redacted_names(event: Link) -> list[str]:
    """Return the names of the values that were deleted from this event."""
    changes = _object(event.changes)
    if event.hash_version == WHOLE:
        names = changes.get("redacted")
        return [str(name) for name in names] if isinstance(names, list) else []
    return sorted(digests_of(event).keys() - salts_of(event).keys())


def digests_of(event: Link) -> dict[str, Any]:
    """Return the digests that this event hashes in place of values, by name."""
    return _part(_object(event.changes), "digests")


def values_of(event: Link) -> dict[str, Any]:
    """Return the values that are still there, by name, the actor among them."""
    return {**_object(event.said), **({"actor": event.actor} if event.actor else {})}


def salts_of(event: Link) -> dict[str, Any]:
    """Return the salts of the values that are still there, by name."""
    return _object(event.salts)


def _joined(values: Mapping[str, Any]) -> dict[str, Any]:
    """Make lists again from `consulted/1`, `consulted/2` …, without those that were deleted."""
    said: dict[str, Any] = {}
    for name in sorted(values, key=_place):
        whole, slash, _ = name.partition("/")
        if slash:
            said.setdefault(whole, []).append(values[name])
        else:
            said[whole] = values[name]
    return said


def _place(name: str) -> tuple[str, int]:
    whole, _, place = name.partition("/")
    return whole, int(place) if place.isdecimal() else 0


def _part(changes: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = changes.get(name)
    return found if isinstance(found, dict) else {}


def _object(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
