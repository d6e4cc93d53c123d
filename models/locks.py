"""Queries that lock rows until the transaction ends.

All transactions take their locks in one order. The first lock is on who decides in a workspace: its
channels' rights, and who is away or has left. Then come commitments, then decisions, each by id.
The counter that numbers decisions comes after them. Most posts and timers are written just before
the commit. Code that only displays takes no lock. See docs/explanation/architecture.md, Locks.

The queries that return decisions load them with all their parts, which are read after the lock is
taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, text, true, union
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from models.loading import read_all_parts_of, read_parts
from models.lock_order import Step, has_many_writers, locks_held, note_lock
from models.refusals.refused import NotFound
from models.rules import OPEN_STATES
from models.tables.channel import Channel
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.departure import Departure
from models.tables.rights import RightsVersion
from models.tables.workspace import Workspace

# The first half of the key of an advisory lock; the second half is a hash of the tenant.
_WHO_DECIDES = 20_261
_SHARE = text("SELECT pg_advisory_xact_lock_shared(:area, hashtext(:tenant))")
_CHANGE = text("SELECT pg_advisory_xact_lock(:area, hashtext(:tenant))")


def lock_who_decides(session: Session, tenant: str) -> None:
    """Take the shared lock on who decides in this workspace, in order to route a decision.

    Any number of transactions may share the lock. A transaction that changes who decides waits for
    all of them.
    """
    if note_lock(session, Step.WHO_DECIDES, "shared") and has_many_writers(session):
        session.execute(_SHARE, {"area": _WHO_DECIDES, "tenant": tenant})


def lock_who_decides_to_change_it(session: Session, tenant: str) -> None:
    """Take the exclusive lock on who decides in this workspace.

    While it is held, no other transaction routes a decision or changes who decides. Leave and
    return, departures, and changes of rights and of names take it. A new commitment takes it too,
    so that no other transaction can use the same name.
    """
    assert (Step.WHO_DECIDES, "shared") not in locks_held(session), (
        "two transactions that share the lock would wait for each other to give it up"
    )
    if note_lock(session, Step.WHO_DECIDES, "alone") and has_many_writers(session):
        session.execute(_CHANGE, {"area": _WHO_DECIDES, "tenant": tenant})


def is_who_decides_locked(session: Session) -> bool:
    """Return True if this transaction holds the lock on who decides, shared or exclusive."""
    return any(step is Step.WHO_DECIDES for step, _ in locks_held(session))


# Built once, because every click and every message runs it.
DECISION_BY_ID = (
    select(Decision)
    .join(Decision.channel)
    .join(Channel.workspace)
    .where(Decision.id == bindparam("id"))
    .options(contains_eager(Decision.channel).contains_eager(Channel.workspace))
)


_LOCKED = DECISION_BY_ID.where(Workspace.tenant == bindparam("tenant")).with_for_update(of=Decision)
_OLDER = aliased(Decision)
# Ids of the rows that come before a decision in the lock order.
_AHEAD = (
    select(
        Decision.commitment_id.label("commitment"),
        _OLDER.id.label("older"),
        _OLDER.commitment_id.label("older_commitment"),
    )
    .join(Workspace, Workspace.id == Decision.workspace_id)
    .outerjoin(
        _OLDER,
        (_OLDER.workspace_id == Decision.workspace_id) & (_OLDER.number == Decision.supersedes),
    )
    .where(Workspace.tenant == bindparam("tenant"), Decision.id == bindparam("id"))
)


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


def lock_decision(
    session: Session, tenant: str, decision_id: str | int, chosen: Collection[int] = ()
) -> Decision:
    """Return this decision with all its parts, locked until the transaction ends.

    The commitments that this decision and the one that it supersedes would change are locked first,
    and with them the `chosen` commitments. Then the superseded decision is locked, and then this
    one. Raise NotFound if the decision does not exist, or belongs to another workspace.
    """
    id = as_id(decision_id)
    if (Step.DECISION, id) in locks_held(session):
        # This decision was locked together with its replacement. Nothing acts on the decision that
        # it has itself replaced, and to lock that one's commitment now would break the lock order.
        return _lock_whole(session, tenant, id)
    ahead = session.execute(_AHEAD, {"tenant": tenant, "id": id}).one_or_none()
    if ahead is None:
        raise NotFound
    for commitment in sorted({ahead.commitment, ahead.older_commitment, *chosen} - {None}):
        lock_ledger(session, commitment)
    if ahead.older:
        _lock_whole(session, tenant, ahead.older)
    found = _lock_whole(session, tenant, id)
    if found.commitment_id and found.commitment_id != ahead.commitment:
        # The question was edited while we waited, so this commitment is locked out of order. If
        # that leads to a deadlock, PostgreSQL ends one transaction, and dispatch runs it again.
        _read_ledger(session, found.commitment_id)
    return found


def _lock_whole(session: Session, tenant: str, id: int) -> Decision:
    note_lock(session, Step.DECISION, id)
    found = session.scalar(_LOCKED, {"tenant": tenant, "id": id})
    if found is None:
        raise NotFound
    # Another transaction may have changed any part while we waited, so the parts are read after the
    # lock.
    read_parts(session, found)
    return found


def lock_decision_by_number(
    session: Session, tenant: str, number: int, chosen: Collection[int] = ()
) -> Decision | None:
    """Return the decision with this number, locked as by `lock_decision`; None if there is none."""
    found = session.scalar(
        select(Decision.id)
        .join(Workspace, Workspace.id == Decision.workspace_id)
        .where(Workspace.tenant == tenant, Decision.number == number)
    )
    return lock_decision(session, tenant, found, chosen) if found else None


def lock_pending_with(
    session: Session, tenant: str, person: str, channel_id: int | None = None
) -> list[Decision]:
    """Lock and return the open decisions of which this person is holder or counterpart, by id."""
    theirs = _open_with(tenant, Decision.holder == person, Decision.counterpart == person)
    here = Decision.channel_id == channel_id if channel_id else true()
    found = session.scalars(theirs.where(here)).all()
    return [
        decision
        for decision in _locked(session, tenant, found)
        if person in (decision.holder, decision.counterpart)
    ]


def _open_with(tenant: str, *seats: ColumnElement[bool]) -> Select[int]:
    """Select the ids of this workspace's open decisions for which any of these conditions holds.

    Each condition is a query of its own, so that the database uses the condition's index. For
    conditions joined by OR, SQLite would read every decision of the workspace.
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


