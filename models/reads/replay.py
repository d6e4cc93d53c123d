"""Replay of a decision's history, to compare it with the decision's row and its outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from models.rules import Verb
from models.tables.history import SALTED, WHOLE, Link, payload_of, stamp
from models.tables.history_payloads import HandedOver, Settled
from models.tables.payload import Payload

Replayed = dict[str, Any]

_SEATS = ("holder", "counterpart")
_QUESTION = ("title", "kind", "due_on", *_SEATS)
# Columns that each of these verbs sets; they hold until the next one sets them anew.
_AS_SAID = {
    Verb.RAISE: _QUESTION,
    Verb.EDIT: _QUESTION,
    Verb.REVISE: _QUESTION,
    Verb.REOPEN: ("due_on", *_SEATS),
    Verb.RETURN: ("due_on", *_SEATS),
    Verb.RESUBMIT: _SEATS,
    Verb.UNDO: _SEATS,
}
_BEGINS_A_ROUND = (Verb.REVISE, Verb.RESUBMIT, Verb.RETURN, Verb.REOPEN, Verb.UNDO)
_OPEN = dict.fromkeys(
    ("outcome", "option_position", "settled_by", "settled_at", "settled_reason", "settled_hash")
)
_OF_AN_OUTCOME = ("impact", "same_person", "on_behalf_of", "by_escalation")
_DAYS = ("deferred_until", "review_on")
# A version 1 event has the dates and the name of the commitment in one list, so that a redaction of
# the name deletes the dates too.
_MOVED_AS = {WHOLE: "commitment", SALTED: "moved_to"}

# Names of columns in the sentence that says that a row differs from its history.
_WORDS = {
    "due_on": "day to decide by",
    "raised_by": "raiser",
    "raised_at": "beginning",
    "option_position": "option",
    "settled_by": "decider",
    "settled_at": "time of decision",
    "settled_reason": "reason",
    "settled_hash": "outcome's hash",
    "by": "decider",
    "at": "time",
    "same_person": "mark for one person",
    "on_behalf_of": "absent role holder",
    "by_escalation": "mark for escalation",
    "deferred_until": "day of return",
    "review_on": "review date",
    "moved_from": "promised date",
    "moved_to": "new date",
}
# Columns that are compared with the history.
DECISION_COLUMNS = (*_QUESTION, "raised_by", "raised_at", *_OPEN)
OUTCOME_COLUMNS = (
    "outcome",
    "option_position",
    "by",
    "at",
    "reason",
    *_OF_AN_OUTCOME,
    *_DAYS,
    "moved_from",
    "moved_to",
)


def first_difference(
    events: Iterable[Link], decision: Mapping[str, Any], outcomes: Iterable[Mapping[str, Any]]
) -> str | None:
    """Return, as a phrase, the first difference between the rows and a replay of `events`.

    Return None if there is none. The caller has checked the hashes of `events`. `decision` has
    DECISION_COLUMNS, each of `outcomes` has OUTCOME_COLUMNS and its `hash`, as read from the rows.
    """
    replayed, replayed_outcomes = _replay(events)
    for name, value in replayed.items():
        if _plain(decision[name]) != value:
            return f"its {_WORDS.get(name, name)} is not what its history says"
    for outcome in outcomes:
        if outcome["hash"] not in replayed_outcomes:
            return f"the hash of its outcome, {str(outcome['hash'])[:12]}, is not in its history"
        for name, value in replayed_outcomes[outcome["hash"]].items():
            if _plain(outcome[name]) != value:
                return f"the {_WORDS.get(name, name)} of a round is not what its history says"
    return None


def _replay(events: Iterable[Link]) -> tuple[Replayed, dict[str, Replayed]]:
    """Return the decision as it is after these events, and outcomes by the hash of their event."""
    decision, outcomes = Replayed(), dict[str, Replayed]()
    for event in events:
        payload = payload_of(event)
        if event.verb == Verb.RAISE:
            _set_said(decision, payload, {"raised_by": event.actor}, "actor")
            decision["raised_at"] = _plain(event.at)
        if event.verb in (Verb.RAISE, *_BEGINS_A_ROUND):
            decision |= _OPEN
        for name in _AS_SAID.get(Verb(event.verb), ()):
            value = getattr(payload, name)
            if value is not None:
                decision[name] = _plain(value)
            elif name in _SEATS or name in payload.redacted:
                # In earlier releases, an edit did not say who has the seat after it. Until a later
                # event says it, the value is unknown and is not compared.
                decision.pop(name, None)
        if isinstance(payload, HandedOver) and payload.side:
            _set_said(decision, payload, {payload.side: payload.to}, "to")
        if isinstance(payload, Settled):
            outcomes[event.hash] = _outcome(payload, event)
            _settle(decision, payload, event)
    return decision, outcomes


def _set_said(
    replayed: Replayed, payload: Payload, values: Mapping[str, Any], said_as: str
) -> None:
    """Set these values in `replayed`; remove them if the field `said_as` was redacted."""
    for name, value in values.items():
        if said_as in payload.redacted:
            replayed.pop(name, None)
        else:
            replayed[name] = _plain(value)


def _settle(decision: Replayed, payload: Settled, event: Link) -> None:
    decision["outcome"] = _plain(payload.outcome)
    decision["option_position"] = _plain(payload.option)
    decision["settled_at"] = _plain(event.at)
    decision["settled_hash"] = event.hash
    _set_said(decision, payload, {"settled_by": event.actor}, "actor")
    _set_said(decision, payload, {"settled_reason": payload.reason}, "reason")


def _outcome(payload: Settled, event: Link) -> Replayed:
    outcome: Replayed = {}
    _set_said(outcome, payload, {"by": event.actor}, "actor")
    _set_said(outcome, payload, {"reason": payload.reason}, "reason")
    moved = {"moved_from": payload.moved_from, "moved_to": payload.moved_to}
    _set_said(outcome, payload, moved, _MOVED_AS[event.hash_version])
    outcome |= {name: _plain(getattr(payload, name)) for name in _DAYS}
    outcome |= {
        "outcome": _plain(payload.outcome),
        "option_position": _plain(payload.option),
        "at": _plain(event.at),
    }
    for name in _OF_AN_OUTCOME:
        value = getattr(payload, name)
        if value is not None:
            outcome[name] = _plain(value)
    return outcome


def _plain(value: Any) -> str | None:
    """Return a value as text; None if there is none.

    The text is the same whether the value comes from a row of either database, from an object or
    from the history.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, bool) else str(value)
