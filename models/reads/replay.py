"""Replay of a decision's history, against which its row and its outcomes are held."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from models.rules import Verb
from models.tables.history import Link, stamp

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

# Name of a column in a sentence that says that it is not what it should be.
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

    Return None if there is none. `events` are a chain that holds. `decision` has DECISION_COLUMNS,
    each of `outcomes` has OUTCOME_COLUMNS and its `hash`, as they were read from their rows.
    """
    replayed, replayed_outcomes = _replay(events)
    for name, value in replayed.items():
        if _plain(decision[name]) != value:
            return f"its {_WORDS.get(name, name)} is not what its history says"
    for outcome in outcomes:
        if outcome["hash"] not in replayed_outcomes:
            return (
                f"the hash of its outcome, {str(outcome['hash'])[:12]}, stands nowhere "
                "in its history"
            )
        for name, value in replayed_outcomes[outcome["hash"]].items():
            if _plain(outcome[name]) != value:
                return f"the {_WORDS.get(name, name)} of a round is not what its history says"
    return None


def _replay(events: Iterable[Link]) -> tuple[Replayed, dict[str, Replayed]]:
    """Return the decision as it is after these events, and outcomes by the hash of their event."""
    decision, outcomes = Replayed(), dict[str, Replayed]()
    for event in events:
        changes, at = json.loads(event.changes), stamp(event.at) if event.at else None
        if event.verb == Verb.RAISE:
            decision |= {"raised_by": event.actor, "raised_at": at}
        if event.verb in (Verb.RAISE, *_BEGINS_A_ROUND):
            decision |= _OPEN
        for name in _AS_SAID.get(Verb(event.verb), ()):
            if name in changes:
                decision[name] = _plain(changes[name])
            elif name in _SEATS:
                # An edit in an earlier release did not say who sits there from then on.
                decision.pop(name, None)
        if event.verb == Verb.DELEGATE:
            decision[changes["side"]] = changes["to"]
        if event.verb in (Verb.DECIDE, Verb.WITHDRAW):
            outcome = _outcome(changes) | {"by": event.actor, "at": at}
            outcomes[event.hash] = outcome
            decision |= {name: outcome[name] for name in ("outcome", "option_position")}
            decision |= {
                "settled_by": event.actor,
                "settled_at": at,
                "settled_reason": outcome["reason"],
            }
            decision["settled_hash"] = event.hash
    return decision, outcomes


def _outcome(changes: Mapping[str, Any]) -> Replayed:
    _, moved_from, moved_to = changes.get("commitment", (None, None, None))
    outcome = {
        "outcome": changes.get("outcome"),
        "option_position": changes.get("option"),
        "reason": changes["reason"],
    }
    outcome |= {
        "moved_from": moved_from,
        "moved_to": moved_to,
        **{name: changes.get(name) for name in _DAYS},
    }
    outcome |= {name: changes[name] for name in _OF_AN_OUTCOME if name in changes}
    return {name: _plain(value) for name, value in outcome.items()}


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
