"""`tradeoff verify` on real databases: it finds what plain SQL has changed in the record."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.commands import verify
from bot.database import Database
from bot.demo.slack.workspace import Channel
from models.reads import lookups
from models.tables import Base
from models.tables.workspace import Workspace
from support import records
from support.command_line import tradeoff
from support.databases import kept_engine
from support.harness import GENEROUS, Actor, Harness

TEAM = "T0DEMO0001"
ALL_WELL = "every chain and every number holds."


def tampered(record: Database, *statements: str) -> None:
    """Run these statements, as somebody could who has the database's password."""
    with record.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def faults(record: Database) -> list[str]:
    return verify.walk(record, lambda count: None).named


@pytest.fixture
def record(database_url: str) -> Iterator[Database]:
    """Write three decisions: #1 approved with its impact, #2 reopened, #3 open."""
    database = Database(database_url, kept_engine(database_url, 0, GENEROUS))
    database.run_here(records.three)
    yield database
    database.close()


@pytest.mark.both_databases
def test_an_untouched_record_holds(record: Database) -> None:
    steps: list[int] = []
    found = verify.walk(record, steps.append)
    assert found.named == []
    assert (found.decisions, found.events) == (3, 7)
    assert found.summary == f"3 decisions and 7 events in 1 workspace: {ALL_WELL}"
    assert sum(steps) == verify.how_many(record) == 3


def test_acts_in_slack_make_a_record_that_verifies(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, tmp_path: Path
) -> None:
    card = erin.raises("Guest checkout")
    bob.states_impact(card)
    alice.approves(card)
    harness.later(minutes=10)
    alice.reopens(card)
    erin.claims("Refund by e-mail")
    result = run(harness.url, tmp_path)
    assert (result.returncode, result.stdout) == (
        0,
        f"2 decisions and 5 events in 1 workspace: {ALL_WELL}\n",
    ), result.stderr


OF = "decision_id = (SELECT id FROM decision WHERE number = {number})"

# Ways to change one decision of three events, and the fault that is then named.
TAMPERING = [
    (
        [f"UPDATE history_event SET actor = 'U0MALLORY' WHERE {OF} AND sequence = 2"],
        "event 2 was changed",
    ),
    (
        [f"UPDATE history_event SET changes = changes || ' ' WHERE {OF} AND sequence = 3"],
        "event 3 was changed",
    ),
    (
        [f"UPDATE history_event SET verb = 'bless' WHERE {OF} AND sequence = 3"],
        "event 3 was changed",
    ),
    (
        [f"UPDATE history_event SET at = '2020-01-01 00:00:00' WHERE {OF} AND sequence = 1"],
        "event 1 was changed",
    ),
    (
        [f"UPDATE history_event SET hash = '{'0' * 64}' WHERE {OF} AND sequence = 1"],
        "event 1 was changed",
    ),
    ([f"DELETE FROM history_event WHERE {OF} AND sequence = 2"], "event 2 is missing"),
    ([f"DELETE FROM history_event WHERE {OF} AND sequence = 3"], "the newest events are missing"),
    ([f"DELETE FROM history_event WHERE {OF}"], "the newest events are missing"),
    (
        [
            f"DELETE FROM history_event WHERE {OF} AND sequence = 1",
            f"UPDATE history_event SET sequence = sequence - 1 WHERE {OF} AND sequence = 2",
            f"UPDATE history_event SET sequence = sequence - 1 WHERE {OF} AND sequence = 3",
        ],
        "event 1 was changed",
    ),
    (
        [
            f"UPDATE history_event SET sequence = 9 WHERE {OF} AND sequence = 1",
            f"UPDATE history_event SET sequence = 1 WHERE {OF} AND sequence = 2",
            f"UPDATE history_event SET sequence = 2 WHERE {OF} AND sequence = 9",
        ],
        "event 1 was changed",
    ),
    (
        [
            "INSERT INTO history_event (decision_id, sequence, verb, actor, at, "
            "changes, hash) SELECT decision_id, 4, verb, actor, at, changes, hash FROM "
            f"history_event WHERE {OF} AND sequence = 3"
        ],
        "event 4 was changed",
    ),
    (
        ["UPDATE decision SET event_count = 4 WHERE number = {number}"],
        "it counts 4 events, and has 3",
    ),
    (
        [f"UPDATE decision SET head_hash = '{'a' * 64}' WHERE number = {{number}}"],
        "the newest events are missing",
    ),
    (
        [f"UPDATE decision SET settled_hash = '{'b' * 64}' WHERE number = {{number}}"],
        "its outcome's hash is not what its history says",
    ),
    (
        [f"UPDATE settlement SET hash = '{'c' * 64}' WHERE {OF}"],
        "the hash of its outcome, cccccccccccc, is not in its history",
    ),
    (
        [
            "UPDATE decision SET settled_hash = NULL WHERE number = {number}",
            f"DELETE FROM settlement WHERE {OF}",
        ],
        "it is decided, but the hash of its outcome is missing",
    ),
    (
        ["UPDATE decision SET title = 'Give Mallory a rise' WHERE number = {number}"],
        "its title is not what its history says",
    ),
    (
        ["UPDATE decision SET holder = 'U0MALLORY' WHERE number = {number}"],
        "its holder is not what its history says",
    ),
    (
        ["UPDATE decision SET due_on = '2030-01-01' WHERE number = {number}"],
        "its day to decide by is not what its history says",
    ),
    (
        ["UPDATE decision SET outcome = 'rejected' WHERE number = {number}"],
        "its outcome is not what its history says",
    ),
    (
        [f"UPDATE settlement SET outcome = 'rejected' WHERE {OF}"],
        "the outcome of a round is not what its history says",
    ),
    (
        [f"UPDATE settlement SET reason = 'Because' WHERE {OF}"],
        "the reason of a round is not what its history says",
    ),
    (
        [f"UPDATE settlement SET at = '2020-01-01 00:00:00' WHERE {OF}"],
        "the time of a round is not what its history says",
    ),
]


