"""Chain of a history: checks that each event is as its hash says."""

from __future__ import annotations

from collections.abc import Iterable

from models.rules import Verb
from models.tables.history import (
    GENESIS,
    SALTED,
    WHOLE,
    Link,
    digest,
    digests_of,
    event_hash,
    payload_of,
    salts_of,
    values_of,
)
from models.tables.history_payloads import Redacted

# Characters of a hash that tell one decision from another in a button: one in 16 million fits by
# chance.
MARK_LENGTH = 6


def mark_of(first_hash: str | None) -> str:
    """Return the beginning of a decision's first hash; empty if that is not known."""
    return (first_hash or "")[:MARK_LENGTH]


def first_fault(decision: str, events: Iterable[Link], head: str) -> str | None:
    """Return, as a phrase, the first fault of this chain; None if there is none.

    `events` are in order of sequence; `head` is the decision's own copy of the newest hash.
    """
    chain = list(events)
    remains = _remains(chain)
    previous = GENESIS
    for position, event in enumerate(chain, start=1):
        if event.sequence != position:
            return f"event {position} is missing"
        if not _holds(previous, decision, event, remains.get(position)):
            return f"event {position} was changed"
        previous = event.hash
    return None if previous == head else "the newest events are missing"


def _remains(chain: Iterable[Link]) -> dict[int, str]:
    """Return, by sequence, the hash of each redacted event as it is after its newest redaction."""
    found = {}
    for event in chain:
        payload = payload_of(event) if event.verb == Verb.REDACT else None
        if isinstance(payload, Redacted) and payload.sequence and payload.remains:
            found[payload.sequence] = payload.remains
    return found


def _holds(previous: str, decision: str, event: Link, remains: str | None) -> bool:
    if event.at is None or event.hash_version not in (WHOLE, SALTED):
        return False
    found = event_hash(previous, decision, event)
    if event.hash_version == WHOLE:
        return found == (remains or event.hash)
    return found == event.hash and _values_hold(event)


def _values_hold(event: Link) -> bool:
    """Return True if each value that is still there fits its digest, which the hash covers."""
    digests, salts, values = digests_of(event), salts_of(event), values_of(event)
    if values.keys() != salts.keys() or not salts.keys() <= digests.keys():
        return False
    return all(digest(value, salts[name]) == digests[name] for name, value in values.items())
