"""JSON of a decision: the record, and its history, with which anyone can check the hash chain.

See docs/how-to/export.md and docs/reference/export-schema.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from handlers.export.names import Names
from models.reads.export import ExportScope, Whole
from models.rules import Impact
from models.tables.acceptance import Criterion
from models.tables.decision import Decision
from models.tables.history import WHOLE, HistoryEvent, payload_of, redacted_names, salts_of
from models.tables.settlement import Settlement

FORMAT, VERSION = "tradeoff-export", 3

Json = dict[str, Any]


def head(at: datetime, scope: ExportScope) -> Json:
    """Return the object of the file, without its decisions."""
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
        "workspace": scope.tenant,
        "channel": scope.channel,
        "filters": filters,
    }


def decision(whole: Whole, names: Names) -> Json:
    """Return the record with Slack's ids in it, and the names that Slack said for those ids."""
    found = _recorded(whole)
    named = {slack_id: names.get(slack_id) for slack_id in sorted(set(_ids(found)))}
    shown = {slack_id: name for slack_id, name in named.items() if name}
    return {**found, "card": whole.decision.card_link, "names": shown}


def _recorded(whole: Whole) -> Json:
    decision = whole.decision
    return {
        "number": decision.number,
        "workspace": decision.channel.workspace.tenant,
        "channel": decision.channel.slack_id,
        "kind": decision.kind,
        "title": decision.title,
        "state": decision.state,
        "outcome": decision.outcome,
        "round": decision.round,
        "why_now": decision.why_now,
        "options": [_option(decision, position) for position in range(len(decision.options))],
        "chosen_option": decision.option_position,
        "consulted": decision.consulted,
        "due_on": _plain(decision.due_on),
        "raised_by": decision.raised_by,
        "raised_at": _plain(decision.raised_at),
        "source": _source(decision),
        "rights": _rights(decision),
        "impact": _impact(decision),
        "signatures": [_signature(decision, at) for at in range(len(decision.signatures))],
        "acceptance": _acceptance(decision),
        "questions": _each(decision.questions, QUESTION),
        "references": _each(whole.references, REFERENCE),
        "commitment": _commitment(whole),
        "after_the_fact": _after_the_fact(decision),
        "overdue_at": _plain(decision.overdue_at),
        "escalated_to": decision.escalated_to,
        "escalated_for": decision.escalated_for,
        "escalated_at": _plain(decision.escalated_at),
        "supersedes": decision.supersedes,
        "superseded_by": decision.superseded_by,
        "disputes": decision.disputes,
        "disputed_in": decision.disputed_in,
        "outcomes": [_outcome(settlement) for settlement in decision.settlements],
        "history": [_event(event) for event in whole.events],
        "head_hash": decision.head_hash,
    }


def _after_the_fact(decision: Decision) -> Json | None:
    if not decision.is_after_the_fact:
        return None
    return {"made_by": decision.made_by, "made_on": _plain(decision.made_on)}


REFERENCE = ("name", "url")
QUESTION = ("round", "asked_by", "asked_of", "text", "asked_at", "answer", "answered_at")
IMPACT = (
    "round",
    "role",
    "by",
    "on_behalf_of",
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
    "brief_number",
    "brief_seconds",
)
REVIEW = ("review_on", "reviewed_by", "reviewed_at", "held", "actual_days", "review_note")


# Keys whose values may be ids of people or channels; typed text is under other keys. The keys
# "from", "to" and "for" are in events that hand a decision over.
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
    "escalated_for",
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
    """Yield the ids of people and channels in the record and its history, under the NAMED keys."""
    if isinstance(found, dict):
        for name, value in found.items():
            yield from _ids(value, name)
    elif isinstance(found, list):
        for value in found:
            yield from _ids(value, key)
    elif key in NAMED and isinstance(found, str) and _ID.fullmatch(found):
        yield found


def _option(decision: Decision, position: int) -> Json:
    option = decision.options[position]
    return {"letter": option.letter, **_fields(option, ("position", "name", "value", "cost"))}


def _source(decision: Decision) -> Json | None:
    found = {
        "link": decision.source_link,
        "author": decision.source_author,
        "text": decision.source_text,
    }
    return found if any(found.values()) else None


def _rights(decision: Decision) -> Json:
    names = ("decides", "holder", "holder_for", "counterpart", "counterpart_for", "routed")
    return {"version": decision.rights_version.number, **_fields(decision, names)}


def _impact(decision: Decision) -> Json:
    return {
        "status": decision.impact,
        "due_at": _plain(decision.impact_due_at),
        "lapsed": decision.impact is Impact.LAPSED,
        "statements": _each(decision.impacts, IMPACT),
    }


def _signature(decision: Decision, at: int) -> Json:
    signature = decision.signatures[at]
    return {**_fields(signature, SIGNATURE), "option": signature.option_position}


def _acceptance(decision: Decision) -> Json | None:
    if not decision.is_acceptance:
        return None
    return {
        "claims": _each(decision.claims, CLAIM),
        "criteria": [_criterion(criterion) for criterion in decision.criteria],
        "follow_ups": _each(decision.follow_ups, FOLLOW_UP),
    }


def _criterion(criterion: Criterion) -> Json:
    return {
        **_fields(criterion, ("position", "text")),
        "verdicts": _each(criterion.verdicts, ("round", "verdict", "reason")),
    }


def _commitment(whole: Whole) -> Json | None:
    decision = whole.decision
    if decision.commitment is None:
        return None
    moves = [move for move in decision.commitment.moves if move.decision_id == decision.id]
    return {
        "name": decision.commitment.name,
        "from": _plain(decision.move_from),
        "to": _plain(decision.move_to),
        "scope_change": decision.scope_change,
        "moves": _each(moves, MOVE),
        "references": _each(whole.of_commitment, REFERENCE),
    }


def _outcome(settlement: Settlement) -> Json:
    ended = {
        "by": settlement.since_by,
        "at": _plain(settlement.since_at),
        "how": settlement.since,
        "reason": settlement.since_reason,
    }
    return {
        **_fields(settlement, OUTCOME),
        "option": settlement.option_position,
        "ended": ended if settlement.since else None,
        "review": _fields(settlement, REVIEW) if settlement.review_on else None,
    }


EVENT = ("sequence", "verb", "actor", "at", "hash", "hash_version")


def _event(event: HistoryEvent) -> Json:
    """Return the event as JSON.

    `changes` has what the event says. `hashed` is the object whose canonical text the hash covers.
    """
    try:
        hashed = json.loads(event.changes)
    except ValueError:  # somebody changed the record: `tradeoff verify` says so
        hashed = {"unreadable": event.changes}
    whole = event.hash_version == WHOLE
    return {
        **_fields(event, EVENT),
        "changes": hashed if whole else payload_of(event).as_json(),
        "hashed": hashed,
        "salts": salts_of(event),
        "redacted": redacted_names(event),
    }


def _each(rows: Iterable[Any], names: Iterable[str]) -> list[Json]:
    return [_fields(row, names) for row in rows]


def _fields(row: Any, names: Iterable[str]) -> Json:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    """Write times in UTC with microseconds, as the chain has them, and days as ISO dates."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
