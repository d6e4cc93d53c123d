"""Engine, sessions and worker threads.

SQLite has one thread that writes and a few that read. PostgreSQL has one thread for each connection
of the pool (docs/explanation/decisions/0002).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from bot.deadline import AFTER_DATABASE, Deadline
from bot.pooler import allow_pooler
from bot.timeouts import Timeouts
from bot.transaction import MOVED, Transaction, limit, run_pragma
from models.tables.write_behind import write_now

T = TypeVar("T")

POOL = 10
# Options of a transaction that only reads, for `_begin` below and for PostgreSQL's dialect.
READS = {"reads": True, "postgresql_readonly": True}
# Threads that read SQLite, beside the one that writes. The outbox uses up to three of them at once.
READERS = 4
# PostgreSQL's generic plan for a digest reads the rows of every channel. So each statement gets a
# plan for its own values.
POSTGRES = {"timezone": "UTC", "plan_cache_mode": "force_custom_plan"}


class Database:
    """Runner of functions, each in one transaction, on a worker thread or on the caller's.

    Rows that a function returns are detached. A caller that passes an `engine` closes it.
    """

    def __init__(
        self, url: str, engine: Engine | None = None, *, patience: float = Timeouts.database
    ) -> None:
        self.engine = engine or make_engine(url, patience)
        self._closes_engine = engine is None
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(**READS), expire_on_commit=False)
        event.listen(self.sessions, "after_flush", _note_write)
        event.listen(self.sessions, "before_commit", write_now)
        self._file = self.engine.url.database if self.is_sqlite else None
        self._file_id = _id_of(self._file) if self._file else None
        self._threads = ThreadPoolExecutor(
            1 if self.is_sqlite else POOL, thread_name_prefix="database"
        )
        self._readers = (
            ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")
            if self.is_sqlite
            else self._threads
        )

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    async def run(
        self,
        work: Callable[[Session], T],
        deadline: Deadline | None = None,
        *,
        mostly_reads: bool = False,
    ) -> T:
        """Run this work and commit; roll back and raise if it raises.

        No transaction is opened before the first statement. On SQLite, work that mostly reads is
        tried on a thread that reads. If the work wants to write after all, it is run again on the
        thread that writes. With a deadline, raise TooLate if nothing was recorded in time, and
        Unsure if the database has not said whether the commit took effect.
        """
        if mostly_reads and self.is_sqlite:
            try:
                return await self.read(work, deadline)
            except OperationalError as error:
                if not _wanted_to_write(error):
                    raise
        if deadline is None:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self.run_here, work)
        transaction = Transaction(deadline)
        run = partial(self._run_within, work, transaction)
        return await _in_time(self._threads, run, deadline, transaction)

    async def read(self, work: Callable[[Session], T], deadline: Deadline | None = None) -> T:
        """Run this work, which only reads. On SQLite, it takes no lock that a writer waits for."""
        if deadline is None:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._readers, self.read_here, work)
        transaction = Transaction(deadline)
        read = partial(self._read_within, work, transaction)
        return await _in_time(self._readers, read, deadline, transaction)

    def run_here(self, work: Callable[[Session], T]) -> T:
        """Run this work and commit, on the caller's thread; roll back and raise if it raises.

        Raise Unusable if the SQLite file was deleted or replaced while it was open. Changes to the
        open file would then be lost when the process ends.
        """
        self._check_file()
        with self.sessions() as session:
            result = work(session)
            session.flush()
            write_now(session)
            self._check_file()
            session.commit()
            return result

    def _run_within(self, work: Callable[[Session], T], transaction: Transaction) -> T:
        self._check_file()
        with transaction.running(), self.sessions() as session:
            result = work(session)
            session.flush()
            write_now(session)
            self._check_file()
            transaction.begin_commit()
            session.commit()
            return result

    def read_here(self, work: Callable[[Session], T]) -> T:
        """Run this work, which only reads, on the caller's thread.

        The database refuses a statement that writes.
        """
        self._check_file()
        with self._reading() as session:
            result = work(session)
            write_now(session)
            session.flush()
            return result

    def _read_within(self, work: Callable[[Session], T], transaction: Transaction) -> T:
        with transaction.running():
            return self.read_here(work)

    def is_where_it_was(self) -> bool:
        """Return False if the SQLite file was deleted or replaced while it was open.

        Return True on PostgreSQL.
        """
        if not self._file:
            return True
        now = _id_of(self._file)
        self._file_id = self._file_id or now
        return self._file_id == now

    def _check_file(self) -> None:
        if not self.is_where_it_was():
            raise MOVED

    def close(self) -> None:
        """Let running work finish, then close the connections of an engine that we made."""
        self._threads.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        if self._closes_engine:
            self.engine.dispose()


async def _in_time(
    threads: ThreadPoolExecutor, run: Callable[[], T], deadline: Deadline, transaction: Transaction
) -> T:
    """Wait for a transaction on these threads, and give it up when the time is over."""
    running = asyncio.get_running_loop().run_in_executor(threads, run)
    await asyncio.wait([running], timeout=deadline.left(AFTER_DATABASE))
    if not running.done():
        running.cancel()
        transaction.give_up()
    return running.result()


def _id_of(file: str) -> tuple[int, int] | None:
    try:
        found = Path(file).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def make_engine(url: str, patience: float = Timeouts.database) -> Engine:
    """Return an engine with our pragmas (SQLite) or settings (PostgreSQL), and with our timeouts.

    Its errors do not contain the parameters of statements, which people may have typed.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": patience}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        limit(engine, patience)
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": round(patience)},
    )
    allow_pooler(engine, {**POSTGRES, "statement_timeout": round(patience * 1000)})
    limit(engine, patience)
    return engine


def wrote(session: Session) -> bool:
    """Flush this session, and return True if it has written anything so far."""
    session.flush()
    return bool(session.info.get("wrote"))


def _note_write(session: Session, context: object) -> None:
    session.info["wrote"] = True


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver must not begin transactions by itself: `_begin` decides how.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a SQLite transaction.

    If it only reads, it runs beside all others. If it may write, it takes the write lock at once.
    """
    reads = connection.get_execution_options().get("reads", False)
    if connection.info.get("query_only", False) != reads:
        run_pragma(connection, f"query_only={'ON' if reads else 'OFF'}")
        connection.info["query_only"] = reads
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _wanted_to_write(error: OperationalError) -> bool:
    """Return True if SQLite refused a statement because its transaction only reads."""
    refused = error.orig
    return (
        isinstance(refused, sqlite3.OperationalError)
        and refused.sqlite_errorcode == sqlite3.SQLITE_READONLY
    )
