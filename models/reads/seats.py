"""People for whom something waits in a channel, and what waits for a person. Nothing is locked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CompoundSelect, Select, select, text, union
from sqlalchemy.orm import Session, joinedload

from models.loading import read_parts_of, read_rights_of
from models.reads.waiting import FURTHEST_EAST
from models.rules import OPEN_STATES
from models.tables.acceptance import FollowUp
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.question import IS_OPEN, Question
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange
from models.tables.settlement import UNREVIEWED, Settlement
from models.tables.tradeoff import ImpactStatement
from models.verbs.follow_ups import open_follow_ups


def people_in_seats(session: Session, channel_id: int) -> set[str]:
    """Return everybody with a seat in an open decision of this channel, and whom they stand for."""
    seats = (Decision.holder, Decision.holder_for, Decision.counterpart, Decision.counterpart_for)
    rows = session.execute(
        select(*seats)
        .where(Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES))
        .distinct()
    )
    return {person for row in rows for person in row if person}


def people_awaited(session: Session, channel_id: int) -> set[str]:
    """Return everybody for whom something may wait in this channel.

    They have a seat in an open decision, or may decide one by escalation. Or they owe a follow-up
    or an answer, are the author of a forecast that is to be reviewed, or may have to confirm a
    change of the rights.
    """
    owed = (FollowUp.decision_id == Decision.id) & FollowUp.done_at.is_(None)
    asked = (Question.decision_id == Decision.id) & IS_OPEN
    pending = (RightsChange.channel_id == Channel.id) & (RightsChange.state == ChangeState.PENDING)
    current = (RightsVersion.channel_id == Channel.id) & (
        RightsVersion.number == Channel.rights_number
    )
    editors = (RightsVersion.product_owner, RightsVersion.project_manager, RightsVersion.sponsor)
    named: CompoundSelect[str] = union(
        select(ImpactStatement.by)
        .join(Decision, Decision.id == ImpactStatement.decision_id)
        .join(Settlement, Settlement.decision_id == ImpactStatement.decision_id)
        .where(Decision.channel_id == channel_id, text(UNREVIEWED)),
        select(Decision.escalated_to)
        .where(Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES))
        .where(Decision.escalated_to.is_not(None)),
        select(FollowUp.owner).join(Decision, owed).where(Decision.channel_id == channel_id),
        select(Question.asked_of)
        .join(Decision, asked)
        .where(Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES)),
        *(
            select(editor)
            .join(Channel, current)
            .join(RightsChange, pending)
            .where(Channel.id == channel_id, editor.is_not(None))
            for editor in editors
        ),
    )
    return people_in_seats(session, channel_id) | set(session.scalars(named))


def pending_with(session: Session, workspace_id: int, person: str) -> list[Decision]:
    """Return the open decisions of which this person is holder or counterpart.

    Their channels, signatures and impact statements are loaded too: the last two say whether the
    person has to act.
    """
    open_ = Decision.state.in_(OPEN_STATES)
    both = Decision.holder == person, Decision.counterpart == person
    theirs = union(*(select(Decision.id).where(seat, open_) for seat in both)).subquery()
    found = list(
        session.scalars(
            select(Decision)
            .join(theirs, theirs.c.id == Decision.id)
            .where(Decision.workspace_id == workspace_id)
            .options(joinedload(Decision.channel))
        )
    )
    read_parts_of(session, found, "signatures", "impacts")
    return found


def escalated_to(session: Session, workspace_id: int, person: str) -> list[Decision]:
    """Return the open decisions that this person may decide by escalation.

    Their channels are loaded too.
    """
    theirs = select(Decision.id.label("decision_id")).where(
        Decision.escalated_to == person, Decision.state.in_(OPEN_STATES)
    )
    return _of_ids(session, workspace_id, theirs)


def owing_follow_ups(session: Session, workspace_id: int, person: str) -> list[Decision]:
    """Return the decisions of which this person still owes a follow-up.

    Their channels are loaded too.
    """
    owed = select(FollowUp.decision_id).where(FollowUp.owner == person, FollowUp.done_at.is_(None))
    found = _of_ids(session, workspace_id, owed)
    read_parts_of(session, found, "settlements", "follow_ups")
    return [decision for decision in found if open_follow_ups(decision, person)]


def with_question_to(session: Session, workspace_id: int, person: str) -> list[Decision]:
    """Return the open decisions with a question that this person has not answered.

    Their channels, questions and signatures are loaded too.
    """
    found = list(
        session.scalars(
            select(Decision)
            .join(
                Question,
                (Question.decision_id == Decision.id) & (Question.round == Decision.round),
            )
            .where(Question.asked_of == person, IS_OPEN)
            .where(Decision.workspace_id == workspace_id, Decision.state.in_(OPEN_STATES))
            .order_by(Decision.number)
            .options(joinedload(Decision.channel))
        )
    )
    read_parts_of(session, found, "questions", "signatures")
    return found


def with_forecast_to_review(
    session: Session, workspace_id: int, person: str, at: datetime
) -> list[Decision]:
    """Return the decisions with a statement of this person whose review is due and not answered.

    What `is_review_due` and `reviewer_of` read of the decisions is loaded too.
    """
    theirs = _forecast_to_review(at).where(ImpactStatement.by == person)
    return _with_forecasts(session, workspace_id, theirs)


def with_forecast_to_review_in(session: Session, channel: Channel, at: datetime) -> list[Decision]:
    """Return the decisions of this channel whose review is due and not answered.

    What `is_review_due` and `reviewer_of` read of them is loaded too.
    """
    here = (
        _forecast_to_review(at)
        .join(Decision, Decision.id == ImpactStatement.decision_id)
        .where(Decision.channel_id == channel.id)
    )
    return _with_forecasts(session, channel.workspace_id, here)


def asked_to_review(
    session: Session, decisions: Collection[Decision]
) -> set[tuple[int | None, int, str | None]]:
    """Return the people who were asked whether a forecast held, as (decision, round, person)."""
    asked = select(Post.decision_id, Post.round, Post.person).where(
        Post.decision_id.in_([decision.id for decision in decisions]),
        Post.drawing == Drawing.REVIEW_REQUEST,
    )
    return {(id, round, person) for id, round, person in session.execute(asked)}


def _forecast_to_review(at: datetime) -> Select[int]:
    """Select the ids of the decisions whose review is due and not answered.

    A review counts as due once its day has begun in the time zone furthest east.
    """
    return (
        select(ImpactStatement.decision_id)
        .join(Settlement, Settlement.decision_id == ImpactStatement.decision_id)
        .where(text(UNREVIEWED), Settlement.review_on <= (at + FURTHEST_EAST).date())
    )


def _with_forecasts(session: Session, workspace_id: int, ids: Select[int]) -> list[Decision]:
    found = _of_ids(session, workspace_id, ids)
    read_parts_of(session, found, "impacts", "settlements")
    read_rights_of(session, found)
    return found


def _of_ids(session: Session, workspace_id: int, ids: Select[int]) -> list[Decision]:
    """Return the workspace's decisions with these ids, by number. Their channels are loaded too.

    The ids are joined, and Python sorts the rows: with `IN` or `ORDER BY`, SQLite would read all
    decisions of the workspace.
    """
    wanted = ids.distinct().subquery()
    found = session.scalars(
        select(Decision)
        .join(wanted, wanted.c.decision_id == Decision.id)
        .where(Decision.workspace_id == workspace_id)
        .options(joinedload(Decision.channel))
    )
    return sorted(found, key=lambda decision: decision.number)
