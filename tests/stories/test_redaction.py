"""Redaction: a deleted value is gone and the chain still holds; any other change is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from bot import migrate
from bot.commands import verify
from bot.database import Database
from handlers.card import history as card
from handlers.export import json_file
from handlers.export.names import Names
from models import locks
from models.acts import Act
from models.reads import export
from models.rules import Verb
from models.tables.decision import Decision
from models.tables.history import SALTED, WHOLE, HistoryEvent, digest, payload_of
from models.verbs import redaction
from support import records
from support.migrations import migrate_to

RELEASE = sorted((Path(__file__).parents[1] / "support/release_of_24_november").glob("*.sql"))
TEAM = "T0DEMO"
ALL_WELL = "every chain and every number holds."


@pytest.fixture
def record(database_url: str) -> Iterator[Database]:
    """Write three decisions of this release: #1 approved with its impact, #2 reopened, #3 open."""
    database = Database(database_url)
    database.run_here(records.three)
    yield database
    database.close()


@pytest.fixture(params=RELEASE, ids=lambda path: path.stem)
def old_record(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """Upgrade a database that the release of 24 November filled (commit fe202fc).

    The state walk of that release wrote the rows; they are stored as it wrote them.
    """
    migrate_to(database_url, "0009")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        cursor = connection.connection.cursor()
        for statement in request.param.read_text().splitlines():
            cursor.execute(statement)
        if engine.dialect.name == "postgresql":
            # The rows have ids already, so the counter of ids is set behind them.
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('history_event', 'id'), max(id))"
                " FROM history_event"
            )
        cursor.close()
    engine.dispose()
    migrate.upgrade(database_url)
    database = Database(database_url)
    yield database
    database.close()


def walked(record: Database) -> verify.Walk:
    return verify.walk(record, lambda count: None)


def events_of(session: Session, number: int) -> list[HistoryEvent]:
    of_decision = select(HistoryEvent).join(Decision, Decision.id == HistoryEvent.decision_id)
    ordered = of_decision.where(Decision.number == number).order_by(HistoryEvent.sequence)
    return list(session.scalars(ordered))


def redact(record: Database, tenant: str, number: int, sequence: int, name: str) -> None:
    def work(session: Session) -> None:
        decision = locks.lock_decision_by_number(session, tenant, number)
        assert decision
        act = Act(records.ALICE, records.MONDAY.replace(year=2027))
        redaction.redact(decision, sequence, name, act)

    record.run_here(work)


def look(record: Database, number: int, see: Callable[[list[HistoryEvent]], Any]) -> Any:
    return record.run_here(lambda session: see(events_of(session, number)))


# ---- events of this release ----------------------------------------------------------------------


def test_new_events_hash_digests_and_keep_the_values_beside_them(record: Database) -> None:
    def see(events: list[HistoryEvent]) -> None:
        for event in events:
            assert event.hash_version == SALTED
            for typed in ("Guest checkout", "Wallets", "U0ALICE000", "U0ERIN0000", "It pays"):
                assert typed not in event.changes
        first = events[0]
        hashed, salts = json.loads(first.changes), json.loads(first.salts or "")
        assert hashed["facts"]["kind"] == "priority"
        assert hashed["digests"]["title"] == digest("Guest checkout", salts["title"])
        assert hashed["digests"]["actor"] == digest(first.actor, salts["actor"])
        assert len(set(salts.values())) == len(salts)

    look(record, 1, see)


@pytest.mark.both_databases
def test_a_deleted_value_and_its_salt_leave_the_chain_valid(record: Database) -> None:
    redact(record, records.TEAM, 1, 1, "title")
    redact(record, records.TEAM, 1, 3, "reason")
    redact(record, records.TEAM, 1, 3, "actor")
    found = walked(record)
    assert found.named == []
    assert found.summary == f"3 decisions and 7 events in 1 workspace, 3 redacted: {ALL_WELL}"

    def see(events: list[HistoryEvent]) -> None:
        assert len(events) == 3, "no event is added"
        assert "Guest checkout" not in f"{events[0].changes}{events[0].said}"
        assert "It pays" not in f"{events[2].changes}{events[2].said}"
        assert events[2].actor is None
        assert payload_of(events[0]).redacted == {"title"}
        assert card.sentence(events[2]) == "Somebody approved option A: [redacted]"

    look(record, 1, see)


def test_one_of_many_is_deleted_and_the_others_stay(record: Database) -> None:
    redact(record, records.TEAM, 1, 1, "options/1")
    assert walked(record).named == []

    def see(events: list[HistoryEvent]) -> None:
        said = payload_of(events[0]).as_json()
        assert said["options"] == (("Next quarter", "None yet", "Nothing now"),)

    look(record, 1, see)
    redact(record, records.TEAM, 1, 1, "options")
    assert walked(record).redacted == 2


