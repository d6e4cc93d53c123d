"""One decision a row, safe to open in a spreadsheet: no cell that somebody typed is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from handlers.export.names import Names
from handlers.export.plain_text import moment, plain
from handlers.ui import wording
from models.reads.export import Whole
from models.tables.decision import Decision

# What makes a cell a formula, or lets one begin behind it (OWASP: CSV injection).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _moved(decision: Decision) -> int | None:
    if decision.commitment is None:
        return None
    return decision.commitment.days_by(decision.id)


def _options(decision: Decision) -> str:
    return "\n".join(
        f"{one.letter}. {one.name} (value: {one.value}; cost: {one.cost})"
        for one in decision.options
    )


def _impact(name: str) -> Callable[[Decision], Any]:
    return lambda decision: getattr(decision.statement, name) if decision.statement else None


COLUMNS: dict[str, Callable[[Decision], Any]] = {
    "number": lambda one: one.number,
    "title": lambda one: one.title,
    "kind": lambda one: one.kind.value,
    "state": lambda one: one.state.value,
    "outcome": lambda one: one.outcome.value if one.outcome else None,
    "channel": lambda one: one.channel.slack_id,
    "raised_by": lambda one: one.raised_by,
    "raised_at": lambda one: one.raised_at,
    "why_now": lambda one: one.why_now,
    "options": _options,
    "due_on": lambda one: one.due_on,
    "decides": lambda one: one.decides.value,
    "holder": lambda one: one.holder,
    "holder_for": lambda one: one.holder_for,
    "counterpart": lambda one: one.counterpart,
    "counterpart_for": lambda one: one.counterpart_for,
    "same_person": lambda one: one.same_person,
    "rights_version": lambda one: one.rights_version.number,
    "impact": lambda one: one.impact.value,
    "impact_days": _impact("days"),
    "impact_by": _impact("by"),
    "impact_at": _impact("at"),
    "impact_displaces": _impact("displaces"),
    "impact_risk": _impact("risk"),
    "impact_confidence": lambda one: one.statement.confidence.value if one.statement else None,
    "chosen_option": lambda one: one.option.letter if one.option else None,
    "decided_by": lambda one: one.settled_by,
    "decided_at": lambda one: one.settled_at,
    "reason": lambda one: one.settled_reason,
    "in_words": wording.state_words,
    "without_impact": lambda one: one.decided_without_impact,
    "after_the_fact": lambda one: one.is_after_the_fact,
    "overdue_at": lambda one: one.overdue_at,
    "escalated_to": lambda one: one.escalated_to,
    "commitment": lambda one: one.commitment.name if one.commitment else None,
    "commitment_from": lambda one: one.move_from,
    "commitment_to": lambda one: one.move_to,
    "commitment_moved_days": _moved,
    "scope_change": lambda one: one.scope_change,
    "round": lambda one: one.round,
    "supersedes": lambda one: one.supersedes,
    "superseded_by": lambda one: one.superseded_by,
    "record_hash": lambda one: one.head_hash,
}
# Slack's ids: the name stands in a column behind.
NAMED = (
    "channel",
    "raised_by",
    "holder",
    "holder_for",
    "counterpart",
    "counterpart_for",
    "impact_by",
    "decided_by",
    "escalated_to",
)
HEAD = tuple(
    name
    for column in COLUMNS
    for name in ((column, f"{column}_name") if column in NAMED else (column,))
)


def row(whole: Whole, names: Names) -> list[str]:
    return [
        _cell(value)
        for column, read in COLUMNS.items()
        for value in _values(column, read(whole.decision), names)
    ]


def _values(column: str, value: Any, names: Names) -> Sequence[Any]:
    if column in NAMED:
        return value, names.get(value)
    return (plain(value, names) if column == "in_words" else value,)


def line(cells: Sequence[str]) -> str:
    """Every cell in quotation marks, so that what is in it cannot begin another."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """A number stays a number, with its minus; text is never anything but text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, int | date):
        return str(value)
    return defused(str(value))


def defused(text: str) -> str:
    """An apostrophe before what a spreadsheet would take for a formula, also behind spaces."""
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text
