"""What one week was for a channel: what the digest tells. Ages and what waits are as of the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.channel import Channel
from models.commitment import Commitment
from models.decision import Decision
from models.figures import Figures, Movement, figures, movements
from models.rights import RightsVersion
from models.rules import OPEN_STATES, Impact, Kind, Verb
from models.settlement import Settlement

WEEK = timedelta(days=7)
# With what a week's time to decide is compared (product.md §5).
BEFORE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first few of them, and how many there are."""

    shown: list[Decision]
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """`decided` are (decision, the round that was settled). `rights` are today's."""

    rights: RightsVersion
    since: datetime
    until: datetime
    now: datetime
    figures: Figures
    before: Figures
    movements: list[Movement]
    decided: list[tuple[Decision, Settlement]]
    waiting: Listed
    not_accepted: Listed
    overdue: Listed
    lapsed: int

    @property
    def is_empty(self) -> bool:
        """Nothing happened and nothing waits."""
        nothing_waits = not (self.waiting.count or self.not_accepted.count)
        return not self.figures.decided and not self.movements and nothing_waits


def week_of(
    session: Session, rights: RightsVersion, until: datetime, now: datetime, *, weeks: int = 1, most: int = 8
) -> Week:
    """The week (or weeks) before `until`; at most so many decisions in each list."""
    channel_id, since = rights.channel_id, until - weeks * WEEK
    here = Decision.channel_id == channel_id, Decision.state.in_(OPEN_STATES)
    acceptance = Decision.kind == Kind.ACCEPTANCE
    return Week(
        rights=rights, since=since, until=until, now=now,
        figures=figures(session, channel_id, since, until), before=figures(session, channel_id, since - BEFORE, since),
        movements=movements(session, channel_id, since, until),
        decided=_decided(session, channel_id, since, until, most),
        waiting=_listed(session, _open().where(*here, ~acceptance), most),
        not_accepted=_listed(session, _open().where(*here, acceptance), most),
        overdue=_listed(session, _open().where(*here, Decision.overdue_at.is_not(None)), most),
        lapsed=_lapsed(session, channel_id, since, until),
    )  # fmt: skip


def _open() -> Select[Decision]:
    """With what tells whose turn it is."""
    return (
        select(Decision)
        .join(Decision.channel)
        .options(
            contains_eager(Decision.channel), joinedload(Decision.rights_version), selectinload(Decision.signatures),
            selectinload(Decision.questions), selectinload(Decision.settlements), selectinload(Decision.claims),
        )
        .order_by(Decision.id)
    )  # fmt: skip


def _listed(session: Session, query: Select[Decision], most: int) -> Listed:
    count = (
        session.scalar(select(func.count()).select_from(query.order_by(None).with_only_columns(Decision.id).subquery()))
        or 0
    )
    return Listed(list(session.scalars(query.limit(most))), count)


def _decided(
    session: Session, channel_id: int, since: datetime, until: datetime, most: int
) -> list[tuple[Decision, Settlement]]:
    rows = session.execute(
        select(Decision, Settlement)
        .join(Settlement, Settlement.decision_id == Decision.id)
        .join(Decision.channel)
        .where(Decision.channel_id == channel_id, Settlement.at >= since, Settlement.at < until)
        .where(Settlement.outcome.is_not(None), Settlement.since.is_distinct_from(Verb.UNDO))
        .options(
            contains_eager(Decision.channel).joinedload(Channel.workspace), selectinload(Decision.signatures),
            selectinload(Decision.settlements), selectinload(Decision.commitment).selectinload(Commitment.moves),
        )
        .order_by(Settlement.at, Settlement.id)
        .limit(most)
    )  # fmt: skip
    return [(decision, done) for decision, done in rows]


def _lapsed(session: Session, channel_id: int, since: datetime, until: datetime) -> int:
    """Impact windows that ended in silence in this time, whatever came of the decision later."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Decision)
            .where(Decision.channel_id == channel_id, Decision.impact.in_((Impact.LAPSED, Impact.LATE)))
            .where(Decision.impact_due_at >= since, Decision.impact_due_at < until)
        )
        or 0
    )