CHANGED = [
    ("title", "UPDATE history_event SET said = replace(said, 'Guest checkout', 'Mallory')"),
    ("a value without its salt", "UPDATE history_event SET salts = '{}' WHERE sequence = 1"),
    ("a salt without its value", "UPDATE history_event SET said = '{}' WHERE sequence = 1"),
    ("actor", "UPDATE history_event SET actor = 'U0MALLORY' WHERE sequence = 1"),
    ("no actor", "UPDATE history_event SET actor = NULL WHERE sequence = 1"),
    ("version", "UPDATE history_event SET hash_version = 1 WHERE sequence = 1"),
    ("a version of the future", "UPDATE history_event SET hash_version = 3 WHERE sequence = 1"),
    (
        "a fact",
        "UPDATE history_event SET changes = replace(changes, 'product_owner', 'project_manager')",
    ),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("what", "statement"), CHANGED, ids=[change for change, _ in CHANGED])
def test_a_changed_event_is_found(record: Database, what: str, statement: str) -> None:
    with record.engine.begin() as connection:
        connection.execute(text(statement))
    assert f"{records.TEAM} #1: event 1 was changed" in walked(record).named, what


def test_only_what_is_personal_is_redacted(record: Database) -> None:
    with pytest.raises(redaction.NotPersonal):
        redact(record, records.TEAM, 1, 1, "kind")


@pytest.mark.both_databases
def test_the_export_says_what_is_redacted(record: Database) -> None:
    redact(record, records.TEAM, 1, 1, "why_now")

    def work(session: Session) -> Any:
        (whole,) = export.batch(session, export.ExportScope(), 0, 1)
        return json_file.decision(whole, Names())["history"][0]

    event = json.loads(json.dumps(record.run_here(work)))
    assert event["redacted"] == ["why_now"]
    assert "why_now" not in event["changes"]
    assert event["changes"]["title"] == "Guest checkout"
    assert event["hashed"]["digests"].keys() - event["salts"].keys() == {"why_now"}


# ---- events of an earlier release ----------------------------------------------------------------


@pytest.mark.both_databases
def test_a_database_of_the_earlier_release_verifies_and_can_forget(old_record: Database) -> None:
    before = walked(old_record)
    assert (before.named, before.redacted) == ([], 0)
    assert before.events

    def versions(session: Session) -> set[int]:
        return set(session.scalars(select(HistoryEvent.hash_version)))

    assert old_record.run_here(versions) == {WHOLE}
    redact(old_record, TEAM, 1, 1, "title")
    redact(old_record, TEAM, 1, 1, "actor")
    found = walked(old_record)
    assert (found.named, found.redacted) == ([], 2)
    assert found.events == before.events + 2

    def see(events: list[HistoryEvent]) -> None:
        assert payload_of(events[0]).redacted == {"title", "actor"}
        assert [event.verb for event in events[-2:]] == [Verb.REDACT] * 2
        assert events[-1].hash_version == SALTED
        assert card.sentence(events[-2]).endswith("redacted title in event 1")

    look(old_record, 1, see)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_event SET changes = replace(changes, 'rights', 'wrongs')"
        " WHERE sequence = 1",
        "UPDATE history_event SET actor = 'U0MALLORY' WHERE sequence = 1",
        "UPDATE history_event SET hash = '{zeros}' WHERE sequence = 1",
    ],
)
@pytest.mark.parametrize("old_record", RELEASE[:1], indirect=True, ids=["accepted"])
def test_what_is_left_of_a_redacted_event_may_not_be_changed(
    old_record: Database, statement: str
) -> None:
    redact(old_record, TEAM, 1, 1, "title")
    with old_record.engine.begin() as connection:
        connection.execute(text(statement.format(zeros="0" * 64)))
    faults = [fault for fault in walked(old_record).named if " #1: " in fault]
    assert faults[0] in (f"{TEAM} #1: event 1 was changed", f"{TEAM} #1: event 2 was changed")


@pytest.mark.parametrize("old_record", RELEASE[:1], indirect=True, ids=["accepted"])
def test_no_value_of_an_old_event_goes_without_a_redaction_event(old_record: Database) -> None:
    def work(session: Session) -> None:
        event = events_of(session, 1)[0]
        changes = json.loads(event.changes)
        del changes["title"]
        event.changes = json.dumps({**changes, "redacted": ["title"]})

    old_record.run_here(work)
    assert f"{TEAM} #1: event 1 was changed" in walked(old_record).named
