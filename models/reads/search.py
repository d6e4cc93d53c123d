"""Search for decisions, page by page, by words and by facts.

The newest come first. In a list of what is open in one channel, the most urgent come first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.reads.references import refers_to
from models.rules import OPEN_STATES, Decider, Impact, Kind, Outcome, Role, State, Verb
from models.tables.channel import Channel
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.post import Post
from models.tables.question import Question
from models.tables.search_index import DecisionWords
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement, Signature
from models.tables.workspace import Workspace
from models.tables.write_behind import write_now
from models.verbs.routing import LEFT

_FULL_TEXT = table("decision_fts", column("rowid"), column("decision_fts"))

_REOPENED = exists().where(Settlement.decision_id == Decision.id, Settlement.since == Verb.REOPEN)

# Values of the filter `state:`: states of the record, facts beside the state, and outcomes.
STATES: dict[str, ColumnElement[bool]] = {
    "open": Decision.state.in_(OPEN_STATES),
    "overdue": and_(Decision.state.in_(OPEN_STATES), Decision.overdue_at.is_not(None)),
    "escalated": and_(Decision.state.in_(OPEN_STATES), Decision.escalated_at.is_not(None)),
    # Decisions that were reopened at some time, whether they are open now or decided again.
    "reopened": and_(Decision.round > 1, _REOPENED),
    **{state.value: Decision.state == state for state in State},
    **{outcome.value: Decision.outcome == outcome for outcome in Outcome},
    "lapsed": Decision.impact.in_((Impact.LAPSED, Impact.LATE)),
}


# Values of `state:` whose decisions are all open.
OPEN_VALUES = ("open", "overdue", "escalated", *(state.value for state in OPEN_STATES))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Search terms, all of which must hold.

    `words` are as the index has them; `state` is a key of STATES; `channel` is our id; times say
    when a decision was raised. `gathered_in` is the id of a message that leads to a list of
    decisions.
    """

    words: Sequence[str] = ()
    kind: Kind | None = None
    state: str | None = None
    by: str | None = None
    holder: str | None = None
    commitment: str | None = None
    reference: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    channel: int | None = None
    gathered_in: int | None = None


T = TypeVar("T")


class Found(NamedTuple):
    """Decision, with as much as a list shows. `channel` is Slack's id.

    `impact_from` are the roles that state impact, and `impact_stated_by` is the role of a statement
    that was made since the question was last put. `product_owner_signed` and
    `project_manager_signed` are the people who signed in these roles in this round. `asked_of` is
    the person whose answer is missing. `holder_has_left` and `counterpart_has_left` are True if
    that person has left Slack, and nobody acts for them. `holder_for` and `counterpart_for` are the
    people in whose place they act. `to_revise` is the role that is asked to revise its impact
    statement. `escalated_to` may decide too, by
    escalation: the sponsor, or their delegate, who acts for `escalated_for`.
    """

    id: int
    number: int
    title: str
    kind: Kind
    state: State
    outcome: Outcome | None
    decides: Decider
    holder: str
    counterpart: str
    overdue_at: datetime | None
    raised_by: str
    raised_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    made_on: date | None
    channel_id: int
    channel: str
    due_on: date | None
    card_link: str | None
    deferred_until: date | None = None
    impact_from: Decider | None = None
    impact_stated_by: Role | None = None
    product_owner_signed: str | None = None
    project_manager_signed: str | None = None
    asked_of: str | None = None
    holder_has_left: bool = False
    counterpart_has_left: bool = False
    escalated_to: str | None = None
    escalated_for: str | None = None
    holder_for: str | None = None
    counterpart_for: str | None = None
    to_revise: Role | None = None


def _of(
    part: type[Settlement | Signature | Question | ImpactStatement],
    value: InstrumentedAttribute[T],
    *conditions: ColumnElement[bool],
) -> ScalarSelect[T]:
    """Select one value of a part of the decision, or None."""
    return (
        select(func.max(value))
        .where(part.decision_id == Decision.id, *conditions)
        .correlate(Decision)
        .scalar_subquery()
    )


def _of_this_round(
    part: type[Settlement | Signature | Question],
    value: InstrumentedAttribute[T],
    *conditions: ColumnElement[bool],
) -> ScalarSelect[T]:
    """Select one value of a part of the decision: that of its round, or None."""
    return _of(part, value, part.round == Decision.round, *conditions)


