"""One week of a channel, or a longer time, for the digest, as it was when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from models.loading import read_parts_of
from models.reads.figures import (
    Figures,
    figures,
    settled_since,
    time_to_decide,
)
from models.reads.movements import Movement, ScopeChange, changes, closed
from models.rules import MAY_HAVE_QUESTION, Kind, Verb
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.rights import RightsVersion
from models.tables.settlement import Settlement
from models.verbs.wanted_rights import Wanted, seats_and_rows

WEEK = timedelta(days=7)
# Span with which a week's time to decide is compared (docs/reference/behaviour.md, Screens).
BEFORE = timedelta(days=28)
# If the week ended less than this ago, the digest says who must act now. Otherwise it says what
# waited when the week ended (docs/reference/behaviour.md, Screens).
A_WHILE = timedelta(days=1)
# Verbs after which a settled decision waits again.
AGAIN = (Verb.REOPEN, Verb.UNDO, Verb.RESUBMIT, Verb.RETURN)


@dataclass(frozen=True, slots=True)
class Listed:
    """First few decisions of a list, and the length of the whole list."""

    shown: list[Decision]
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """Contents of a digest. `rights` are today's; `rights_changes` are (version before, version).

    `decided` are (decision, settled round), of the first of `decided_count` decisions.
    """

    rights: RightsVersion
    since: datetime
    until: datetime
    now: datetime
    figures: Figures
    median_before: float | None
    movements: list[Movement]
    scope_changes: list[ScopeChange]
    closed: list[Commitment]
    rights_changes: list[tuple[RightsVersion, RightsVersion]]
    decided: list[tuple[Decision, Settlement]]
    decided_count: int
    waiting: Listed
    not_accepted: Listed
    overdue: Listed
    lapsed: int

    @property
    def is_past(self) -> bool:
        """Return True if the week ended so long ago that today's state says nothing about it."""
        return self.now - self.until > A_WHILE

    @property
    def is_empty(self) -> bool:
        """Return True if nothing was decided, no commitment or right changed, and nothing waits."""
        nothing_waits = not (self.waiting.count or self.not_accepted.count)
        promises = self.movements or self.scope_changes or self.closed
        changed = promises or self.rights_changes
        return not self.figures.decided and not changed and nothing_waits


def week_of(
    session: Session,
    rights: RightsVersion,
    until: datetime,
    now: datetime,
    *,
    since: datetime | None = None,
    most: int = 8,
) -> Week:
    """Return the facts since `since`, or of one week; each list has at most `most` decisions."""
    channel_id, since = rights.channel_id, since or until - WEEK
    waiting, not_accepted, overdue = _open(session, channel_id, until, most)
    moved, scopes = changes(session, channel_id, since, until)
    decided, decided_count = _decided(session, channel_id, since, until, most)
    open_ = {*waiting.shown, *not_accepted.shown, *overdue.shown}
    shown = open_ | {decision for decision, _ in decided}
    read_parts_of(session, shown, "signatures", "settlements", "claims")
    asked = [decision for decision in open_ if decision.state in MAY_HAVE_QUESTION]
    read_parts_of(session, asked, "questions")
    read_parts_of(session, open_, "impacts")
    return Week(
        rights=rights,
        since=since,
        until=until,
        now=now,
        figures=figures(session, channel_id, since, until),
        median_before=time_to_decide(session, channel_id, since - BEFORE, since)[0],
        movements=moved,
        scope_changes=scopes,
        closed=closed(session, channel_id, since, until),
        rights_changes=_rights_changes(session, rights, since, until),
        decided=decided,
        decided_count=decided_count,
        waiting=waiting,
        not_accepted=not_accepted,
        overdue=overdue,
        lapsed=session.scalars(
            _lapsed(), {"channel": channel_id, "since": since, "until": until}
        ).one(),
    )


def _rights_changes(
    session: Session, rights: RightsVersion, since: datetime, until: datetime
) -> list[tuple[RightsVersion, RightsVersion]]:
    """Return the versions that changed who decides, each after the version before it.

    The first version of a channel changes nothing.
    """
    in_force = or_(RightsVersion.replaced_at.is_(None), RightsVersion.replaced_at >= since)
    versions = session.scalars(
        select(RightsVersion)
        .where(RightsVersion.channel_id == rights.channel_id)
        .where(RightsVersion.made_at < until, in_force)
        .options(joinedload(RightsVersion.channel).joinedload(Channel.workspace))
        .order_by(RightsVersion.number)
    ).all()
    return [
        (before, after)
        for before, after in pairwise(versions)
        if after.made_at >= since and seats_and_rows(before, after) != Wanted()
    ]


# Each statement is built once.
_CHANNEL: BindParameter[int] = bindparam("channel")
_SINCE, _UNTIL = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)


