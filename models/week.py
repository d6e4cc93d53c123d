"""What one week was for a channel: what the digest tells. Ages and what waits are as of the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.base import UtcDateTime
from models.channel import Channel
from models.commitment import Commitment
from models.decision import Decision
from models.figures import Figures, Movement, figures, movements, settled_since, time_to_decide
from models.history import HistoryEvent
from models.rights import RightsVersion
from models.rules import OPEN_STATES, Kind, Verb
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
    median_before: float | None
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
    return Week(
        rights=rights, since=since, until=until, now=now,
        figures=figures(session, channel_id, since, until), median_before=time_to_decide(session, channel_id, since - BEFORE, since)[0],
        movements=movements(session, channel_id, since, until),
        decided=_decided(session, channel_id, since, until, most),
        waiting=_listed(session, _waiting(), channel_id, most),
        not_accepted=_listed(session, _not_accepted(), channel_id, most),
        overdue=_listed(session, _overdue(), channel_id, most),
        lapsed=session.scalars(_lapsed(), {"channel": channel_id, "since": since, "until": until}).one(),
    )  # fmt: skip


# Each statement is built once; the lists count what they leave out.
_CHANNEL: BindParameter[int] = bindparam("channel")
_SINCE, _UNTIL = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)


@cache
def _waiting() -> Select[Decision, int]:
    return _open().where(Decision.kind != Kind.ACCEPTANCE)


@cache
def _not_accepted() -> Select[Decision, int]:
    return _open().where(Decision.kind == Kind.ACCEPTANCE)


@cache
def _overdue() -> Select[Decision, int]:
    return _open().where(Decision.overdue_at.is_not(None))


def _open() -> Select[Decision, int]:
    """With what tells whose turn it is, and how many there are."""
    return (
        select(Decision, func.count().over())
        .join(Decision.channel)
        .where(Decision.channel_id == _CHANNEL, Decision.state.in_(OPEN_STATES))
        .options(
            contains_eager(Decision.channel), joinedload(Decision.rights_version), selectinload(Decision.signatures),
            selectinload(Decision.questions), selectinload(Decision.settlements), selectinload(Decision.claims),
        )
        .order_by(Decision.id)
        .limit(bindparam("most"))
    )  # fmt: skip


def _listed(session: Session, query: Select[Decision, int], channel_id: int, most: int) -> Listed:
    rows = session.execute(query, {"channel": channel_id, "most": most}).all()
    return Listed([decision for decision, _ in rows], rows[0][1] if rows else 0)


@cache
def _settled() -> Select[Decision, Settlement]:
    return (
        select(Decision, Settlement)
        .join(Settlement, Settlement.decision_id == Decision.id)
        .join(Decision.channel)
        .where(settled_since(_CHANNEL, _SINCE), Settlement.at >= _SINCE, Settlement.at < _UNTIL)
        .where(Settlement.outcome.is_not(None), Settlement.since.is_distinct_from(Verb.UNDO))
        .options(
            contains_eager(Decision.channel).joinedload(Channel.workspace), selectinload(Decision.signatures),
            selectinload(Decision.settlements), selectinload(Decision.commitment).selectinload(Commitment.moves),
        )
        .order_by(Settlement.at, Settlement.id)
        .limit(bindparam("most"))
    )  # fmt: skip


def _decided(
    session: Session, channel_id: int, since: datetime, until: datetime, most: int
) -> list[tuple[Decision, Settlement]]:
    given = {"channel": channel_id, "since": since, "until": until, "most": most}
    return [(decision, done) for decision, done in session.execute(_settled(), given)]


@cache
def _lapsed() -> Select[int]:
    """Impact windows that ended in silence in this time, whatever came of the decision later."""
    return (
        select(func.count())
        .select_from(Decision)
        .join(HistoryEvent, HistoryEvent.decision_id == Decision.id)
        .where(settled_since(_CHANNEL, _SINCE), HistoryEvent.verb == Verb.LAPSE_IMPACT)
        .where(HistoryEvent.at >= _SINCE, HistoryEvent.at < _UNTIL)
    )
