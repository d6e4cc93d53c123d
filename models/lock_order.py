"""Order of locks: which a transaction has taken, and that it never goes back to an earlier step."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy.orm import Session


class Step(IntEnum):
    """Step of the lock order: a transaction never goes back to an earlier one."""

    WHO_DECIDES = 1
    COMMITMENT = 2
    DECISION = 3


_HELD = "locks held"


def has_locked(session: Session) -> bool:
    """Return True if this transaction has taken any lock of the order."""
    return bool(held(session))


def has_many_writers(session: Session) -> bool:
    """Return False on SQLite, where a transaction that writes is alone anyway."""
    return session.get_bind().dialect.name != "sqlite"


def held(session: Session) -> dict[tuple[Step, object], None]:
    found: dict[tuple[Step, object], None] = session.info.setdefault(_HELD, {})
    return found


def is_new(session: Session, step: Step, what: object) -> bool:
    """Note a lock that is about to be taken. Return False if this transaction has it already.

    Fails if the transaction is past this step: two such transactions could wait for each other.
    """
    before = held(session)
    if (step, what) in before:
        return False
    assert all(taken <= step for taken, _ in before), f"{step!r} {what} after {list(before)}"
    before[step, what] = None
    return True
