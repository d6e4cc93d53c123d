"""`tradeoff verify`: a check of every decision, by its number, its hash chain and its outcomes.

Decisions are read in batches, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Label, Row, String, func, select, type_coerce
from sqlalchemy.orm import Session

from bot.database import Database
from models.mrkdwn import number
from models.reads.replay import DECISION_COLUMNS, OUTCOME_COLUMNS, first_difference
from models.tables.base import Base
from models.tables.decision import Decision
from models.tables.history import Entry, HistoryEvent, redacted_names
from models.tables.history_chain import first_fault
from models.tables.settlement import Settlement
from models.tables.workspace import Workspace

BATCH = 200
MOST_NAMED = 1000
# A number before all others. The bot's numbers begin at 1, but somebody may have edited a row.
BEFORE_ALL = -(2**31)
TIMES = ("raised_at", "settled_at", "at")
SETTLED = ("decided", "superseded", "withdrawn")


@dataclass
class Walk:
    """Counts of decisions, events, workspaces and faults so far, and the first faults in words.

    Example of a fault: `T0123 #42: event 3 was changed`.
    """

    decisions: int = 0
    events: int = 0
    workspaces: int = 0
    faults: int = 0
    redacted: int = 0
    named: list[str] = field(default_factory=list)

    def note(self, fault: str) -> None:
        self.faults += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(fault)

    @property
    def summary(self) -> str:
        parts = (
            number(self.decisions, "decision"),
            number(self.events, "event"),
            number(self.workspaces, "workspace"),
        )
        walked = "{} and {} in {}".format(*parts)
        if self.redacted:
            walked = f"{walked}, {self.redacted} redacted"
        if self.faults:
            return (
                f"{walked}: {number(self.faults, 'fault')}. What is named above differs "
                "from what was recorded."
            )
        return f"{walked}: every chain and every number holds."


@dataclass(frozen=True, slots=True)
class _Chain:
    """Decision, the outcomes of its rounds, and its chain, with their values as they are stored."""

    number: int
    row: Mapping[str, Any]
    outcomes: Sequence[Mapping[str, Any]]
    events: Sequence[Entry]


def how_many(database: Database) -> int:
    """Return how many decisions there should be, in all workspaces together."""
    return database.read_here(
        lambda session: session.scalar(select(func.sum(Workspace.last_number))) or 0
    )


def walk(database: Database, step: Callable[[int], object]) -> Walk:
    """Check every decision. `step` is called after each batch with the number of its decisions."""
    result = Walk()
    workspaces = database.read_here(
        lambda session: session.execute(
            select(Workspace.id, Workspace.tenant).order_by(Workspace.id)
        ).all()
    )
    for workspace_id, tenant in workspaces:
        result.workspaces += 1
        for fault in _faults_of(database, workspace_id, tenant, result, step):
            result.note(f"{tenant} {fault}")
    return result


def _faults_of(
    database: Database, workspace_id: int, tenant: str, result: Walk, step: Callable[[int], object]
) -> Iterator[str]:
    last, after = 0, BEFORE_ALL
    while chains := database.read_here(partial(_batch, workspace_id=workspace_id, after=after)):
        for chain in chains:
            after = chain.number
            if chain.number > last + 1:
                yield _missing(last + 1, chain.number - 1)
            fault = (
                _fault(f"{tenant}#{chain.number}", chain)
                if chain.number > 0
                else "the bot gives no decision this number"
            )
            if fault:
                yield f"#{chain.number}: {fault}"
            last = max(chain.number, last)
        result.decisions += len(chains)
        events = [event for chain in chains for event in chain.events]
        result.events += len(events)
        result.redacted += sum(len(redacted_names(event)) for event in events)
        step(len(chains))
    counter, newest = database.read_here(partial(_ends, workspace_id=workspace_id))
    if counter > newest:
        yield f"{_missing(newest + 1, counter)} (the counter stands at {counter})"
    elif counter < newest:
        yield f"#{newest}: the counter stands at {counter}, and was put back"


def _missing(first: int, last: int) -> str:
    return f"#{first} is missing" if first == last else f"#{first} to #{last} are missing"


def _fault(reference: str, chain: _Chain) -> str | None:
    """Return, in words, the first thing that is wrong with this decision; None if all is well."""
    fault = first_fault(reference, chain.events, chain.row["head_hash"])
    if fault:
        return fault
    if len(chain.events) != chain.row["event_count"]:
        return f"it counts {chain.row['event_count']} events, and has {len(chain.events)}"
    if chain.row["state"] in SETTLED and not chain.row["settled_hash"]:
        return f"it is {chain.row['state']}, but the hash of its outcome is missing"
    return first_difference(chain.events, chain.row, chain.outcomes)


# ---- read ----------------------------------------------------------------------------------------


def _ends(session: Session, workspace_id: int) -> tuple[int, int]:
    """Return the counter and the newest number, read in one statement.

    A decision that is raised meanwhile is in both or in neither.
    """
    newest = select(func.coalesce(func.max(Decision.number), 0)).where(
        Decision.workspace_id == workspace_id
    )
    counter, last = session.execute(
        select(Workspace.last_number, newest.scalar_subquery()).where(Workspace.id == workspace_id)
    ).one()
    return counter, last


def _batch(session: Session, workspace_id: int, after: int) -> list[_Chain]:
    """Return the next decisions by number.

    Outcomes are read before the chains. If a round is settled in between, its outcome is missing
    here although the chain has its event. That does not count as a fault.
    """
    some = (
        select(
            *_as_stored(
                Decision, ("id", "number", "state", "event_count", "head_hash", *DECISION_COLUMNS)
            )
        )
        .where(Decision.workspace_id == workspace_id, Decision.number > after)
        .order_by(Decision.number)
        .limit(BATCH)
    )
    outcomes = defaultdict[int, list[Mapping[str, Any]]](list)
    ids = [row.id for row in session.execute(some)]
    stored = select(*_as_stored(Settlement, ("decision_id", "hash", *OUTCOME_COLUMNS)))
    for row in session.execute(
        stored.where(Settlement.decision_id.in_(ids)).order_by(Settlement.round)
    ):
        outcomes[row.decision_id].append(_row(row))
    # One statement, so that no event can come between a decision's head and its chain.
    decisions = some.subquery()
    rows = session.execute(
        select(
            decisions,
            *(
                column.label(f"event_{column.key}")
                for column in _as_stored(HistoryEvent, Entry._fields)
            ),
        )
        .outerjoin(HistoryEvent, HistoryEvent.decision_id == decisions.c.id)
        .order_by(decisions.c.number, HistoryEvent.sequence)
    )
    return [_chain(list(group), outcomes) for _, group in groupby(rows, key=lambda row: row.id)]


def _as_stored(table: type[Base], names: Sequence[str]) -> list[Label[Any]]:
    """Select these columns as text: an edited row may hold what our own types cannot read."""
    columns = (getattr(table, name) for name in names)
    return [type_coerce(column, String).label(column.key) for column in columns]


def _chain(rows: Sequence[Row[Any]], outcomes: Mapping[int, Sequence[Mapping[str, Any]]]) -> _Chain:
    row = _row(rows[0])
    stored = [row[-len(Entry._fields) :] for row in rows if row.event_hash is not None]
    events = [Entry(*columns) for columns in stored]
    events = [event._replace(at=_moment(event.at)) for event in events]
    return _Chain(row["number"], row, outcomes[row["id"]], events)


def _row(row: Row[Any]) -> Mapping[str, Any]:
    """Return the row's values by column name, with times parsed."""
    return {
        name: _moment(value) if name in TIMES else value for name, value in row._mapping.items()
    }


def _moment(stored: Any) -> datetime | None:
    """Parse a time, which SQLite keeps as text without its zone.

    Return None if the column holds something else, because somebody edited the row.
    """
    if isinstance(stored, datetime):
        return stored
    try:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None
