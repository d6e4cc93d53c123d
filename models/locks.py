"""Queries that lock rows until the transaction ends, in the one lock order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, true, union
from sqlalchemy.orm import Session, contains_eager, selectinload

from models.loading import read_all_parts_of, read_parts
from models.refusals.refused import NotFound
from models.rules import OPEN_STATES
from models.tables.channel import Channel
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.workspace import Workspace

# Built once, because every click and every message runs it.
DECISION_BY_ID = (
    select(Decision)
    .join(Decision.channel)
    .join(Channel.workspace)
    .where(Decision.id == bindparam("id"))
    .options(contains_eager(Decision.channel).contains_eager(Channel.workspace))
)


_LOCKED = DECISION_BY_ID.where(Workspace.tenant == bindparam("tenant")).with_for_update(of=Decision)


_MANY_LOCKED = (
    select(Decision)
    .join(Decision.channel)
    .join(Channel.workspace)
    .where(Workspace.tenant == bindparam("tenant"))
    .where(Decision.id.in_(bindparam("ids", expanding=True)))
    .options(contains_eager(Decision.channel).contains_eager(Channel.workspace))
    .order_by(Decision.id)
    .with_for_update(of=Decision)
)


def lock_decision(session: Session, tenant: str, decision_id: str | int) -> Decision:
    """Return this decision with all its parts, locked until the transaction ends.

    Raises NotFound, also if it belongs to another workspace.
    """
    found = session.scalar(_LOCKED, {"tenant": tenant, "id": _number(decision_id)})
    if found is None:
        raise NotFound
    # Another transaction may have changed any part while we waited, so the parts are read after the
    # lock.
    read_parts(session, found)
    if found.commitment_id:
        lock_ledger(session, found.commitment_id)
    return found


def lock_decision_by_number(session: Session, tenant: str, number: int) -> Decision | None:
    """Return the decision with this number, with all its parts and locked, or None."""
    found = session.scalar(
        select(Decision.id)
        .join(Workspace, Workspace.id == Decision.workspace_id)
        .where(Workspace.tenant == tenant, Decision.number == number)
    )
    return lock_decision(session, tenant, found) if found else None


def lock_pending_with(
    session: Session, tenant: str, person: str, channel_id: int | None = None
) -> list[Decision]:
    """Return the open decisions that this person holds or states impact on, oldest first.

    They have all their parts, and are locked.
    """
    theirs = _open_with(tenant, Decision.holder == person, Decision.counterpart == person)
    here = Decision.channel_id == channel_id if channel_id else true()
    found = session.scalars(theirs.where(here)).all()
    return [
        decision
        for decision in _locked(session, tenant, found)
        if person in (decision.holder, decision.counterpart)
    ]


def _open_with(tenant: str, *seats: ColumnElement[bool]) -> Select[int]:
    """Select the ids of this workspace's open decisions in which any of these seats is taken.

    Each is asked by itself, with its own index: in one condition, SQLite would look through every
    decision of the workspace.
    """
    open_ = Decision.state.in_(OPEN_STATES)
    found = union(*(select(Decision.id).where(seat, open_) for seat in seats)).subquery()
    return (
        select(Decision.id)
        .join(found, found.c.id == Decision.id)
        .join(Workspace, Workspace.id == Decision.workspace_id)
        .where(Workspace.tenant == tenant)
        .order_by(Decision.id)
    )


def _locked(session: Session, tenant: str, found: Sequence[int]) -> list[Decision]:
    """Lock these decisions in the order of their ids, with all their parts.

    Leave out those that were settled while we waited for the lock. However many they are, this
    takes as many statements.
    """
    if not found:
        return []
    locked = session.scalars(_MANY_LOCKED, {"tenant": tenant, "ids": found}).all()
    read_all_parts_of(session, locked)
    commitments = {decision.commitment_id for decision in locked if decision.commitment_id}
    if commitments:
        lock_ledgers(session, commitments)
    return [decision for decision in locked if not decision.state.settled]


def lock_pending_for_seat(
    session: Session, tenant: str, person: str, channel_id: int
) -> list[Decision]:
    """Return the open decisions of this channel that wait for this person or their stand-in.

    They have all their parts, and are locked.
    """
    seats = (Decision.holder, Decision.holder_for, Decision.counterpart, Decision.counterpart_for)
    found = session.scalars(
        select(Decision.id)
        .where(
            Decision.channel_id == channel_id,
            Decision.state.in_(OPEN_STATES),
            or_(*(seat == person for seat in seats)),
        )
        .order_by(Decision.id)
    ).all()
    return _locked(session, tenant, found)


def lock_overdue_in(session: Session, tenant: str, channel_id: int) -> list[Decision]:
    """Return the open decisions of this channel that its sponsor may decide, now or soon.

    They have all their parts, and are locked.
    """
    overdue = (
        Decision.channel_id == channel_id,
        Decision.overdue_at.is_not(None),
        Decision.state.in_(OPEN_STATES),
    )
    return _locked(
        session,
        tenant,
        session.scalars(select(Decision.id).where(*overdue).order_by(Decision.id)).all(),
    )


def lock_handed_over_by(
    session: Session, tenant: str, person: str, delegate: str
) -> list[Decision]:
    """Return the open decisions in which this delegate acts for this person.

    They have all their parts, and are locked.
    """
    taken_over = _open_with(
        tenant,
        (Decision.holder == delegate) & (Decision.holder_for == person),
        (Decision.counterpart == delegate) & (Decision.counterpart_for == person),
    )
    return _locked(session, tenant, session.scalars(taken_over).all())


def lock_commitment(session: Session, tenant: str, commitment_id: str | int) -> Commitment:
    """Return this commitment with its ledger and channel, locked.

    Raises NotFound, also if it belongs to another workspace.
    """
    found = session.scalar(
        select(Commitment)
        .join(Commitment.channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == tenant, Commitment.id == _number(commitment_id))
        .options(
            contains_eager(Commitment.channel).contains_eager(Channel.workspace),
            selectinload(Commitment.moves),
        )
        .with_for_update(of=Commitment)
    )
    if found is None:
        raise NotFound("that commitment")
    return found


def _number(value: str | int) -> int:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise NotFound
    return int(text)


def lock_ledger(session: Session, commitment_id: int) -> None:
    """Lock a commitment and read its ledger anew, because another decision may be moving it."""
    lock_ledgers(session, [commitment_id])


def lock_ledgers(session: Session, commitments: Collection[int]) -> None:
    """Lock these commitments in the order of their ids, and read their ledgers anew."""
    session.execute(
        select(Commitment)
        .where(Commitment.id.in_(commitments))
        .order_by(Commitment.id)
        .options(selectinload(Commitment.moves))
        .with_for_update(of=Commitment)
        .execution_options(populate_existing=True)
    ).all()
