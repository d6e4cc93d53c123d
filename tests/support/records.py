"""Records that are written without a Slack, by the models or row by row in SQL.

They are quick to make, and can be of any size.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from bot.database import Database
from models.acts import Act
from models.rules import DEFAULT_RIGHTS, Confidence, Kind, Person, Standing, Verb
from models.tables.base import Base
from models.tables.channel import ensure_channel
from models.tables.decision import Decision
from models.tables.history import GENESIS, WHOLE, Entry, HistoryEvent, canonical, event_hash
from models.tables.rights import RightsVersion, new_version
from models.tables.tradeoff import ImpactStatement
from models.tables.workspace import Workspace
from models.tables.write_behind import write_now
from models.verbs import deciding, impact, rounds
from models.verbs.deciding import Approval
from models.verbs.raising import Ask, Finished, Origin, claim_finished, raise_tradeoff
from models.verbs.routing import Matter, Routing, route

TEAM, CHANNEL = "T0DEMO0001", "C000000001"
ALICE, BOB, ERIN = (
    Person(id, Standing.MEMBER, "Europe/London")
    for id in ("U0ALICE000", "U0BOB00000", "U0ERIN0000")
)
CHANGES = canonical({"why_now": "Many"})
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


def set_up(session: Session, channel: str = CHANNEL) -> RightsVersion:
    """Set up a channel: Alice is product owner, Bob project manager."""
    rights = RightsVersion(
        product_owner=ALICE.id,
        project_manager=BOB.id,
        sponsor=None,
        time_zone="Europe/London",
        impact_days=2,
        author=ALICE.id,
        reason="",
    )
    return new_version(
        session, ensure_channel(session, TEAM, channel), rights, DEFAULT_RIGHTS, MONDAY
    )


def write(session: Session, decision: Decision) -> None:
    """Write the deferred rows, as a commit does; read the decision's messages again."""
    write_now(session)
    session.refresh(decision, ["posts"])


def raised(
    session: Session,
    routing: Routing,
    title: str,
    at: datetime = MONDAY,
    why: str = "Wallets are 40% of drop-offs",
) -> Decision:
    options = [
        ("Add it now", "Fewer drop-offs", "Five days"),
        ("Next quarter", "None yet", "Nothing now"),
    ]
    kind = next(
        kind
        for kind, right in DEFAULT_RIGHTS.items()
        if right.impact_first is (routing.impact_from is not None)
    )
    ask = Ask(title, kind, why, options, date(2026, 12, 1))
    decision = raise_tradeoff(session, routing, ask, Act(ERIN, at), Origin(title))
    write(session, decision)
    return decision


def approved(session: Session, rights: RightsVersion, title: str = "Guest checkout") -> Decision:
    """Raise a decision, state its impact, approve it: three events."""
    statement = ImpactStatement(
        days=5, displaces="Wallet", risk="Load", confidence=Confidence.LOW, note=""
    )
    statement.role = DEFAULT_RIGHTS[Kind.PRIORITY].decides.asked_for_impact
    decision = raised(session, route(session, rights, Matter(Kind.PRIORITY), MONDAY), title)
    impact.state_impact(decision, statement, Act(BOB, MONDAY + timedelta(hours=1)))
    write(session, decision)
    approves = Act(ALICE, MONDAY + timedelta(hours=2))
    deciding.approve(decision, Approval(decision.options[0], "It pays"), approves)
    return decision


def three(session: Session) -> None:
    """Write #1, approved with its impact; #2, reopened; and #3, a claim to be judged."""
    rights = set_up(session)
    approved(session, rights)
    routing = route(session, rights, Matter(Kind.REQUIREMENTS), MONDAY)
    second = raised(session, routing, "Shorter form")
    approves = Act(ALICE, MONDAY + timedelta(hours=2))
    deciding.approve(second, Approval(second.options[1], "Not now"), approves)
    write(session, second)
    reopens = Act(ALICE, MONDAY + timedelta(days=1))
    rounds.reopen(second, routing, None, "It changed", reopens)
    finished = Finished(
        "Refund by e-mail", "https://example.com/demo", "Demo on Friday", ["Works", "Is fast"]
    )
    routing = route(session, rights, Matter(Kind.ACCEPTANCE), MONDAY)
    claim_finished(session, routing, finished, Act(ERIN, MONDAY), Origin("claim"))


def many(database: Database, count: int) -> None:
    """Write `count` open decisions into an empty record, each with a chain of one event."""
    database.run_here(
        lambda session: raised(
            session, route(session, set_up(session), Matter(Kind.PRIORITY), MONDAY), "Many"
        )
    )
    with database.engine.begin() as connection:
        whole = {
            "changes": CHANGES,
            "hash": _hash(1),
            "hash_version": WHOLE,
            "said": None,
            "salts": None,
        }
        connection.execute(update(_table(HistoryEvent)).values(whole))
        connection.execute(update(_table(Decision)).values(head_hash=_hash(1)))
    more(database, 2, count)


def more(database: Database, first: int, last: int) -> None:
    """Write more such decisions, numbered from `first` to `last`."""
    decisions, events = _table(Decision), _table(HistoryEvent)
    with database.engine.begin() as connection:
        decision = (
            connection.execute(select(decisions).where(decisions.c.number == 1)).mappings().one()
        )
        event = (
            connection.execute(select(events).where(events.c.decision_id == decision["id"]))
            .mappings()
            .one()
        )
        for start in range(first, last + 1, 1000):
            numbers = range(start, min(start + 1000, last + 1))
            connection.execute(insert(decisions), [_as(decision, number) for number in numbers])
            connection.execute(insert(events), [_begun(event, number) for number in numbers])
        connection.execute(update(_table(Workspace)).values(last_number=last))


def _table(of: type[Base]) -> Table:
    table = of.__table__
    assert isinstance(table, Table)
    return table


def _as(first: Any, number: int) -> dict[str, Any]:
    return dict(
        first,
        id=number,
        number=number,
        raised_with=str(number),
        head_hash=_hash(number),
        title=f"Decision {number}",
    )


def _begun(event: Any, number: int) -> dict[str, Any]:
    return dict(event, id=number, decision_id=number, hash=_hash(number))


def _hash(number: int) -> str:
    return event_hash(GENESIS, f"{TEAM}#{number}", Entry(1, Verb.RAISE, ERIN.id, MONDAY, CHANGES))