def some_more(session: Session, count: int) -> None:
    rights = lookups.current_rights(session, TEAM, records.CHANNEL)
    assert rights
    for number in range(count):
        records.approved(session, rights, f"Guest checkout {number}")


@pytest.mark.both_databases
def test_each_fault_is_named(record: Database) -> None:
    """Each way changes a decision of its own; the first three decisions are left alone."""
    record.run_here(lambda session: some_more(session, len(TAMPERING)))
    expected = []
    for number, (statements, fault) in enumerate(TAMPERING, start=4):
        tampered(record, *(statement.format(number=number) for statement in statements))
        expected.append(f"{TEAM} #{number}: {fault}")
    assert faults(record) == expected


def test_a_word_in_place_of_a_time_is_a_change(sqlite_template: Path, tmp_path: Path) -> None:
    """PostgreSQL keeps nothing but times in a column of times; SQLite takes anything."""
    shutil.copy(sqlite_template, tmp_path / "tradeoff.db")
    with closing(Database(f"sqlite:///{tmp_path / 'tradeoff.db'}")) as record:
        record.run_here(records.three)
        tampered(
            record,
            f"UPDATE history_event SET at = 'yesterday' WHERE {OF.format(number=1)} "
            "AND sequence = 1",
        )
        assert faults(record) == [f"{TEAM} #1: event 1 was changed"]


def remove(number: int) -> list[str]:
    """Delete all that the record has of one decision, in whichever table."""
    of = f"(SELECT id FROM decision WHERE number = {number})"
    keys = [key for table in Base.metadata.tables.values() for key in table.foreign_keys]
    hanging = [
        (key.parent.table.name, key.parent.name)
        for key in keys
        if key.column.table.name == "decision"
    ]
    return [
        f"UPDATE post SET thread_id = NULL WHERE decision_id = {of}",
        *(f"DELETE FROM {table} WHERE {column} = {of}" for table, column in hanging),
        f"DELETE FROM decision WHERE number = {number}",
    ]


@pytest.mark.both_databases
def test_a_removed_decision_leaves_a_gap(record: Database) -> None:
    tampered(record, *remove(2))
    assert faults(record) == [f"{TEAM} #2 is missing"]
    tampered(record, *remove(1))
    assert faults(record) == [f"{TEAM} #1 to #2 are missing"]


@pytest.mark.both_databases
def test_the_newest_decision_is_missed_by_its_counter(record: Database) -> None:
    tampered(record, *remove(3))
    assert faults(record) == [f"{TEAM} #3 is missing (the counter stands at 3)"]
    tampered(record, "UPDATE workspace SET last_number = 1")
    assert faults(record) == [f"{TEAM} #2: the counter stands at 1, and was put back"]


@pytest.mark.both_databases
def test_a_number_given_to_another_decision_is_seen(record: Database) -> None:
    tampered(record, *remove(1), "UPDATE decision SET number = 1 WHERE number = 3")
    assert faults(record) == [
        f"{TEAM} #1: event 1 was changed",
        f"{TEAM} #3 is missing (the counter stands at 3)",
    ]
    tampered(record, "UPDATE decision SET number = 0 WHERE number = 1")
    assert faults(record)[0] == f"{TEAM} #0: the bot gives no decision this number"


@pytest.mark.both_databases
def test_only_the_first_fault_of_a_decision_is_named_and_each_decision_has_its_own(
    record: Database,
) -> None:
    tampered(record, "UPDATE history_event SET actor = 'U0MALLORY'")
    assert faults(record) == [f"{TEAM} #{number}: event 1 was changed" for number in (1, 2, 3)]


def test_faults_are_found_across_batches(record: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "BATCH", 2)
    assert faults(record) == []
    tampered(record, *remove(2))
    assert faults(record) == [f"{TEAM} #2 is missing"]


def test_every_workspace_is_walked(record: Database) -> None:
    record.run_here(lambda session: session.add(Workspace(tenant="T0OTHER", last_number=2)))
    assert faults(record) == ["T0OTHER #1 to #2 are missing (the counter stands at 2)"]
    assert verify.walk(record, lambda count: None).workspaces == 2


# ---- the command ---------------------------------------------------------------------------------


def run(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return tradeoff(folder, "verify", database_url=url.replace("+psycopg", ""))


def test_the_command_exits_with_1_when_something_is_wrong(
    record: Database, database_url: str, tmp_path: Path
) -> None:
    tampered(record, *remove(2))
    result = run(database_url, tmp_path)
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == f"fault: {TEAM} #2 is missing"
    assert result.stdout.splitlines()[-1].endswith(
        "1 fault. What is named above differs from what was recorded."
    )
    assert "Traceback" not in result.stderr


def test_an_unmigrated_database_is_not_walked(tmp_path: Path) -> None:
    result = tradeoff(tmp_path, "verify")
    assert result.returncode == 1
    assert result.stderr == "Error: tradeoff.db does not exist yet: `tradeoff serve` makes it.\n"
