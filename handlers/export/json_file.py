"""A decision as JSON: the whole record, and its history so that anyone can check the chain.

See docs/how-to/export.md and docs/reference/export-schema.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from handlers.export.names import Names
from models.reads.export import Scope, Whole
from models.rules import Impact
from models.tables.acceptance import Criterion
from models.tables.decision import Decision
from models.tables.history import WHOLE, HistoryEvent, payload_of, redacted_names, salts_of
from models.tables.settlement import Settlement

FORMAT, VERSION = "tradeoff-export", 3

Json = dict[str, Any]


def head(at: datetime, scope: Scope) -> Json:
    """What stands before the decisions."""
    filters = {
        "kind": scope.kind,
        "state": scope.state,
        "since": _plain(scope.since),
        "before": _plain(scope.before),
    }
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": _plain(at),
        "workspace": scope.team,
        "channel": scope.channel,
        "filters": filters,
    }


def decision(whole: Whole, names: Names) -> Json:
    """The record with its ids, and what those are called."""
    found = _recorded(whole)
    named = {one: names.get(one) for one in sorted(set(_ids(found)))}
    return {**found, "names": {one: name for one, name in named.items() if name}}


def _recorded(whole: Whole) -> Json:
    one = whole.decision
    return {
        "number": one.number,
        "workspace": one.channel.workspace.team,
        "channel": one.channel.slack_id,
        "kind": one.kind,
        "title": one.title,
        "state": one.state,
        "outcome": one.outcome,
        "round": one.round,
        "why_now": one.why_now,
        "options": [_option(one, position) for position in range(len(one.options))],
        "chosen_option": one.option_position,
        "consulted": one.consulted,
        "due_on": _plain(one.due_on),
        "raised_by": one.raised_by,
        "raised_at": _plain(one.raised_at),
        "source": _source(one),
        "rights": _rights(one),
        "impact": _impact(one),
        "signatures": [_signature(one, at) for at in range(len(one.signatures))],
        "acceptance": _acceptance(one),
        "questions": _each(one.questions, QUESTION),
        "commitment": _commitment(one),
        "after_the_fact": {"made_by": one.made_by, "made_on": _plain(one.made_on)}
        if one.is_after_the_fact
        else None,
        "overdue_at": _plain(one.overdue_at),
        "escalated_to": one.escalated_to,
        "escalated_at": _plain(one.escalated_at),
        "supersedes": one.supersedes,
        "superseded_by": one.superseded_by,
        "disputes": one.disputes,
        "disputed_in": one.disputed_in,
        "outcomes": [_outcome(done) for done in one.settlements],
        "history": [_event(event) for event in whole.events],
        "head_hash": one.head_hash,
    }


QUESTION = ("round", "asked_by", "asked_of", "text", "asked_at", "answer", "answered_at")
IMPACT = (
    "round",
    "role",
    "by",
    "at",
    "late",
    "days",
    "displaces",
    "risk",
    "confidence",
    "note",
    "revision_asked",
)
CLAIM = ("round", "by", "at", "evidence", "link")
FOLLOW_UP = ("position", "what", "owner", "due_on", "round", "done_at")
MOVE = ("round", "from_on", "to_on", "days", "scope", "undoes", "at")
SIGNATURE = ("round", "role", "person", "on_behalf_of", "moves", "reason", "at")
OUTCOME = (
    "round",
    "outcome",
    "moves",
    "by",
    "on_behalf_of",
    "by_escalation",
    "same_person",
    "impact",
    "reason",
    "at",
    "hash",
    "deferred_until",
    "moved_from",
    "moved_to",
    "title",
    "kind",
    "role",
    "option_name",
    "commitment_name",
    "rights_number",
)
REVIEW = ("review_on", "reviewed_by", "reviewed_at", "held", "actual_days", "review_note")


# Where the id of a person or of a channel stands; what people typed stands elsewhere. "from", "to" and "for" hand a decision over.
NAMED = {
    "channel",
    "raised_by",
    "made_by",
    "consulted",
    "author",
    "holder",
    "holder_for",
    "counterpart",
    "counterpart_for",
    "holders_before",
    "escalated_to",
    "by",
    "on_behalf_of",
    "person",
    "asked_by",
    "asked_of",
    "owner",
    "reviewed_by",
    "actor",
    "from",
    "to",
    "for",
}
_ID = re.compile(r"[UWC][A-Z0-9]+")


def _ids(found: Any, key: str = "") -> Iterator[str]:
    """Everyone and every channel that stands in it by id, also in the history."""
    if isinstance(found, dict):
        for name, value in found.items():
            yield from _ids(value, name)
    elif isinstance(found, list):
        for value in found:
            yield from _ids(value, key)
    elif key in NAMED and isinstance(found, str) and _ID.fullmatch(found):
        yield found


def _option(one: Decision, position: int) -> Json:
    option = one.options[position]
    return {"letter": option.letter, **_fields(option, ("position", "name", "value", "cost"))}


def _source(one: Decision) -> Json | None:
    found = {"link": one.source_link, "author": one.source_author, "text": one.source_text}
    return found if any(found.values()) else None


def _rights(one: Decision) -> Json:
    names = ("decides", "holder", "holder_for", "counterpart", "counterpart_for", "routed")
    return {"version": one.rights_version.number, **_fields(one, names)}


def _impact(one: Decision) -> Json:
    return {
        "status": one.impact,
        "due_at": _plain(one.impact_due_at),
        "lapsed": one.impact is Impact.LAPSED,
        "statements": _each(one.impacts, IMPACT),
    }


def _signature(one: Decision, at: int) -> Json:
    signature = one.signatures[at]
    return {**_fields(signature, SIGNATURE), "option": signature.option_position}


def _acceptance(one: Decision) -> Json | None:
    if not one.is_acceptance:
        return None
    return {
        "claims": _each(one.claims, CLAIM),
        "criteria": [_criterion(each) for each in one.criteria],
        "follow_ups": _each(one.follow_ups, FOLLOW_UP),
    }


def _criterion(one: Criterion) -> Json:
    return {
        **_fields(one, ("position", "text")),
        "verdicts": _each(one.verdicts, ("round", "verdict", "reason")),
    }


def _commitment(one: Decision) -> Json | None:
    if one.commitment is None:
        return None
    moves = [move for move in one.commitment.moves if move.decision_id == one.id]
    return {
        "name": one.commitment.name,
        "from": _plain(one.move_from),
        "to": _plain(one.move_to),
        "scope_change": one.scope_change,
        "moves": _each(moves, MOVE),
    }


def _outcome(done: Settlement) -> Json:
    ended = {
        "by": done.since_by,
        "at": _plain(done.since_at),
        "how": done.since,
        "reason": done.since_reason,
    }
    return {
        **_fields(done, OUTCOME),
        "option": done.option_position,
        "ended": ended if done.since else None,
        "review": _fields(done, REVIEW) if done.review_on else None,
    }


EVENT = ("sequence", "verb", "actor", "at", "hash", "hash_version")


def _event(event: HistoryEvent) -> Json:
    """Return `changes`, what the event says, and `hashed`, the object whose canonical text its hash
    covers.
    """
    try:
        hashed = json.loads(event.changes)
    except ValueError:  # somebody has been at the record: `tradeoff verify` names it
        hashed = {"unreadable": event.changes}
    whole = event.hash_version == WHOLE
    return {
        **_fields(event, EVENT),
        "changes": hashed if whole else payload_of(event).as_json(),
        "hashed": hashed,
        "salts": salts_of(event),
        "redacted": redacted_names(event),
    }


def _each(many: Iterable[Any], names: Iterable[str]) -> list[Json]:
    return [_fields(one, names) for one in many]


def _fields(one: Any, names: Iterable[str]) -> Json:
    return {name: _plain(getattr(one, name)) for name in names}


def _plain(value: Any) -> Any:
    """Times in UTC with microseconds, as the chain has them; days as they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
