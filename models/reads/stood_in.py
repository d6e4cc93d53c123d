"""Decisions that a delegate has decided or signed in the place of a person on leave."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, or_, select, union
from sqlalchemy.orm import Session, joinedload

from models.tables.absence import Absence
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import Signature

_PERSON: BindParameter[str] = bindparam("person")
_DELEGATE: BindParameter[str] = bindparam("delegate")
_SINCE = bindparam("since", type_=UtcDateTime)


def decided_in_place(session: Session, absence: Absence) -> list[Decision]:
    """Return what the delegate of this leave decided or signed, by number, with the channels.

    What was reopened or taken back since is left out.
    """
    facts = {
        "workspace": absence.workspace_id,
        "person": absence.person,
        "delegate": absence.delegate,
        "since": absence.begun_at,
    }
    found = session.scalars(_decided_in_place(), facts)
    return sorted(found, key=lambda decision: decision.number)


@cache
def _decided_in_place() -> Select[Decision]:
    """Select by the seats in which somebody stands in, because these have an index.

    With a condition on their own column of the workspace, SQLite would read all of its decisions.
    """
    settled = select(Settlement.id).where(
        Settlement.decision_id == Decision.id,
        Settlement.round == Decision.round,
        Settlement.by == _DELEGATE,
        Settlement.on_behalf_of == _PERSON,
        Settlement.at >= _SINCE,
        Settlement.since.is_(None),
    )
    signed = select(Signature.id).where(
        Signature.decision_id == Decision.id,
        Signature.round == Decision.round,
        Signature.person == _DELEGATE,
        Signature.on_behalf_of == _PERSON,
        Signature.at >= _SINCE,
    )
    seats = union(
        select(Decision.id).where(Decision.holder_for == _PERSON),
        select(Decision.id).where(Decision.counterpart_for == _PERSON),
        select(Decision.id).where(
            Decision.escalated_to == _DELEGATE, Decision.escalated_for == _PERSON
        ),
    )
    here = (
        select(Channel.id)
        .where(Channel.id == Decision.channel_id)
        .where(Channel.workspace_id == bindparam("workspace"))
        .exists()
    )
    return (
        select(Decision)
        .where(Decision.id.in_(seats), here)
        .where(or_(settled.exists(), signed.exists()))
        .options(joinedload(Decision.channel))
    )
