"""CSV of decisions, one per row. A text that looks like a formula gets an apostrophe before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from handlers.export.names import Names
from handlers.export.plain_text import iso_utc, plain
from handlers.ui import outcomes, reasons, wording
from models.mrkdwn import escaped
from models.reads.export import Whole
from models.references import Link
from models.tables.decision import Decision

# If a cell begins with one of these characters, a spreadsheet may take it for a formula (OWASP: CSV
# injection). Spreadsheets of some languages read the wide signs in the same way.
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def _moved(decision: Decision) -> int | None:
    if decision.commitment is None:
        return None
    return decision.commitment.days_by(decision.id)


def _options(decision: Decision) -> str:
    """Write one option per line, with its value and cost if they were given."""
    lines = []
    for option in decision.options:
        given = {"value": option.value, "cost": option.cost}
        said = "; ".join(f"{name}: {text}" for name, text in given.items() if text)
        lines.append(f"{option.letter}. {option.name}{f' ({said})' if said else ''}")
    return "\n".join(lines)


def _signatures(decision: Decision) -> str:
    """Write who signed in this round, and why, one per line, if a decision needs two signatures."""
    if decision.settlement:
        said = reasons.by_each(decision, decision.settlement)
        said = said if len(said) > 1 else []
    else:
        said = [
            (outcomes.signer(signature), signature.reason)
            for signature in decision.signatures
            if signature.round == decision.round
        ]
    return "\n".join(f"{by}: {escaped(reason)}" for by, reason in said)


def _impact(name: str) -> Callable[[Decision], Any]:
    return lambda decision: getattr(decision.statement, name) if decision.statement else None


COLUMNS: dict[str, Callable[[Decision], Any]] = {
    "number": lambda decision: decision.number,
    "title": lambda decision: decision.title,
    "kind": lambda decision: decision.kind.value,
    "state": lambda decision: decision.state.value,
    "outcome": lambda decision: decision.outcome.value if decision.outcome else None,
    "channel": lambda decision: decision.channel.slack_id,
    "raised_by": lambda decision: decision.raised_by,
    "raised_at": lambda decision: decision.raised_at,
    "why_now": lambda decision: decision.why_now,
    "options": _options,
    "due_on": lambda decision: decision.due_on,
    "decides": lambda decision: decision.decides.value,
    "holder": lambda decision: decision.holder,
    "holder_for": lambda decision: decision.holder_for,
    "counterpart": lambda decision: decision.counterpart,
    "counterpart_for": lambda decision: decision.counterpart_for,
    "same_person": lambda decision: decision.same_person,
    "rights_version": lambda decision: decision.rights_version.number,
    "impact": lambda decision: decision.impact.value,
    "impact_days": _impact("days"),
    "impact_by": _impact("by"),
    "impact_for": _impact("on_behalf_of"),
    "impact_at": _impact("at"),
    "impact_displaces": _impact("displaces"),
    "impact_risk": _impact("risk"),
    "impact_confidence": lambda decision: (
        decision.statement.confidence.value if decision.statement else None
    ),
    "chosen_option": lambda decision: decision.option.letter if decision.option else None,
    "decided_by": lambda decision: decision.settled_by,
    "decided_at": lambda decision: decision.settled_at,
    "reason": lambda decision: decision.settled_reason,
    "in_words": wording.state_words,
    "without_impact": lambda decision: decision.decided_without_impact,
    "after_the_fact": lambda decision: decision.is_after_the_fact,
    "overdue_at": lambda decision: decision.overdue_at,
    "escalated_to": lambda decision: decision.escalated_to,
    "escalated_for": lambda decision: decision.escalated_for,
    "commitment": lambda decision: decision.commitment.name if decision.commitment else None,
    "commitment_from": lambda decision: decision.move_from,
    "commitment_to": lambda decision: decision.move_to,
    "commitment_moved_days": _moved,
    "scope_change": lambda decision: decision.scope_change,
    "round": lambda decision: decision.round,
    "supersedes": lambda decision: decision.supersedes,
    "superseded_by": lambda decision: decision.superseded_by,
    "record_hash": lambda decision: decision.head_hash,
    "card": lambda decision: decision.card_link,
    "made_by": lambda decision: decision.made_by,
    "made_on": lambda decision: decision.made_on,
    "signatures": _signatures,
}
# Columns of our own sentences, in which people are mentioned.
SENTENCES = ("in_words", "signatures")
# Columns of links, after all other columns. A cell has one address per line.
LINKS: dict[str, Callable[[Whole], Sequence[Link]]] = {
    "references": lambda whole: whole.references,
    "commitment_references": lambda whole: whole.of_commitment,
}
# Columns of Slack ids. After each of them comes a column with the name of that person or channel.
NAMED = (
    "channel",
    "raised_by",
    "holder",
    "holder_for",
    "counterpart",
    "counterpart_for",
    "impact_by",
    "impact_for",
    "decided_by",
    "escalated_to",
    "escalated_for",
    "made_by",
)
HEAD = tuple(
    name
    for column in COLUMNS
    for name in ((column, f"{column}_name") if column in NAMED else (column,))
) + tuple(LINKS)


def row(whole: Whole, names: Names) -> list[str]:
    cells = [
        _cell(value)
        for column, read in COLUMNS.items()
        for value in _values(column, read(whole.decision), names)
    ]
    return cells + [_cell("\n".join(link.url for link in read(whole))) for read in LINKS.values()]


def _values(column: str, value: Any, names: Names) -> Sequence[Any]:
    if column in NAMED:
        return value, names.get(value)
    return (plain(value, names) if column in SENTENCES else value,)


def line(cells: Sequence[str], separator: str = ",") -> str:
    """Write the cells as a line, each in quotation marks, so that a cell may hold a separator."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, delimiter=separator).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """Write a value as text: times in UTC, truth values as yes or no, and no text as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, int | date):
        return str(value)
    return defused(str(value))


def defused(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet could read as a formula.

    That includes a formula, and a tab or a line break, after blanks: spreadsheets ignore them.
    """
    is_read = text.lstrip(" ").startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS)
    return f"'{text}" if is_read else text