def _locked(
    session: Session, tenant: str, found: Sequence[int], *, settled: bool = False
) -> list[Decision]:
    """Lock these decisions in the order of their ids, with all their parts.

    Leave out those that were settled while we waited for the lock, unless `settled` is True. The
    number of statements is the same for one decision and for a thousand. No commitment is locked,
    because the callers change who acts on the decisions, and never what they would move.
    """
    if not found:
        return []
    for id in found:
        note_lock(session, Step.DECISION, id)
    locked = session.scalars(_MANY_LOCKED, {"tenant": tenant, "ids": found}).all()
    read_all_parts_of(session, locked)
    return [decision for decision in locked if settled or not decision.state.settled]


def lock_pending_for_seat(
    session: Session, tenant: str, person: str, channel_id: int | None = None
) -> list[Decision]:
    """Lock and return the open decisions in which this person, or their stand-in, has a seat.

    `channel_id` narrows them to one channel.
    """
    seats = (Decision.holder, Decision.holder_for, Decision.counterpart, Decision.counterpart_for)
    theirs = _open_with(tenant, *(seat == person for seat in seats))
    here = Decision.channel_id == channel_id if channel_id else true()
    return _locked(session, tenant, session.scalars(theirs.where(here)).all())


def lock_in_empty_seats(
    session: Session, tenant: str, channel_id: int, because: str
) -> list[Decision]:
    """Lock and return the open decisions of this channel in which a seat is empty.

    A seat is empty if the record has the departure of the person in it, or if the seat's reason is
    `because`. Routing writes that reason if it finds that a role holder has left Slack.
    """
    has_left = select(Departure.person).where(
        Departure.workspace_id == Decision.workspace_id,
        Departure.person.in_((Decision.holder, Decision.counterpart)),
    )
    empty = (
        Decision.channel_id == channel_id,
        Decision.state.in_(OPEN_STATES),
        or_(
            Decision.holder_because == because,
            Decision.counterpart_because == because,
            has_left.exists(),
        ),
    )
    return _locked(
        session,
        tenant,
        session.scalars(select(Decision.id).where(*empty).order_by(Decision.id)).all(),
    )


