"""Parts of decisions, read by one statement for each part, each built once.

SQLAlchemy's eager loading builds its statements anew for every query that uses it, which is three
times the work if many decisions are shown at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from models.tables.acceptance import Criterion
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.post import Post
from models.tables.rights import RightsVersion

# Parts that only claims of finished work have, and those that only tradeoffs have.
OF_CLAIMS = {"claims", "criteria", "follow_ups"}
OF_TRADEOFFS = {"impacts"}

_ID: BindParameter[int] = bindparam("id")
_RIGHTS = select(RightsVersion).where(RightsVersion.id == _ID)
_COMMITMENT = select(Commitment).where(Commitment.id == _ID).options(selectinload(Commitment.moves))


def read_parts(session: Session, decision: Decision) -> None:
    """Read the parts of this decision that are not read yet, so that none is fetched later."""
    missing = inspect(decision).unloaded
    lacking = OF_TRADEOFFS if decision.is_acceptance else OF_CLAIMS
    for name, part in _parts().items():
        if name in missing:
            found = [] if name in lacking else session.scalars(part, {"id": decision.id}).all()
            set_committed_value(decision, name, found)
    if "rights_version" in missing:
        rights = session.scalars(_RIGHTS, {"id": decision.rights_version_id}).one()
        set_committed_value(decision, "rights_version", rights)
    if "commitment" in missing:
        touched = (
            decision.commitment_id
            and session.scalars(_COMMITMENT, {"id": decision.commitment_id}).one()
        )
        set_committed_value(decision, "commitment", touched)


def read_all_parts_of(session: Session, decisions: Sequence[Decision]) -> None:
    """Read all parts of these decisions, with one statement for each part."""
    read_parts_of(session, decisions, *_parts())
    versions = {decision.rights_version_id for decision in decisions}
    touched = {decision.commitment_id for decision in decisions} - {None}
    found = session.scalars(select(RightsVersion).where(RightsVersion.id.in_(versions)))
    rights = {version.id: version for version in found}
    ledgers = select(Commitment).options(selectinload(Commitment.moves))
    commitments: dict[int | None, Commitment | None] = {None: None}
    if touched:
        of_these = session.scalars(ledgers.where(Commitment.id.in_(touched)))
        commitments |= {commitment.id: commitment for commitment in of_these}
    for decision in decisions:
        set_committed_value(decision, "rights_version", rights[decision.rights_version_id])
        set_committed_value(decision, "commitment", commitments[decision.commitment_id])


def read_parts_of(session: Session, decisions: Collection[Decision], *names: str) -> None:
    """Read these parts of all these decisions, as far as they are not read yet."""
    for name in names:
        missing = [decision for decision in decisions if name in inspect(decision).unloaded]
        found = defaultdict[int, list[Any]](list)
        for part in (
            session.scalars(_part_of_many(name), {"ids": [decision.id for decision in missing]})
            if missing
            else ()
        ):
            found[part.decision_id].append(part)
        for decision in missing:
            set_committed_value(decision, name, found[decision.id])


@cache
def _part_of_many(name: str) -> Select[Any]:
    owned = _owned(getattr(Decision, name))
    these = owned.decision_id.in_(bindparam("ids", expanding=True))
    return _parts_alone(name).where(these)


@cache
def _parts() -> dict[str, Select[Any]]:
    """Return, by the name of each part, the query that reads it for one decision."""
    parts = (
        Decision.impacts,
        Decision.signatures,
        Decision.claims,
        Decision.follow_ups,
        Decision.questions,
        Decision.settlements,
        Decision.criteria,
        Decision.posts,
    )
    return {
        part.key: _parts_alone(part.key).where(_owned(part).decision_id == _ID) for part in parts
    }


def _parts_alone(name: str) -> Select[Any]:
    """Select all rows of this part, in the order of its relationship, with what hangs on them."""
    relation = getattr(Decision, name)
    query = select(_owned(relation)).order_by(*relation.property.order_by)
    if name == "criteria":
        return query.options(selectinload(Criterion.verdicts))
    return query.options(joinedload(Post.question)) if name == "posts" else query


def _owned(relation: InstrumentedAttribute[Any]) -> Any:
    return relation.property.mapper.class_