def _open(
    session: Session, channel_id: int, until: datetime, most: int
) -> tuple[Listed, Listed, Listed]:
    """Return three lists as of `until`: tradeoffs that waited, claims that waited, overdue ones.

    The oldest come first.
    """
    rows = session.execute(_first(), {"channel": channel_id, "until": until, "most": most}).all()
    here = [(decision, count) for decision, place, count, _, _ in rows if place <= most]
    late = [
        (decision, count)
        for decision, _, _, place, count in rows
        if place <= most and decision.overdue_at and decision.overdue_at <= until
    ]
    waiting = [entry for entry in here if not entry[0].is_acceptance]
    not_accepted = [entry for entry in here if entry[0].is_acceptance]
    return _listed(waiting), _listed(not_accepted), _listed(late)


def _listed(rows: list[tuple[Decision, int]]) -> Listed:
    return Listed([decision for decision, _ in rows], rows[0][1] if rows else 0)


@cache
def _first() -> Select[Decision, int, int, int, int]:
    """Select open decisions with their places in the lists, and the length of each list.

    Only the first few of each list are selected.
    """
    is_acceptance = Decision.kind == Kind.ACCEPTANCE
    late = func.coalesce(Decision.overdue_at <= _UNTIL, false())
    place, late_place = (
        func.row_number().over(partition_by=group, order_by=Decision.id)
        for group in (is_acceptance, late)
    )
    count, late_count = (func.count().over(partition_by=group) for group in (is_acceptance, late))
    numbers = (
        place.label("place"),
        count.label("count"),
        late_place.label("late_place"),
        late_count.label("late_count"),
    )
    placed = (
        select(Decision.id, *numbers)
        .where(settled_since(_CHANNEL, _UNTIL), Decision.raised_at <= _UNTIL, ~_had_outcome())
        .subquery()
    )
    most = bindparam("most", type_=Integer)
    return (
        select(
            Decision, placed.c.place, placed.c["count"], placed.c.late_place, placed.c.late_count
        )
        .join(placed, placed.c.id == Decision.id)
        .where(or_(placed.c.place <= most, and_(late, placed.c.late_place <= most)))
        .options(joinedload(Decision.rights_version))
        .order_by(Decision.id)
    )


def _had_outcome() -> ColumnElement[bool]:
    """Return the condition that a decision was settled at `until`: no later round had begun."""
    held = Settlement.since.is_(None) | Settlement.since.not_in(AGAIN)
    return exists().where(
        Settlement.decision_id == Decision.id,
        Settlement.at <= _UNTIL,
        held | (Settlement.since_at > _UNTIL),
    )


def waited_since(decision: Decision, at: datetime) -> datetime:
    """Return when the decision last began to wait before this moment: raised, or opened again.

    A round that was undone goes on in the next one.
    """
    begun = [
        settlement.since_at
        for settlement in decision.settlements
        if settlement.since in AGAIN
        and settlement.since is not Verb.UNDO
        and settlement.since_at
        and settlement.since_at <= at
    ]
    return max(begun, default=decision.raised_at)


@cache
def _settled() -> Select[Decision, Settlement, int]:
    """Select the outcomes of the week, of the first `most` decisions that have any.

    The last column is the number of all decisions that have any.

    The rows are not limited, so that the newest outcome of each of these decisions is among them.
    """
    outcome_of_the_week = and_(
        settled_since(_CHANNEL, _SINCE),
        Settlement.at >= _SINCE,
        Settlement.at < _UNTIL,
        Settlement.outcome.is_not(None),
        Settlement.since.is_distinct_from(Verb.UNDO),
    )
    first = (
        select(Settlement.decision_id, func.count().over().label("count"))
        .join(Decision, Settlement.decision_id == Decision.id)
        .where(outcome_of_the_week)
        .group_by(Settlement.decision_id)
        .order_by(func.min(Settlement.at), func.min(Settlement.id))
        .limit(bindparam("most"))
        .subquery()
    )
    return (
        select(Decision, Settlement, first.c["count"])
        .join(Settlement, Settlement.decision_id == Decision.id)
        .join(first, first.c.decision_id == Decision.id)
        .where(outcome_of_the_week)
        .options(selectinload(Decision.commitment).selectinload(Commitment.moves))
        .order_by(Settlement.at, Settlement.id)
    )


def _decided(
    session: Session, channel_id: int, since: datetime, until: datetime, most: int
) -> tuple[list[tuple[Decision, Settlement]], int]:
    """Return outcomes with their decisions, and the number of all decisions that have any."""
    parameters = {"channel": channel_id, "since": since, "until": until, "most": most}
    rows = session.execute(_settled(), parameters).all()
    return [(decision, settlement) for decision, settlement, _ in rows], rows[0][2] if rows else 0


@cache
def _lapsed() -> Select[int]:
    """Count the impact windows that ended without a statement, even if one came later."""
    return (
        select(func.count())
        .select_from(Decision)
        .join(HistoryEvent, HistoryEvent.decision_id == Decision.id)
        .where(settled_since(_CHANNEL, _SINCE), HistoryEvent.verb == Verb.LAPSE_IMPACT)
        .where(HistoryEvent.at >= _SINCE, HistoryEvent.at < _UNTIL)
    )