_COLUMNS = (
    Decision.id,
    Decision.number,
    Decision.title,
    Decision.kind,
    Decision.state,
    Decision.outcome,
    Decision.decides,
    Decision.holder,
    Decision.counterpart,
    Decision.overdue_at,
    Decision.raised_by,
    Decision.raised_at,
    Decision.settled_by,
    Decision.settled_at,
    Decision.made_on,
    Decision.channel_id,
    Channel.slack_id,
    Decision.due_on,
    Decision.card_link,
    _of_this_round(Settlement, Settlement.deferred_until),
    Decision.impact_from,
    _of(ImpactStatement, ImpactStatement.role, ImpactStatement.round >= Decision.question_round),
    _of_this_round(Signature, Signature.person, Signature.role == Role.PRODUCT_OWNER),
    _of_this_round(Signature, Signature.person, Signature.role == Role.PROJECT_MANAGER),
    _of_this_round(Question, Question.asked_of, Question.answer.is_(None)),
    and_(Decision.holder_for.is_(None), Decision.holder_because == LEFT),
    and_(Decision.counterpart_for.is_(None), Decision.counterpart_because == LEFT),
    Decision.escalated_to,
    Decision.escalated_for,
    Decision.holder_for,
    Decision.counterpart_for,
    _of(
        ImpactStatement,
        ImpactStatement.role,
        Decision.impact == Impact.REVISION_ASKED,
        ImpactStatement.round >= Decision.question_round,
        ImpactStatement.revision_asked.is_not(None),
    ),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Part of the list, newest first: at most `most` numbers, before or after one of them."""

    most: int
    older_than: int | None = None
    newer_than: int | None = None


def find(
    session: Session, tenant: str, wanted: Wanted, cut: Part, *, hidden: Collection[int] = ()
) -> list[Found]:
    """Return this part of the list, without what is in hidden channels."""
    workspace = session.scalar(select(Workspace.id).where(Workspace.tenant == tenant))
    if workspace is None:
        return []
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if wanted.words and not on_sqlite:
        # PostgreSQL otherwise keeps one plan for all words. A rare word and a common one need
        # different plans.
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    found = session.execute(statement(session, workspace, wanted, cut, hidden))
    rows = [Found._make(row) for row in found]
    return rows if cut.newer_than is None else rows[::-1]


# A day that is later than any day that can be chosen. Decisions without a date are sorted by it.
NO_DAY = date(9999, 12, 31)
# Place in the list of what is most urgent: the day by which it is to be decided, and its number.
Place = tuple[date, int]


def place_of(row: Found) -> Place:
    return row.due_on or NO_DAY, row.number


def find_urgent(
    session: Session, tenant: str, wanted: Wanted, most: int, at: Place | None, *, back: bool
) -> list[Found]:
    """Return what is wanted of one channel, the most urgent first, after this place or before it.

    Overdue decisions have the earliest days, so they come first. The index of channel and state
    finds the rows, and the database sorts them, because a channel has few open decisions.
    """
    assert wanted.channel
    workspace = session.scalars(select(Workspace.id).where(Workspace.tenant == tenant)).one()
    day: ColumnElement[date] = func.coalesce(Decision.due_on, literal(NO_DAY, Date))
    keys: list[ColumnElement[Any]] = [day, Decision.number.expression]
    query = select(*_COLUMNS).join(Decision.channel)
    query = query.where(*_facts(session, workspace, wanted))
    if at:
        here = [literal(at[0], Date), literal(at[1])]
        query = query.where(
            tuple_(*keys) < tuple_(*here) if back else tuple_(*keys) > tuple_(*here)
        )
    ordered = query.order_by(*(key.desc() if back else key for key in keys)).limit(most)
    rows = [Found._make(row) for row in session.execute(ordered)]
    return rows[::-1] if back else rows


def statement(
    session: Session, workspace: int, wanted: Wanted, cut: Part, hidden: Collection[int] = ()
) -> Select[*tuple[Any, ...]]:
    """Build the query. Each database gets its own, so that it can stop after one page."""
    query = select(*_COLUMNS).join(Decision.channel)
    query = query.where(Decision.workspace_id == workspace, *_facts(session, workspace, wanted))
    if hidden:
        query = query.where(Decision.channel_id.not_in(hidden))
    place: ColumnElement[int] = Decision.number.expression
    bounds: list[ColumnElement[int] | int | None] = [cut.older_than, cut.newer_than]
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if wanted.words and on_sqlite:
        # The full-text table yields rows one by one only in the order of ids, which is that of
        # numbers.
        place = _FULL_TEXT.c.rowid
        ends = (cut.older_than, cut.newer_than)
        bounds = [number and _id_of(workspace, number) for number in ends]
        match = " ".join(f'"{word}"' for word in wanted.words)
        query = query.join(_FULL_TEXT, place == Decision.id).where(
            _FULL_TEXT.c.decision_fts.op("MATCH")(match)
        )
    elif wanted.words:
        lexemes = cast(" & ".join(f"'{word}'" for word in wanted.words), TSQUERY)
        query = query.join(DecisionWords, DecisionWords.decision_id == Decision.id)
        query = query.where(DecisionWords.words.op("@@")(lexemes))
    older, newer = bounds
    if older is not None:
        query = query.where(place < older)
    if newer is not None:
        query = query.where(place > newer)
    return query.order_by(place if newer is not None else place.desc()).limit(cut.most)


def _id_of(workspace: int, number: int) -> ColumnElement[int]:
    return (
        select(Decision.id)
        .where(Decision.workspace_id == workspace, Decision.number == number)
        .scalar_subquery()
    )


def _facts(session: Session, workspace: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    facts = list(_of_its_own_row(wanted))
    if wanted.holder:
        facts.append(_is_for(wanted.holder))
    if wanted.commitment:
        facts.append(
            Decision.commitment_id.in_(_commitments(session, workspace, wanted.commitment))
        )
    if wanted.gathered_in:
        news = select(Post.decision_id).where(Post.thread_id == wanted.gathered_in)
        facts.append(Decision.id.in_(news))
    if wanted.reference:
        facts.append(refers_to(wanted.reference))
    return facts


def _is_for(person: str) -> ColumnElement[bool]:
    """Return the condition that this person decided, or that an open decision waits for them.

    An open decision does not wait for people who have signed it already. Once it is escalated, it
    waits for the sponsor too.
    """
    led_by_manager, open_ = (
        Decision.decides == Decider.PROJECT_MANAGER,
        Decision.state.in_(OPEN_STATES),
    )
    owner_signed, manager_signed = (
        exists().where(
            Signature.decision_id == Decision.id,
            Signature.round == Decision.round,
            Signature.role == role,
        )
        for role in (Role.PRODUCT_OWNER, Role.PROJECT_MANAGER)
    )
    first_signed = case((led_by_manager, manager_signed), else_=owner_signed)
    second_signed = case((led_by_manager, owner_signed), else_=manager_signed)
    both = (Decision.decides == Decider.JOINT) | Decision.move_decides.is_not(None)
    return or_(
        and_(Decision.holder == person, ~and_(open_, first_signed)),
        and_(both, Decision.counterpart == person, ~and_(open_, second_signed)),
        and_(Decision.escalated_to == person, open_, Decision.state != State.AWAITING_IMPACT),
    )


def _of_its_own_row(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.channel:
        yield Decision.channel_id == wanted.channel
    if wanted.kind:
        yield Decision.kind == wanted.kind
    if wanted.state:
        yield STATES[wanted.state]
    if wanted.by:
        yield Decision.raised_by == wanted.by
    if wanted.since:
        yield Decision.raised_at >= wanted.since
    if wanted.before:
        yield Decision.raised_at < wanted.before


def _commitments(session: Session, workspace: int, name: str) -> list[int]:
    """Return the ids of the commitments whose name begins with `name`; capitals do not matter.

    Python compares the names, because databases compare capitals differently. A workspace has few
    commitments.
    """
    rows = session.execute(
        select(Commitment.id, Commitment.name)
        .join(Commitment.channel)
        .where(Channel.workspace_id == workspace)
    )
    return [
        id for id, commitment_name in rows if commitment_name.casefold().startswith(name.casefold())
    ]


# ---- one decision, and what it names -------------------------------------------------------------


def ids_of(session: Session, tenant: str, numbers: Iterable[int]) -> dict[int, int]:
    """Return the ids of the decisions with these numbers, by number."""
    asked_for = list(numbers)
    if not asked_for:
        return {}
    rows = session.execute(
        select(Decision.number, Decision.id)
        .join(Workspace, Workspace.id == Decision.workspace_id)
        .where(Workspace.tenant == tenant, Decision.number.in_(asked_for))
    )
    return {row.number: row.id for row in rows}


def first_hash_of(session: Session, decision_id: int) -> str | None:
    """Return the hash of this decision's first event; None if there is none."""
    return session.scalar(
        select(HistoryEvent.hash).where(
            HistoryEvent.decision_id == decision_id, HistoryEvent.sequence == 1
        )
    )


def history_of(session: Session, decision_id: int) -> list[HistoryEvent]:
    """Return everything that happened to this decision, in order, up to this moment."""
    write_now(session)
    return list(
        session.scalars(
            select(HistoryEvent)
            .where(HistoryEvent.decision_id == decision_id)
            .order_by(HistoryEvent.sequence)
        )
    )