def lock_overdue_in(session: Session, tenant: str, channel_id: int) -> list[Decision]:
    """Lock and return the open decisions of this channel that are overdue or escalated.

    If the date of an escalated decision was moved, it is not overdue, and stays escalated.
    """
    overdue = (
        Decision.channel_id == channel_id,
        or_(Decision.overdue_at.is_not(None), Decision.escalated_to.is_not(None)),
        Decision.state.in_(OPEN_STATES),
    )
    return _locked(
        session,
        tenant,
        session.scalars(select(Decision.id).where(*overdue).order_by(Decision.id)).all(),
    )


def lock_made_possible_by(
    session: Session, versions: Sequence[RightsVersion], newcomers: Collection[str]
) -> list[Decision]:
    """Lock and return the decisions that these versions of the rights may have made possible.

    The versions give the same rights, and are sorted by age; the channel of the newest is loaded.
    `newcomers` are people who have become role holder or sponsor lately, and those for whom a new
    sponsor acts. A version may have made a decision possible if the decision was routed under it,
    or if a newcomer settled the decision. It may also have done so if a newcomer, or somebody in a
    newcomer's place, is holder or counterpart, or decides by escalation. Decisions that were
    settled before the first version was made are left out.
    """
    first, newest = versions[0], versions[-1]
    theirs = or_(
        Decision.rights_version_id.in_([version.id for version in versions]),
        Decision.settled_by.in_(newcomers),
        Decision.holder.in_(newcomers),
        Decision.holder_for.in_(newcomers),
        Decision.counterpart.in_(newcomers),
        Decision.counterpart_for.in_(newcomers),
        Decision.escalated_for.in_(newcomers),
    )
    recent = or_(Decision.state.in_(OPEN_STATES), Decision.settled_at >= first.made_at)
    here = select(Decision.id).where(Decision.channel_id == newest.channel_id, recent, theirs)
    tenant = newest.channel.workspace.tenant
    found = session.scalars(here.order_by(Decision.id)).all()
    return _locked(session, tenant, found, settled=True)


def lock_handed_over_by(
    session: Session, tenant: str, person: str, delegate: str
) -> list[Decision]:
    """Lock and return the open decisions in which this delegate acts for this person."""
    taken_over = _open_with(
        tenant,
        (Decision.holder == delegate) & (Decision.holder_for == person),
        (Decision.counterpart == delegate) & (Decision.counterpart_for == person),
    )
    return _locked(session, tenant, session.scalars(taken_over).all())


def lock_commitment(session: Session, tenant: str, commitment_id: str | int) -> Commitment:
    """Return this commitment with its ledger and channel, locked.

    Raise NotFound if it does not exist, or belongs to another workspace.
    """
    note_lock(session, Step.COMMITMENT, as_id(commitment_id))
    found = session.scalar(
        select(Commitment)
        .join(Commitment.channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == tenant, Commitment.id == as_id(commitment_id))
        .options(
            contains_eager(Commitment.channel).contains_eager(Channel.workspace),
            selectinload(Commitment.moves),
        )
        .with_for_update(of=Commitment)
    )
    if found is None:
        raise NotFound("that commitment")
    return found


def as_id(value: str | int) -> int:
    """Return the id that a button or a form carries. Raise NotFound if it is not a number."""
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise NotFound
    return int(text)


def lock_ledger(session: Session, commitment_id: int) -> None:
    """Lock a commitment and read its ledger anew, because another decision may have moved it.

    Do nothing if this transaction has locked it already.
    """
    if note_lock(session, Step.COMMITMENT, commitment_id):
        _read_ledger(session, commitment_id)


def _read_ledger(session: Session, commitment_id: int) -> None:
    session.execute(
        select(Commitment)
        .where(Commitment.id == commitment_id)
        .options(selectinload(Commitment.moves))
        .with_for_update(of=Commitment)
        .execution_options(populate_existing=True)
    ).all()
