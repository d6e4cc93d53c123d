"""Migrations, found in a checkout or in the wheel, and run under a lock."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

# Key of the lock under which one replica migrates: any number that all replicas share.
ADVISORY_LOCK = 7_205_913
# Seconds between two tries for a lock.
LOOK_EVERY = 0.2
# Tries for a change that gets no lock: somebody may hold a transaction open for a while.
MOST_TRIES = 300


class Busy(Exception):
    """Raised if a migration gets no lock in many tries. The migrations before it stay done."""


def config() -> Config:
    """Return Alembic's configuration, without an ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    return settings


def _scripts() -> Path:
    here = Path(__file__).parent
    packed = here / "migrations"
    return packed if packed.is_dir() else here.parent / "alembic"


def newest() -> str:
    """Return the revision that this release needs."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head is not None
    return head


def current(engine: Engine) -> str | None:
    """Return the revision that this database has; None if the database is empty."""
    with engine.connect().execution_options(reads=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    return current(engine) == newest()


def is_newer(engine: Engine) -> bool:
    """Return True if this database has a revision that this release does not know.

    This release runs on the schema of the next one, which removes nothing that this one uses.
    """
    revision = current(engine)
    return revision is not None and revision not in {script.revision for script in _revisions()}


def _revisions() -> Iterable[Script]:
    return ScriptDirectory.from_config(config()).walk_revisions()


def _take_turn(connection: Connection) -> None:
    """Wait until no other process migrates.

    No transaction stays open, because an index that is made CONCURRENTLY would wait for it.
    """
    turn = text("SELECT pg_try_advisory_lock(:key)")
    while not connection.scalar(turn, {"key": ADVISORY_LOCK}):
        connection.commit()
        time.sleep(LOOK_EVERY)
    connection.commit()


def upgrade(url: str) -> None:
    """Bring the database to the newest revision.

    If two processes do so at the same time, the second waits, and finds nothing to do. Raise Busy
    if a migration gets no lock.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            settings = config()
            settings.attributes["connection"] = connection
            if engine.dialect.name == "postgresql":
                _take_turn(connection)
                _upgrade_while_others_run(connection, settings)
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                command.upgrade(settings, "head")
            connection.commit()
    finally:
        engine.dispose()


def _upgrade_while_others_run(connection: Connection, settings: Config) -> None:
    """Migrate step by step; a step that gets no lock in time lets others go first."""
    # psycopg is slow to load, and SQLite does not need it.
    from psycopg.errors import LockNotAvailable

    for _ in range(MOST_TRIES):
        try:
            command.upgrade(settings, "head")
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
            connection.rollback()
            time.sleep(LOOK_EVERY)
        else:
            return
    raise Busy
