"""Redaction: delete one value from the history of a decision; the chain of hashes still holds."""

from __future__ import annotations

import json

from sqlalchemy import select

from models.acts import Act
from models.rules import Verb
from models.tables.decision import Decision
from models.tables.history import (
    GENESIS,
    WHOLE,
    HistoryEvent,
    canonical,
    event_hash,
    redacted_names,
)
from models.tables.history_payloads import Redacted, personal_names
from models.tables.write_behind import write_now

ACTOR = "actor"


class NotPersonal(ValueError):
    """Raised if an event has nothing personal under this name, which is a bug in the caller."""


def redact(decision: Decision, sequence: int, name: str, act: Act) -> None:
    """Delete what one event says under this name, or its actor.

    Do nothing if the event says nothing there. The caller has locked the decision. In an event of
    version 2 the value goes with its salt, and its digest stays. An event of version 1 hashes the
    value itself, so a redaction event names it, with the hash of what is left.
    """
    session = decision.session
    write_now(session)
    of_decision = select(HistoryEvent).where(HistoryEvent.decision_id == decision.id)
    event = session.scalars(of_decision.where(HistoryEvent.sequence == sequence)).one()
    if name != ACTOR and name.partition("/")[0] not in personal_names(event.verb):
        raise NotPersonal(f"{event.verb} has no {name} to redact")
    if event.hash_version != WHOLE:
        _delete_salted(event, name)
        return
    if not _delete_whole(event, name):
        return
    before = session.scalar(
        select(HistoryEvent.hash).where(
            HistoryEvent.decision_id == decision.id, HistoryEvent.sequence == sequence - 1
        )
    )
    remains = event_hash(before or GENESIS, decision.reference, event)
    decision.record(Verb.REDACT, act, Redacted(sequence=sequence, name=name, remains=remains))


def _delete_salted(event: HistoryEvent, name: str) -> None:
    """Delete the value, or each element of the list, with its salt."""
    said, salts = json.loads(event.said or "{}"), json.loads(event.salts or "{}")
    for salted in list(salts):
        if name in (salted, salted.partition("/")[0]):
            del salts[salted]
            said.pop(salted, None)
    event.said = canonical(said)
    event.salts = canonical(salts)
    if name == ACTOR:
        event.actor = None


def _delete_whole(event: HistoryEvent, name: str) -> bool:
    """Delete the value and say so in its place; return False if there is none."""
    changes = json.loads(event.changes)
    if (event.actor if name == ACTOR else changes.pop(name, None)) is None:
        return False
    if name == ACTOR:
        event.actor = None
    changes["redacted"] = sorted({*redacted_names(event), name})
    event.changes = canonical(changes)
    return True
