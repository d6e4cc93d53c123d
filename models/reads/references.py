"""References of decisions and commitments, read where they are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, select, union
from sqlalchemy.orm import Session, aliased, contains_eager, object_session, selectinload

from models.references import Link, parsed, searched
from models.rules import Verb
from models.tables.channel import Channel
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.reference import Reference
from models.tables.workspace import Workspace
from models.tables.write_behind import write_now

References = dict[int, list[Link]]
MOST_FOUND = 10


def of_decisions(session: Session, ids: Collection[int]) -> References:
    """Return the references of these decisions, by their id, in the order they were typed."""
    return _read(session, _of_decisions(), ids)


def of_displayed(decision: Decision) -> list[Link]:
    """Return the references of a decision that nothing has changed in this transaction."""
    session = object_session(decision)
    if session is None:
        return []
    return [
        Link(url, name) for _, url, name in session.execute(_of_decisions(), {"ids": [decision.id]})
    ]


def of_commitments(session: Session, ids: Collection[int]) -> References:
    """Return the references of these commitments, by their id, in the order they were typed."""
    return _read(session, _of_commitments(), ids)


def _read(session: Session, rows: Select[int | None, str, str], ids: Collection[int]) -> References:
    found = defaultdict[int, list[Link]](list)
    if ids:
        write_now(session)
        for owner, url, name in session.execute(rows, {"ids": list(ids)}):
            found[owner or 0].append(Link(url, name))
    return found


_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_ORDER = Reference.position, Reference.id


@cache
def _of_decisions() -> Select[int | None, str, str]:
    links = select(Reference.decision_id, Reference.url, Reference.name)
    return links.where(Reference.decision_id.in_(_IDS)).order_by(*_ORDER)


@cache
def _of_commitments() -> Select[int | None, str, str]:
    links = select(Reference.commitment_id, Reference.url, Reference.name)
    return links.where(Reference.commitment_id.in_(_IDS)).order_by(*_ORDER)


def commitments_referring_to(
    session: Session, tenant: str, text: str, channel: int | None, hidden: Collection[int]
) -> list[Commitment]:
    """Return the newest commitments with a reference of this name or address, MOST_FOUND at most.

    They are those of this `channel`, or of every channel that is not `hidden`. Their channels and
    ledgers are loaded too.
    """
    here: ColumnElement[bool] = Commitment.channel_id.not_in(hidden)
    if channel is not None:
        here = and_(here, Commitment.channel_id == channel)
    found = (
        select(Commitment)
        .join(Commitment.channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == tenant, here)
        .where(Commitment.id.in_(select(Reference.commitment_id).where(_these(text))))
        .options(
            contains_eager(Commitment.channel).contains_eager(Channel.workspace),
            selectinload(Commitment.moves),
        )
        .order_by(Commitment.id.desc())
        .limit(MOST_FOUND)
    )
    return list(session.scalars(found))


def refers_to(text: str) -> ColumnElement[bool]:
    """Narrow to decisions with a reference of this name or address, or whose commitment has it."""
    these = _these(text)
    own = select(Reference.decision_id).where(these, Reference.decision_id.is_not(None))
    touching = aliased(Decision)
    of_commitment = (
        select(touching.id)
        .join(Reference, Reference.commitment_id == touching.commitment_id)
        .where(these)
    )
    return Decision.id.in_(union(own, of_commitment))


def _these(text: str) -> ColumnElement[bool]:
    """Narrow to references of this name or address.

    An address is found through its short name, because the names have an index.
    """
    try:
        (link,) = parsed(text)
    except ValueError:
        return Reference.sought == searched(text)
    return and_(Reference.sought == searched(link.name), Reference.url == link.url)


def changes_since_signed(decision: Decision) -> int:
    """Return how often the references were changed after the first signature of this round.

    Any other edit after a signature begins the next round.
    """
    session = object_session(decision)
    if session is None or decision.first_signature is None:
        return 0
    of_decision = HistoryEvent.decision_id == decision.id
    signed = select(func.max(HistoryEvent.sequence)).where(
        of_decision, HistoryEvent.verb == Verb.SIGN
    )
    changed = select(func.count()).where(
        of_decision,
        HistoryEvent.verb == Verb.EDIT,
        HistoryEvent.sequence > signed.scalar_subquery(),
    )
    return session.scalars(changed).one()
