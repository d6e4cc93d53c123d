"""Engine, sessions and worker threads.

One thread for SQLite, as many as the pool for PostgreSQL (docs/explanation/decisions/0002).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from bot.deadline import AFTER_DATABASE, Deadline
from bot.timeouts import Timeouts
from bot.transaction import MOVED, Transaction, limit
from models.tables.write_behind import write_now

T = TypeVar("T")

POOL = 10
# A generic plan expects a week's rows to be a small part of all, and reads every channel's. So each
# plan is made for its own values.
POSTGRES = {"timezone": "UTC", "plan_cache_mode": "force_custom_plan"}


class Database:
    """Runner of functions, each in one transaction on a worker thread.

    What one returns is detached. `engine`, if given, belongs to somebody else, who closes it.
    """

    def __init__(self, url: str, engine: Engine | None = None) -> None:
        self.engine = engine or make_engine(url)
        self._closes_engine = engine is None
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self.sessions, "after_flush", _note_write)
        event.listen(self.sessions, "before_commit", write_now)
        self._file = self.engine.url.database if self.is_sqlite else None
        self._file_id = _id_of(self._file) if self._file else None
        self._threads = ThreadPoolExecutor(
            1 if self.is_sqlite else POOL, thread_name_prefix="database"
        )

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    async def run(self, work: Callable[[Session], T], deadline: Deadline | None = None) -> T:
        """Run this work and commit; roll back and raise if it raises.

        No transaction is opened before the first statement. With a deadline, raise TooLate if
        nothing was recorded in time, and Unsure if nobody knows.
        """
        loop = asyncio.get_running_loop()
        if deadline is None:
            return await loop.run_in_executor(self._threads, self.run_here, work)
        transaction = Transaction(deadline)
        running = loop.run_in_executor(self._threads, self._run_within, work, transaction)
        await asyncio.wait([running], timeout=deadline.left(AFTER_DATABASE))
        if not running.done():
            running.cancel()
            transaction.give_up()
        return running.result()

    def run_here(self, work: Callable[[Session], T]) -> T:
        """Run this work in the same way on the caller's thread.

        Raise Unusable if SQLite's open file is no longer the one of that name: what is written into
        it is lost with the process.
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

    def is_where_it_was(self) -> bool:
        """Return False if SQLite's open file is no longer the one of that name.

        PostgreSQL has none.
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
        """Let running work finish, then close every connection."""
        self._threads.shutdown(wait=True)
        if self._closes_engine:
            self.engine.dispose()


def _id_of(file: str) -> tuple[int, int] | None:
    try:
        found = Path(file).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def make_engine(url: str, patience: float = Timeouts.database) -> Engine:
    """Return an engine with our pragmas (SQLite) or timeouts (PostgreSQL).

    What people typed stays out of its errors, and so of the log.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": patience}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        limit(engine, patience)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    options = {**POSTGRES, "statement_timeout": round(patience * 1000)}
    engine = create_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "connect_timeout": round(patience),
        },
    )
    limit(engine, patience)
    return engine


def wrote(session: Session) -> bool:
    """Return True if this session has written anything so far."""
    session.flush()
    return bool(session.info.get("wrote"))


def _note_write(session: Session, context: object) -> None:
    session.info["wrote"] = True


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver must not begin transactions by itself: BEGIN IMMEDIATE below takes the write lock
    # before the first read.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
