"""Transactions of requests: each ends in time, and its errors say whether anything was recorded."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from bot.deadline import AFTER_STATEMENTS, Deadline

# PostgreSQL's codes of a statement that took too long, and of a lock that somebody else held.
STALLED = {"57014", "55P03"}
# SQLite's codes of the same two.
SQLITE_STALLED = {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY}
# Seconds after which PostgreSQL is told again how much time is left.
TELL_AGAIN_AFTER = 0.1
# Instructions after which SQLite asks whether to go on: about a millisecond.
INSTRUCTIONS = 20_000


# Codes of a full disk and of a damaged file. A number is the lowest byte of SQLite's code; a text
# is PostgreSQL's code.
FULL = {sqlite3.SQLITE_FULL, "53100"}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, "XX001", "58030"}


class Unusable(Exception):
    """Fault of the record itself, as a sentence that people read. Nothing was recorded."""


MOVED = Unusable(
    "The file of my record was moved, replaced or deleted, so nothing was recorded. Whoever runs "
    "me has to put it back, or to start me again."
)
NO_ROOM = Unusable(
    "The disk with my record is full, so nothing was recorded. Whoever runs me has to make room."
)
BROKEN = Unusable(
    "The file of my record is damaged, so nothing was recorded. Whoever runs me has to bring back "
    "a copy of it."
)


class TooLate(Exception):
    """Raised if the request's time ends before the commit begins; nothing was recorded."""


class Unsure(Exception):
    """Raised if the database did not say in time whether the commit took effect."""


class Transaction:
    """One transaction of one request, from the queue to its commit.

    The thread that runs it and the one that waits for it agree on whether it still may commit.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._lock = threading.Lock()
        self._given_up = False
        self._committing = False
        self._told: float | None = None

    @property
    def left(self) -> float:
        """Return the seconds that the next statement may take."""
        return self._deadline.left(AFTER_STATEMENTS)

    def is_over(self) -> bool:
        return self._given_up or not self.left

    def check(self) -> None:
        """Raise TooLate if the time is over."""
        if self.is_over():
            raise TooLate

    def begin_commit(self) -> None:
        """Begin the commit, which `give_up` cannot stop. Raise TooLate if the time is over."""
        with self._lock:
            self.check()
            self._committing = True

    def give_up(self) -> NoReturn:
        """Forbid the commit and raise TooLate; raise Unsure if it has begun already."""
        with self._lock:
            if self._committing:
                raise Unsure
            self._given_up = True
        raise TooLate

    @contextmanager
    def running(self) -> Iterator[None]:
        """Limit the time of this thread's statements.

        Turn database errors into Unsure, TooLate or Unusable if they mean that.
        """
        self.check()
        token = _running.set(self)
        try:
            yield
        except DBAPIError as error:
            if self._committing and error.connection_invalidated:
                raise Unsure from error
            if has_stalled(error):
                raise TooLate from error
            fault = fault_of(error)
            if fault:
                raise fault from error
            raise
        finally:
            _running.reset(token)

    def must_tell(self) -> bool:
        """Return True if PostgreSQL has to be told how much time is left."""
        return self._told is None or self._told - self.left > TELL_AGAIN_AFTER

    def tell(self) -> str:
        """Return the time that is left, in milliseconds, and note that PostgreSQL was told it."""
        self._told = self.left
        return str(max(round(self._told * 1000), 1))


_running: ContextVar[Transaction | None] = ContextVar("transaction", default=None)


def has_stalled(error: DBAPIError) -> bool:
    """Return True if a statement took too long, or did not get a lock in time."""
    code = getattr(error.orig, "sqlstate", None)
    return code in STALLED or getattr(error.orig, "sqlite_errorcode", None) in SQLITE_STALLED


def fault_of(error: DBAPIError) -> Unusable | None:
    """Return the fault of the record that caused this error; None if it has another cause."""
    code = getattr(error.orig, "sqlstate", None)
    in_sqlite = getattr(error.orig, "sqlite_errorcode", None)
    code = code if in_sqlite is None else in_sqlite & 0xFF
    if code in FULL:
        return NO_ROOM
    return BROKEN if code in DAMAGED else None


def limit(engine: Engine, patience: float) -> None:
    """Let each statement of a request take no longer than the request has left.

    On SQLite, work that belongs to no request waits `patience` seconds for the lock, and then takes
    as long as it needs. On PostgreSQL, `make_engine` sets the limit of such work.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _ask_whether_to_go_on)
        event.listen(engine, "begin", lambda connection: _wait_for_lock(connection, patience))
    else:
        event.listen(engine, "before_cursor_execute", _tell_what_is_left)


def _ask_whether_to_go_on(connection: Any, record: object) -> None:
    connection.set_progress_handler(_is_over, INSTRUCTIONS)


def _is_over() -> bool:
    transaction = _running.get()
    return transaction is not None and transaction.is_over()


def _wait_for_lock(connection: Connection, patience: float) -> None:
    """Set how long SQLite may wait for the lock, just before the transaction begins."""
    transaction = _running.get()
    milliseconds = round((transaction.left if transaction else patience) * 1000)
    if connection.info.get("busy_timeout") != milliseconds:
        run_pragma(connection, f"busy_timeout = {milliseconds}")
        connection.info["busy_timeout"] = milliseconds


def run_pragma(connection: Connection, pragma: str) -> None:
    """Change a setting of SQLite's connection.

    The statement goes to the driver itself. That costs less, and many transactions begin with one.
    """
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _tell_what_is_left(connection: Connection, cursor: object, statement: str, *_: object) -> None:
    # This limits waits for locks as well, because each of them happens inside a statement.
    transaction = _running.get()
    if transaction is None or statement.startswith("SET LOCAL"):
        # Behind a pooler, `bot/pooler.py` sets the ordinary limit with SET LOCAL as the transaction
        # begins. The limit of the request comes after that.
        return
    transaction.check()
    if transaction.must_tell():
        cursor = connection.connection.cursor()
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", (transaction.tell(),))
        cursor.close()
