"""Walks the whole record: every number of every workspace, every hash chain. Read in batches, so that memory stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from bot.database import Database
from models.decision import Decision
from models.history import GENESIS, HistoryEvent, first_fault
from models.settlement import Settlement
from models.words import number
from models.workspace import Workspace

BATCH = 200
MOST_NAMED = 1000
# Below all numbers that may stand there; the first that is given out is 1.
BEFORE_ALL = -(2**31)
SETTLED = ("decided", "superseded", "withdrawn")


@dataclass
class Walk:
    """What was walked so far, how many faults there are, and the first of them in words: `T0123 #42: event 3 was changed`."""

    decisions: int = 0
    events: int = 0
    workspaces: int = 0
    faults: int = 0
    named: list[str] = field(default_factory=list)

    def note(self, fault: str) -> None:
        self.faults += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(fault)

    @property
    def summary(self) -> str:
        parts = (number(self.decisions, "decision"), number(self.events, "event"), number(self.workspaces, "workspace"))
        walked = "{} and {} in {}".format(*parts)
        if self.faults:
            return f"{walked}: {number(self.faults, 'fault')}. What is named above is not as it was recorded."
        return f"{walked}: every chain and every number holds."


class _Event(NamedTuple):
    """A row as it stands there, whatever stands there: an edited one may hold what our own types cannot read."""

    sequence: int
    verb: str
    actor: str | None
    at: datetime | None
    changes: str
    hash: str


@dataclass(frozen=True, slots=True)
class _Chain:
    """A decision as far as its chain goes. `settled` are the hashes that its outcomes were posted with."""

    number: int
    state: str
    event_count: int
    head: str
    settled: Sequence[str]
    events: Sequence[_Event]


def how_many(database: Database) -> int:
    """Decisions there should be, of all workspaces together."""
    return database.run_here(lambda session: session.scalar(select(func.sum(Workspace.last_number))) or 0)


def walk(database: Database, step: Callable[[int], object]) -> Walk:
    """Look at everything. `step` is told after each batch how many decisions were in it."""
    found = Walk()
    workspaces = database.run_here(
        lambda session: session.execute(select(Workspace.id, Workspace.team).order_by(Workspace.id)).all()
    )
    for workspace_id, team in workspaces:
        found.workspaces += 1
        for fault in _faults_of(database, workspace_id, team, found, step):
            found.note(f"{team} {fault}")
    return found


def _faults_of(
    database: Database, workspace_id: int, team: str, found: Walk, step: Callable[[int], object]
) -> Iterator[str]:
    last, after = 0, BEFORE_ALL
    while chains := database.run_here(partial(_batch, workspace_id=workspace_id, after=after)):
        for chain in chains:
            after = chain.number
            if chain.number > last + 1:
                yield _missing(last + 1, chain.number - 1)
            fault = _fault(f"{team}#{chain.number}", chain) if chain.number > 0 else "no such number is given out"
            if fault:
                yield f"#{chain.number}: {fault}"
            last = max(chain.number, last)
        found.decisions += len(chains)
        found.events += sum(len(chain.events) for chain in chains)
        step(len(chains))
    counter, newest = database.run_here(partial(_ends, workspace_id=workspace_id))
    if counter > newest:
        yield f"{_missing(newest + 1, counter)} (the counter stands at {counter})"
    elif counter < newest:
        yield f"#{newest}: the counter stands at {counter}, and was put back"


def _missing(first: int, last: int) -> str:
    return f"#{first} is missing" if first == last else f"#{first} to #{last} are missing"


def _fault(reference: str, chain: _Chain) -> str | None:
    """The first thing that is wrong with this decision, in words, or None."""
    fault = first_fault(reference, chain.events, chain.head)
    if fault:
        return fault
    if len(chain.events) != chain.event_count:
        return f"it counts {chain.event_count} events, and has {len(chain.events)}"
    known = {GENESIS, *(event.hash for event in chain.events)}
    strange = next((one for one in chain.settled if one not in known), None)
    if strange is not None:
        return f"the hash of its outcome, {strange[:12]}, stands nowhere in its history"
    if chain.state in SETTLED and not chain.settled:
        return f"it is {chain.state}, and no hash says since when"
    return None


# ---- read ------------------------------------------------------------------------------------------------------------


def _ends(session: Session, workspace_id: int) -> tuple[int, int]:
    """The counter and the newest number, in one look: a decision that is raised meanwhile is in both or in neither."""
    newest = select(func.coalesce(func.max(Decision.number), 0)).where(Decision.workspace_id == workspace_id)
    counter, last = session.execute(
        select(Workspace.last_number, newest.scalar_subquery()).where(Workspace.id == workspace_id)
    ).one()
    return counter, last


def _batch(session: Session, workspace_id: int, after: int) -> list[_Chain]:
    """The next decisions by number. Outcomes are read before the chains, which only grow: what is settled meanwhile is no fault."""
    some = (
        select(
            Decision.id, Decision.number, type_coerce(Decision.state, String).label("state"), Decision.event_count,
            Decision.head_hash, Decision.settled_hash,
        )
        .where(Decision.workspace_id == workspace_id, Decision.number > after)
        .order_by(Decision.number)
        .limit(BATCH)
    )  # fmt: skip
    settled = defaultdict[int, list[str]](list)
    ids = [row.id for row in session.execute(some)]
    of_these = select(Settlement.decision_id, Settlement.hash).where(Settlement.decision_id.in_(ids))
    for decision_id, hash in session.execute(of_these.order_by(Settlement.round)):
        settled[decision_id].append(hash)
    # One statement, so that no event can come between a decision's head and its chain.
    one = some.subquery()
    rows = session.execute(
        select(
            one, HistoryEvent.sequence, type_coerce(HistoryEvent.verb, String).label("verb"), HistoryEvent.actor,
            type_coerce(HistoryEvent.at, String).label("at"), HistoryEvent.changes, HistoryEvent.hash,
        )
        .outerjoin(HistoryEvent, HistoryEvent.decision_id == one.c.id)
        .order_by(one.c.number, HistoryEvent.sequence)
    )  # fmt: skip
    return [_chain(list(group), settled) for _, group in groupby(rows, key=lambda row: row.id)]


def _chain(rows: Sequence[Any], settled: dict[int, list[str]]) -> _Chain:
    first = rows[0]
    hashes = [*settled[first.id], *([first.settled_hash] if first.settled_hash else [])]
    events = [
        _Event(row.sequence, row.verb, row.actor, _moment(row.at), row.changes, row.hash)
        for row in rows
        if row.hash is not None
    ]
    return _Chain(first.number, first.state, first.event_count, first.head_hash, hashes, events)


def _moment(stored: Any) -> datetime | None:
    """SQLite keeps a time as text, without its zone; None for what was put in its place and is no time."""
    if isinstance(stored, datetime):
        return stored
    try:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None
