"""All that belongs to one decision: a statement a part, each built once.

SQLAlchemy's eager loading is made for many rows and builds its statements anew each time: for one decision, thrice the work.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from models.acceptance import Criterion
from models.commitment import Commitment
from models.decision import Decision
from models.post import Post
from models.rights import RightsVersion

_ID: BindParameter[int] = bindparam("id")
_RIGHTS = select(RightsVersion).where(RightsVersion.id == _ID)
_COMMITMENT = select(Commitment).where(Commitment.id == _ID).options(selectinload(Commitment.moves))


def read_parts(session: Session, decision: Decision) -> None:
    """Those that are not read yet: none is fetched later behind one's back."""
    missing = inspect(decision).unloaded
    for name, part in _parts().items():
        if name in missing:
            set_committed_value(decision, name, session.scalars(part, {"id": decision.id}).all())
    if "rights_version" in missing:
        rights = session.scalars(_RIGHTS, {"id": decision.rights_version_id}).one()
        set_committed_value(decision, "rights_version", rights)
    if "commitment" in missing:
        touched = decision.commitment_id and session.scalars(_COMMITMENT, {"id": decision.commitment_id}).one()
        set_committed_value(decision, "commitment", touched)


@cache
def _parts() -> dict[str, Select[Any]]:
    plain = (
        Decision.impacts, Decision.signatures, Decision.claims, Decision.follow_ups, Decision.questions, Decision.settlements,
    )  # fmt: skip
    return {
        **{one.key: _part(one) for one in plain},
        "criteria": _part(Decision.criteria).options(selectinload(Criterion.verdicts)),
        "posts": _part(Decision.posts).options(joinedload(Post.question)),
    }


def _part(relation: InstrumentedAttribute[Any]) -> Select[Any]:
    """In its own order."""
    owned = relation.property.mapper.class_
    return select(owned).where(owned.decision_id == _ID).order_by(*relation.property.order_by)
