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

# Any number will do, as long as every replica uses the same.
ADVISORY_LOCK = 7_205_913
# Seconds between two looks at whether the other has ended.
LOOK_EVERY = 0.2


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
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    return current(engine) == newest()


def is_newer(engine: Engine) -> bool:
    """Return True if a newer release has migrated this database.

    This release still runs on it: migrations first add, and remove a release later.
    """
    revision = current(engine)
    return revision is not None and revision not in {script.revision for script in _revisions()}


def _revisions() -> Iterable[Script]:
    return ScriptDirectory.from_config(config()).walk_revisions()


def _take_turn(connection: Connection) -> None:
    """Wait for whoever else migrates, without a transaction: an index that is made CONCURRENTLY
    would wait for ours.
    """
    turn = text("SELECT pg_try_advisory_lock(:key)")
    while not connection.scalar(turn, {"key": ADVISORY_LOCK}):
        connection.commit()
        time.sleep(LOOK_EVERY)


def upgrade(url: str) -> None:
    """Bring the database to the newest revision.

    Two processes that do so at once wait for each other; the second finds nothing to do.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                _take_turn(connection)
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            settings = config()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            connection.commit()
    finally:
        engine.dispose()
