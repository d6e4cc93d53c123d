"""Decisions that a delegate has decided or signed in the place of a person on leave."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, or_, select, union
from sqlalchemy.orm import Session, joinedload

from models.tables.absence import Absence
from models.tables.base import UtcDateTime
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import Signature


def decided_in_place(session: Session, absence: Absence) -> list[Decision]:
    """Return what the delegate of this leave decided or signed, by number, with the channels.

    What was reopened or taken back since is left out.
    """
    facts = {
        "person": absence.person,
        "delegate": absence.delegate,
        "since": absence.begun_at,
    }
    found = session.scalars(_decided_in_place(), facts)
    here = [decision for decision in found if decision.workspace_id == absence.workspace_id]
    return sorted(here, key=lambda decision: decision.number)


@cache
def _decided_in_place() -> Select[Decision]:
    """Select by the seats in which somebody stands in, because these have an index.

    With a condition on the workspace, SQLite would read all of its decisions.
    """
    person: BindParameter[str] = bindparam("person")
    delegate: BindParameter[str] = bindparam("delegate")
    since = bindparam("since", type_=UtcDateTime)
    settled = select(Settlement.id).where(
        Settlement.decision_id == Decision.id,
        Settlement.round == Decision.round,
        Settlement.by == delegate,
        Settlement.on_behalf_of == person,
        Settlement.at >= since,
        Settlement.since.is_(None),
    )
    signed = select(Signature.id).where(
        Signature.decision_id == Decision.id,
        Signature.round == Decision.round,
        Signature.person == delegate,
        Signature.on_behalf_of == person,
        Signature.at >= since,
    )
    seats = union(
        select(Decision.id).where(Decision.holder_for == person),
        select(Decision.id).where(Decision.counterpart_for == person),
        select(Decision.id).where(
            Decision.escalated_to == delegate, Decision.escalated_for == person
        ),
    )
    return (
        select(Decision)
        .where(Decision.id.in_(seats))
        .where(or_(settled.exists(), signed.exists()))
        .options(joinedload(Decision.channel))
    )
