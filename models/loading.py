"""Parts of decisions, read by one statement for each part. Each statement is built once.

SQLAlchemy's eager loading builds its statements anew for every query that uses it. That is three
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
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.decision import Decision
from models.tables.post import Post
from models.tables.rights import RightsVersion

# Parts that only claims of finished work have, and those that only tradeoffs have.
OF_CLAIMS = {"claims", "criteria", "follow_ups"}
OF_TRADEOFFS = {"impacts"}

_ID: BindParameter[int] = bindparam("id")
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_RIGHTS = (
    select(RightsVersion)
    .where(RightsVersion.id.in_(_IDS))
    .options(joinedload(RightsVersion.channel, innerjoin=True))
)
_COMMITMENTS = select(Commitment).where(Commitment.id.in_(_IDS))
_MOVES = (
    select(CommitmentMove).where(CommitmentMove.commitment_id.in_(_IDS)).order_by(CommitmentMove.id)
)


def read_parts(session: Session, decision: Decision) -> None:
    """Read the parts of this decision that are not read yet, so that no part is fetched later."""
    missing = inspect(decision).unloaded
    for name, part in _parts().items():
        if name in missing:
            can_have = _can_have(decision, name)
            found = session.scalars(part, {"id": decision.id}).all() if can_have else []
            set_committed_value(decision, name, found)
    read_rights_of(session, [decision])
    read_commitments_of(session, [decision])


def read_all_parts_of(session: Session, decisions: Sequence[Decision]) -> None:
    """Read all parts of these decisions, with one statement for each part."""
    read_parts_of(session, decisions, *_parts())
    read_rights_of(session, decisions)
    read_commitments_of(session, decisions)


def read_what_words_need(session: Session, decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Read all that `wording.state_words` needs of these decisions, and return them."""
    read_rights_of(session, decisions)
    read_parts_of(session, decisions, "claims", "impacts", "questions", "signatures", "settlements")
    read_commitments_of(session, decisions)
    return decisions


def read_parts_of(session: Session, decisions: Collection[Decision], *names: str) -> None:
    """Read these parts of all these decisions, as far as they are not read yet."""
    for name in names:
        missing = [decision for decision in decisions if name not in vars(decision)]
        ids = [decision.id for decision in missing if _can_have(decision, name)]
        found = defaultdict[int, list[Any]](list)
        for part in session.scalars(_part_of_many(name), {"ids": ids}) if ids else ():
            found[part.decision_id].append(part)
        for decision in missing:
            set_committed_value(decision, name, found[decision.id])


def read_rights_of(session: Session, decisions: Collection[Decision]) -> None:
    """Read the rights versions of these decisions, and their channels, as far as not read yet."""
    missing = [decision for decision in decisions if "rights_version" not in vars(decision)]
    ids = {decision.rights_version_id for decision in missing}
    versions = session.scalars(_RIGHTS, {"ids": list(ids)}) if ids else ()
    rights = {version.id: version for version in versions}
    for decision in missing:
        version = rights[decision.rights_version_id]
        set_committed_value(decision, "rights_version", version)
        if "channel" not in vars(decision):
            set_committed_value(decision, "channel", version.channel)


def read_commitments_of(session: Session, decisions: Collection[Decision]) -> None:
    """Read the commitments of these decisions with their ledgers, as far as not read yet."""
    missing = [decision for decision in decisions if "commitment" not in vars(decision)]
    ids = {decision.commitment_id for decision in missing} - {None}
    commitments = session.scalars(_COMMITMENTS, {"ids": list(ids)}) if ids else ()
    touched = {commitment.id: commitment for commitment in commitments}
    for decision in missing:
        commitment = touched.get(decision.commitment_id or 0)
        set_committed_value(decision, "commitment", commitment)
    read_moves_of(session, {decision.commitment for decision in decisions if decision.commitment})


def read_moves_of(session: Session, commitments: Collection[Commitment]) -> None:
    """Read the ledgers of these commitments, as far as they are not read yet."""
    missing = [commitment for commitment in commitments if "moves" not in vars(commitment)]
    ids = [commitment.id for commitment in missing]
    moves = defaultdict[int, list[CommitmentMove]](list)
    for move in session.scalars(_MOVES, {"ids": ids}) if ids else ():
        moves[move.commitment_id].append(move)
    for commitment in missing:
        set_committed_value(commitment, "moves", moves[commitment.id])


def _can_have(decision: Decision, part: str) -> bool:
    """Return False if a decision of this sort, at this point, has no part of this name."""
    if part in OF_CLAIMS:
        return decision.is_acceptance
    if part in OF_TRADEOFFS:
        return not decision.is_acceptance
    return part != "settlements" or decision.round > 1 or decision.state.settled


@cache
def _part_of_many(name: str) -> Select[Any]:
    owned = _owned(getattr(Decision, name))
    return _parts_alone(name).where(owned.decision_id.in_(_IDS))


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
    """Select all rows of this part in order; criteria with their verdicts, posts with questions."""
    relation = getattr(Decision, name)
    query = select(_owned(relation)).order_by(*relation.property.order_by)
    if name == "criteria":
        return query.options(selectinload(Criterion.verdicts))
    return query.options(joinedload(Post.question)) if name == "posts" else query


def _owned(relation: InstrumentedAttribute[Any]) -> Any:
    return relation.property.mapper.class_
