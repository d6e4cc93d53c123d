"""Migrations on a filled PostgreSQL while the release before goes on reading and writing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from bot import migrate
from support.databases import execute
from support.release_before import ReleaseBefore

# The first release that anybody ran had the schema of 0004.
FIRST = "0004"


@pytest.fixture
def old_database(postgres_server: str) -> Iterator[str]:
    """Make a PostgreSQL database on the schema of the first release, with nothing in it."""
    name = "migrated_while_running"
    execute(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    execute(postgres_server, f"CREATE DATABASE {name}")
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    up_to(url, FIRST)
    yield url
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def up_to(url: str, revision: str, before: ReleaseBefore | None = None) -> None:
    engine = create_engine(url)
    if before:
        before.watch(engine)
    with engine.connect() as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
    engine.dispose()


def revisions() -> list[str]:
    """Return the revisions after the first release, the oldest first."""
    script = ScriptDirectory.from_config(migrate.config())
    found = [step.revision for step in script.iterate_revisions("head", FIRST)]
    return found[::-1]


def test_the_release_before_reads_and_writes_while_each_migration_is_under_way(
    old_database: str,
) -> None:
    faults = []
    for revision in revisions():
        with closing(ReleaseBefore(old_database)) as before:
            before.fill()
            up_to(old_database, revision, before)
            before.reads_and_writes()
            faults += [f"{revision}: {fault}" for fault in before.faults]
    assert faults == []


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["UPDATE post SET round = 2"], "1500 rows at once"),
        (["CREATE INDEX new ON post (due_at)"], "post cannot be written during CREATE INDEX"),
        (
            [
                "ALTER TABLE post ADD COLUMN new integer",
                "UPDATE decision SET round = 1 WHERE id < 9",
            ],
            "post cannot be written before UPDATE",
        ),
        (["ALTER TABLE post ADD COLUMN new integer NOT NULL DEFAULT 1"], ""),
        (["ALTER TABLE post DROP COLUMN attempts"], 'post: column "attempts"'),
    ],
)
def test_what_would_stop_the_release_before_is_noticed(
    old_database: str, statements: list[str], fault: str
) -> None:
    engine = create_engine(old_database)
    with closing(ReleaseBefore(old_database)) as before:
        before.fill()
        before.watch(engine)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        before.reads_and_writes()
    engine.dispose()
    assert any(fault in found for found in before.faults) if fault else before.faults == []


def test_a_migration_that_gets_no_lock_lets_others_go_first(old_database: str) -> None:
    """Somebody reads messages in a long transaction; the migration would change that table."""
    engine = create_engine(old_database, connect_args={"options": "-c statement_timeout=30000"})
    failures: list[BaseException] = []
    with engine.connect() as long, engine.connect() as other:
        long.execute(text("SELECT id FROM post"))
        migrating = threading.Thread(target=noting(failures, lambda: migrate.upgrade(old_database)))
        migrating.start()
        wait_for(other, "SELECT count(*) FROM pg_locks WHERE NOT granted")
        # This read queues behind the migration, which gives up although `long` goes on.
        other.execute(text("SELECT id FROM post"))
        other.rollback()
        long.rollback()
        migrating.join()
    assert failures == []
    assert migrate.is_current(engine)
    engine.dispose()


def noting(failures: list[BaseException], work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    return run


def wait_for(connection: Connection, query: str) -> None:
    while not connection.execute(text(query)).scalar():
        connection.rollback()
    connection.rollback()


def test_an_interrupted_migration_is_done_again(old_database: str) -> None:
    """What a migration does outside a transaction stays when the rest of it is cut off."""
    script = ScriptDirectory.from_config(migrate.config())
    with closing(ReleaseBefore(old_database)) as before:
        before.fill()
    for revision in revisions():
        step = script.get_revision(revision)
        assert step
        up_to(old_database, revision)
        if "autocommit_block" in Path(step.path).read_text():
            back = f"UPDATE alembic_version SET version_num = '{step.down_revision}'"
            execute(old_database, back)
            up_to(old_database, revision)


def test_how_long_a_lock_is_waited_for_is_said_once() -> None:
    """A migration that waits longer than alembic/env.py says stops everybody behind it."""
    script = ScriptDirectory.from_config(migrate.config())
    paths = [Path(step.path) for step in script.walk_revisions()]
    assert [path.name for path in paths if "lock_timeout" in path.read_text()] == []
