"""Look-ups that several features need: rights, decisions to draw, commitments, earlier decisions.

Rows come with all that their readers use, so that nothing has to be loaded later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, true, union
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.loading import read_parts
from models.locks import DECISION_BY_ID, as_id
from models.refusals.place import NotSetUp
from models.refusals.refused import NotFound
from models.rules import Kind, Outcome, State
from models.tables.channel import Channel, is_called
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.tables.history_chain import mark_of
from models.tables.rights import RightsVersion
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement
from models.tables.workspace import Workspace
from models.working_time import Calendar

_CURRENT_RIGHTS = (
    select(RightsVersion)
    .join(RightsVersion.channel)
    .join(Workspace, is_called(bindparam("slack_id")))
    .where(Workspace.tenant == bindparam("tenant"))
    .where(RightsVersion.number == Channel.rights_number)
    .options(contains_eager(RightsVersion.channel).contains_eager(Channel.workspace))
)
# A decision with its rights and its commitment. A query that locks the decision cannot join these:
# it would return them as they were before it waited for the lock.
_WITH_RIGHTS = (
    DECISION_BY_ID.join(Decision.rights_version)
    .outerjoin(Decision.commitment)
    .options(
        contains_eager(Decision.rights_version).contains_eager(RightsVersion.channel),
        contains_eager(Decision.commitment),
    )
)
_SHOWN = _WITH_RIGHTS.where(Workspace.tenant == bindparam("tenant"))
_RIGHTS_TO_RAISE = _CURRENT_RIGHTS.add_columns(
    select(Decision.id)
    .where(Decision.workspace_id == Workspace.id, Decision.raised_with == bindparam("form"))
    .correlate(Workspace)
    .scalar_subquery()
)


def current_rights(session: Session, tenant: str, slack_id: str) -> RightsVersion | None:
    """Return the newest version of this channel's rights; None if the channel is not set up."""
    return session.scalar(_CURRENT_RIGHTS, {"tenant": tenant, "slack_id": slack_id})


def rights_to_raise(
    session: Session, tenant: str, slack_id: str, form: str
) -> tuple[RightsVersion | None, bool]:
    """Return this channel's newest rights, and whether this form has raised something already."""
    row = session.execute(
        _RIGHTS_TO_RAISE, {"tenant": tenant, "slack_id": slack_id, "form": form}
    ).one_or_none()
    return (row[0], row[1] is not None) if row else (None, False)


def rights_version(session: Session, version_id: int) -> RightsVersion:
    """Return this version with its channel."""
    return session.scalars(
        select(RightsVersion)
        .where(RightsVersion.id == version_id)
        .options(joinedload(RightsVersion.channel).joinedload(Channel.workspace))
    ).one()


def rights_before(session: Session, version: RightsVersion) -> RightsVersion | None:
    """Return the version that this one replaced; None if it is the first."""
    return session.scalar(
        select(RightsVersion).where(
            RightsVersion.channel_id == version.channel_id,
            RightsVersion.number == version.number - 1,
        )
    )


def switched_off_with(session: Session, rights: RightsVersion, kind: Kind) -> RightsVersion:
    """Return the version that switched this kind off. The kind must be switched off today."""
    since = rights
    earlier = select(RightsVersion).where(RightsVersion.channel_id == rights.channel_id)
    for version in session.scalars(earlier.order_by(RightsVersion.number.desc())):
        if kind in version.kinds:
            break
        since = version
    return since


def require_rights(session: Session, tenant: str, slack_id: str) -> RightsVersion:
    """Return the newest version of this channel's rights. Raise NotSetUp if there is none."""
    rights = current_rights(session, tenant, slack_id)
    if rights is None:
        raise NotSetUp(slack_id)
    return rights


def decision_to_draw(session: Session, decision_id: int) -> Decision:
    """Return this decision with all its parts, not locked.

    A session reads it only once, because it often draws several messages of the same decision.
    """
    read: dict[int, Decision] = session.info.setdefault("drawn", {})
    if decision_id not in read:
        read[decision_id] = session.scalars(_WITH_RIGHTS, {"id": decision_id}).one()
        read_parts(session, read[decision_id])
    return read[decision_id]


def decision_to_show(session: Session, tenant: str, decision_id: str | int) -> Decision:
    """Return this decision with all its parts, not locked.

    Raise NotFound if it does not exist, or belongs to another workspace.
    """
    found = session.scalar(_SHOWN, {"tenant": tenant, "id": as_id(decision_id)})
    if found is None:
        raise NotFound
    read_parts(session, found)
    return found


def decision_by_number(session: Session, tenant: str, number: int) -> Decision | None:
    """Return the decision with this number, with all its parts and not locked, or None."""
    found = session.scalar(
        select(Decision.id)
        .join(Workspace, Workspace.id == Decision.workspace_id)
        .where(Workspace.tenant == tenant, Decision.number == number)
    )
    return decision_to_show(session, tenant, found) if found else None


def rights_naming(session: Session, tenant: str, person: str) -> list[RightsVersion]:
    """Return the current rights of every channel with this person in a role, or as sponsor."""
    seats = RightsVersion.product_owner, RightsVersion.project_manager, RightsVersion.sponsor
    held = union(*(select(RightsVersion.id).where(seat == person) for seat in seats)).subquery()
    return list(
        session.scalars(
            select(RightsVersion)
            .join(held, held.c.id == RightsVersion.id)
            .join(RightsVersion.channel)
            .join(Channel.workspace)
            .where(Workspace.tenant == tenant, RightsVersion.number == Channel.rights_number)
            .options(contains_eager(RightsVersion.channel).contains_eager(Channel.workspace))
            .order_by(RightsVersion.channel_id)
        )
    )


