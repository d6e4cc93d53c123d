"""Order of locks: a transaction notes what it has locked, and never goes back to an earlier step.

Two transactions that lock in the same order cannot wait for each other.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy.orm import Session


class Step(IntEnum):
    """Step of the lock order; the steps are taken by rising number."""

    WHO_DECIDES = 1
    COMMITMENT = 2
    DECISION = 3


_HELD = "locks held"


def has_locked(session: Session) -> bool:
    """Return True if this transaction has taken any lock of the order."""
    return bool(locks_held(session))


def has_many_writers(session: Session) -> bool:
    """Return True if transactions may write at the same time; SQLite has one writer."""
    return session.get_bind().dialect.name != "sqlite"


def locks_held(session: Session) -> dict[tuple[Step, object], None]:
    """Return the locks of the order that this transaction has taken, oldest first."""
    found: dict[tuple[Step, object], None] = session.info.setdefault(_HELD, {})
    return found


def note_lock(session: Session, step: Step, subject: object) -> bool:
    """Note a lock before it is taken. Return False if this transaction has it already.

    Raise AssertionError if the transaction is past this step: it could deadlock with another.
    """
    before = locks_held(session)
    if (step, subject) in before:
        return False
    assert all(taken <= step for taken, _ in before), f"{step!r} {subject} after {list(before)}"
    before[step, subject] = None
    return True
