"""Every SELECT that is more than a get. What is returned is loaded whole: nothing is fetched later behind one's back."""

from __future__ import annotations

import re

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption as ORMOption

from models.acceptance import Criterion
from models.attempt import AttemptOutsideRight
from models.channel import Channel
from models.decision import Decision
from models.refusals import NotFound
from models.rights import RightsVersion
from models.workspace import Workspace


def ensure_channel(session: Session, team: str, slack_id: str) -> Channel:
    """The row of this channel, made at first sight of it."""
    workspace = session.scalar(select(Workspace).where(Workspace.team == team))
    if workspace is None:
        workspace = Workspace(team=team)
        session.add(workspace)
        session.flush()
    channel = session.scalar(select(Channel).where(Channel.workspace_id == workspace.id, Channel.slack_id == slack_id))
    if channel is None:
        channel = Channel(workspace_id=workspace.id, slack_id=slack_id, rights_number=0)
        session.add(channel)
    channel.workspace = workspace
    session.flush()
    return channel


# Asked at every raise: built once.
_CURRENT_RIGHTS = (
    select(RightsVersion)
    .join(RightsVersion.channel)
    .join(Channel.workspace)
    .where(Workspace.team == bindparam("team"), Channel.slack_id == bindparam("slack_id"))
    .where(RightsVersion.number == Channel.rights_number)
    .options(contains_eager(RightsVersion.channel).contains_eager(Channel.workspace))
)
_RAISED_WITH = (
    select(Decision.number)
    .join(Workspace, Workspace.id == Decision.workspace_id)
    .where(Workspace.team == bindparam("team"), Decision.raised_with == bindparam("form"))
)


def current_rights(session: Session, team: str, slack_id: str) -> RightsVersion | None:
    """The newest version of this channel's rights; None when it is not set up."""
    return session.scalar(_CURRENT_RIGHTS, {"team": team, "slack_id": slack_id})


def rights_version(session: Session, version_id: int) -> RightsVersion:
    """This version with its channel."""
    return session.scalars(
        select(RightsVersion)
        .where(RightsVersion.id == version_id)
        .options(joinedload(RightsVersion.channel).joinedload(Channel.workspace))
    ).one()


def decision(session: Session, team: str, decision_id: str | int) -> Decision:
    """This decision, whole, and locked until the transaction ends. Raises NotFound, also for another workspace's."""
    found = session.scalar(
        select(Decision)
        .join(Decision.channel)
        .join(Channel.workspace)
        .where(Workspace.team == team, Decision.id == _number(decision_id))
        .options(*_whole())
        .with_for_update(of=Decision)
    )
    if found is None:
        raise NotFound
    return found


def decision_to_draw(session: Session, decision_id: int) -> Decision:
    """This decision, whole, not locked."""
    return session.scalars(
        select(Decision)
        .join(Decision.channel)
        .join(Channel.workspace)
        .where(Decision.id == decision_id)
        .options(*_whole())
    ).one()


def raised_with(session: Session, team: str, form: str) -> int | None:
    """The number that this form raised when it was submitted before, if it was."""
    return session.scalar(_RAISED_WITH, {"team": team, "form": form})


def attempts_outside_rights(session: Session, channel_id: int) -> dict[str, int]:
    """How often someone tried to decide outside their right, per kind."""
    rows = session.execute(
        select(AttemptOutsideRight.kind, func.count())
        .where(AttemptOutsideRight.channel_id == channel_id)
        .group_by(AttemptOutsideRight.kind)
    )
    return {kind.label: count for kind, count in rows}


def _whole() -> tuple[ORMOption, ...]:
    return (
        contains_eager(Decision.channel).contains_eager(Channel.workspace),
        joinedload(Decision.rights_version),
        selectinload(Decision.impacts),
        selectinload(Decision.signatures),
        selectinload(Decision.claims),
        selectinload(Decision.criteria).selectinload(Criterion.verdicts),
        selectinload(Decision.follow_ups),
        selectinload(Decision.posts),
    )


def _number(value: str | int) -> int:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise NotFound
    return int(text)