def current_rights_of(session: Session, channels: Collection[int]) -> list[RightsVersion]:
    """Return the newest rights of these channels."""
    return list(
        session.scalars(
            select(RightsVersion)
            .join(RightsVersion.channel)
            .join(Channel.workspace)
            .where(Channel.id.in_(channels), RightsVersion.number == Channel.rights_number)
            .options(contains_eager(RightsVersion.channel).contains_eager(Channel.workspace))
            .order_by(RightsVersion.channel_id)
        )
    )


def time_zones_of(session: Session, channels: Collection[int]) -> dict[int, str]:
    """Return the time zones of these channels, by our id of the channel."""
    current = current_rights_of(session, channels)
    return {rights.channel_id: rights.time_zone for rights in current}


def reminding(session: Session, channels: Collection[int]) -> dict[int, Calendar]:
    """Return the calendars of these channels; channels with reminders off are left out."""
    versions = session.scalars(
        select(RightsVersion)
        .join(RightsVersion.channel)
        .where(Channel.id.in_(channels), RightsVersion.number == Channel.rights_number)
        .where(RightsVersion.reminds)
    )
    return {version.channel_id: version.calendar for version in versions}


class Decided(NamedTuple):
    """Decided tradeoff, with what the form of a new tradeoff shows of it."""

    id: int
    number: int
    title: str
    outcome: Outcome
    settled_at: datetime
    mark: str


_DECIDED_SINCE = (
    select(
        Decision.id,
        Decision.number,
        Decision.title,
        Decision.outcome,
        Decision.settled_at,
        Decision.first_hash,
    )
    .where(Decision.channel_id == bindparam("channel"), Decision.settled_at >= bindparam("since"))
    .where(
        Decision.state == State.DECIDED,
        Decision.kind != Kind.ACCEPTANCE,
        Decision.outcome != Outcome.DISPUTED,
    )
    .order_by(Decision.settled_at.desc())
    .limit(2000)
)


def decided_since(session: Session, channel_id: int, since: datetime) -> list[Decided]:
    """Return what was decided in this channel since then, the newest first, at most 2,000."""
    rows = session.execute(_DECIDED_SINCE, {"channel": channel_id, "since": since})
    return [
        Decided(id, number, title, outcome, at, mark_of(first_hash))
        for id, number, title, outcome, at, first_hash in rows
        if outcome and at
    ]


class Forecast(NamedTuple):
    """Impact statement whose decision was reviewed: the forecast days of slip, and the actual ones.

    `card_link` is the address of the decision's card; None while Slack has not said it.
    """

    number: int
    card_link: str | None
    days: int
    actual: int


def forecasts_by(session: Session, channel_id: int, person: str, most: int = 3) -> list[Forecast]:
    """Return how this person's last forecasts in this channel turned out, the newest first."""
    rows = session.execute(
        select(Decision.number, Decision.card_link, ImpactStatement.days, Settlement.actual_days)
        .join(Settlement, Settlement.decision_id == Decision.id)
        .join(
            ImpactStatement,
            (ImpactStatement.decision_id == Decision.id)
            & (ImpactStatement.round <= Settlement.round),
        )
        .where(
            Decision.channel_id == channel_id,
            ImpactStatement.by == person,
            Settlement.actual_days.is_not(None),
        )
        .order_by(Settlement.reviewed_at.desc(), ImpactStatement.id.desc())
        .limit(most * 10)
    )
    newest = {
        number: Forecast(number, link, days, actual or 0)
        for number, link, days, actual in reversed(rows.all())
    }
    return list(reversed(newest.values()))[:most]


# ---- commitments ---------------------------------------------------------------------------------


def commitments(session: Session, channel_id: int, *, open_only: bool = False) -> list[Commitment]:
    """Return this channel's commitments and their ledgers: open ones first, then by date."""
    return list(
        session.scalars(
            select(Commitment)
            .where(Commitment.channel_id == channel_id)
            .where(Commitment.state == CommitmentState.OPEN if open_only else true())
            .options(selectinload(Commitment.moves))
            .order_by(
                Commitment.state != CommitmentState.OPEN, Commitment.promised_on, Commitment.id
            )
        )
    )


def commitment_to_show(session: Session, tenant: str, commitment_id: str | int) -> Commitment:
    """Return this commitment with its ledger and channel, not locked.

    Raise NotFound if it does not exist, or belongs to another workspace.
    """
    found = session.scalar(
        select(Commitment)
        .join(Commitment.channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == tenant, Commitment.id == as_id(commitment_id))
        .options(
            contains_eager(Commitment.channel).contains_eager(Channel.workspace),
            selectinload(Commitment.moves),
        )
    )
    if found is None:
        raise NotFound("that commitment")
    return found


def commitment_to_draw(session: Session, commitment_id: int) -> Commitment:
    """Return this commitment with its ledger, not locked."""
    return session.scalars(
        select(Commitment)
        .where(Commitment.id == commitment_id)
        .options(selectinload(Commitment.moves))
    ).one()
