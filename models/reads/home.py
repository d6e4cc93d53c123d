"""Facts for one person's Home, besides the decisions that wait for them.

These are decisions that they raised, and commitments at risk. The rights that they hold are in
`held_rights`. See docs/reference/behaviour.md, Screens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.orm import Session, aliased, contains_eager

from models.loading import read_what_words_need
from models.reads.pagination import Cut, Page, page
from models.rules import Outcome, State
from models.tables.acceptance import LATER_ROUNDS, Claim
from models.tables.base import UtcDateTime
from models.tables.channel import Channel
from models.tables.commitment import LATE, OPEN, Commitment
from models.tables.decision import Decision
from models.tables.workspace import Workspace

LATELY = timedelta(days=14)
SOON = timedelta(days=14)
# Commitments at risk beyond this number are left out, because Slack is asked who is in the channel
# of each. `/tradeoff commitments` and the board of each channel show them.
MOST_AT_RISK = 60
# Of the claims that a person submitted again, only this many are looked at: the newest.
MOST_SUBMITTED_AGAIN = 50

# Most statements are built once: each Home runs a dozen of them.
_TENANT: BindParameter[str] = bindparam("tenant")
_PERSON: BindParameter[str] = bindparam("person")


# ---- raised by them ------------------------------------------------------------------------------


def raised_in(
    session: Session, tenant: str, person: str, at: datetime
) -> tuple[list[Channel], list[int]]:
    """Return the channels of this person's decisions that are open or were settled lately.

    The second value is the ids of the claims of others that this person submitted again, and that
    were sent back lately. Their channels are in the list too.
    """
    facts = {"tenant": tenant, "person": person, "since": at - LATELY}
    sent_back = session.execute(_sent_back(), facts).all()
    channels = [*session.scalars(_raised_in(), facts), *(channel for _, channel in sent_back)]
    return channels, [id for id, _ in sent_back]


@cache
def _raised_in() -> Select[Channel]:
    lately = or_(
        Decision.settled_at.is_(None), Decision.settled_at > bindparam("since", type_=UtcDateTime)
    )
    return (
        select(Channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == _TENANT)
        .where(
            Channel.id.in_(select(Decision.channel_id).where(Decision.raised_by == _PERSON, lately))
        )
    )


@cache
def _sent_back() -> Select[int, Channel]:
    """Select the claims that the person was the last to submit, and that others raised.

    They come by their own index: there is none that leads from a person to decisions they did not
    raise.
    """
    submitted = (
        select(Claim.decision_id, Claim.round)
        .where(Claim.by == _PERSON, text(LATER_ROUNDS))
        .order_by(Claim.at.desc())
        .limit(MOST_SUBMITTED_AGAIN)
        .subquery()
    )
    later = aliased(Claim)
    newer = exists().where(
        later.decision_id == submitted.c.decision_id, later.round > submitted.c.round
    )
    return (
        select(Decision.id, Channel)
        .join(submitted, submitted.c.decision_id == Decision.id)
        .join(Channel, Channel.id == Decision.channel_id)
        .join(Channel.workspace)
        .where(Workspace.tenant == _TENANT, Decision.raised_by != _PERSON, ~newer)
        .where(Decision.state == State.DECIDED, Decision.outcome == Outcome.SENT_BACK)
        .where(Decision.settled_at > bindparam("since", type_=UtcDateTime))
    )


@dataclass(frozen=True, slots=True)
class RaisedBy:
    """Decisions that a person raised in these channels, without those `listed` elsewhere.

    `channels` and `listed` have ids. `sent_back` has the ids of claims that others raised, and
    that the person submitted again and was sent back.
    """

    person: str
    channels: Collection[int]
    listed: Collection[int] = ()
    sent_back: Collection[int] = ()

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "person": self.person,
            "channels": list(self.channels),
            "listed": list(self.listed),
        }


def raised_open(session: Session, raised: RaisedBy, cut: Cut, size: int) -> Page[Decision]:
    """Return a page of the decisions among these that are open, the newest first."""
    if not raised.channels:
        return Page([])

    def fetch(at: Cut, most: int) -> Sequence[Decision]:
        query = _raised().where(Decision.settled_at.is_(None))
        if at.key:
            (number,) = at.key
            query = query.where(Decision.number > number if at.back else Decision.number < number)
        order = Decision.number if at.back else Decision.number.desc()
        rows = session.scalars(query.order_by(order).limit(most), raised.parameters)
        return read_what_words_need(session, rows.all())

    return page(fetch, lambda decision: (decision.number,), cut, size)


def raised_settled(
    session: Session, raised: RaisedBy, at: datetime, cut: Cut, size: int
) -> Page[Decision]:
    """Return a page of the decisions among these that were settled lately, the latest first."""
    if not raised.channels:
        return Page([])
    lately = (_settled_for(raised) if raised.sent_back else _raised()).where(
        Decision.settled_at > at - LATELY
    )

    def fetch(at: Cut, most: int) -> Sequence[Decision]:
        query = lately if not at.key else lately.where(_beyond(at))
        columns = (Decision.settled_at, Decision.number)
        order = columns if at.back else [column.desc() for column in columns]
        rows = session.scalars(query.order_by(*order).limit(most), raised.parameters)
        return read_what_words_need(session, rows.all())

    return page(fetch, _settled_key, cut, size)


def _settled_key(decision: Decision) -> tuple[str, int]:
    assert decision.settled_at
    return decision.settled_at.isoformat(), decision.number


def _beyond(cut: Cut) -> ColumnElement[bool]:
    assert cut.key
    moment, number = datetime.fromisoformat(cut.key[0]), cut.key[1]
    if cut.back:
        return or_(
            Decision.settled_at > moment,
            and_(Decision.settled_at == moment, Decision.number > number),
        )
    return or_(
        Decision.settled_at < moment, and_(Decision.settled_at == moment, Decision.number < number)
    )


@cache
def _raised() -> Select[Decision]:
    return _shown().where(Decision.raised_by == _PERSON)


def _settled_for(raised: RaisedBy) -> Select[Decision]:
    """Select also what was sent back.

    SQLite then looks through all that was settled lately in the channels, so this is used only if
    something was sent back.
    """
    return _shown().where(
        or_(Decision.raised_by == _PERSON, Decision.id.in_(list(raised.sent_back)))
    )


def _shown() -> Select[Decision]:
    return select(Decision).where(
        Decision.channel_id.in_(bindparam("channels", expanding=True)),
        Decision.id.not_in(bindparam("listed", expanding=True)),
    )


# ---- commitments ---------------------------------------------------------------------------------


def at_risk(session: Session, tenant: str, today: date) -> list[Commitment]:
    """Return the open commitments of this workspace that are at risk, the nearest first.

    A commitment is at risk if it is due within 14 days, or if its promised date is later than its
    baseline. Each comes with its channel. Only the first MOST_AT_RISK are returned.
    """
    return list(session.scalars(_at_risk(), {"tenant": tenant, "soon": today + SOON}))


def is_soon(commitment: Commitment, today: date) -> bool:
    """Return True if the commitment is due within 14 days, or its day has passed."""
    return commitment.promised_on <= today + SOON


@cache
def _at_risk() -> Select[Commitment]:
    """Select by two indexes, so that only commitments at risk are read.

    With a join, SQLite would begin at the workspace and read all of its commitments, channel by
    channel.
    """
    soon = text(OPEN), Commitment.promised_on <= bindparam("soon", type_=Date)
    here = (
        select(Channel.id)
        .join(Channel.workspace)
        .where(Channel.id == Commitment.channel_id, Workspace.tenant == _TENANT)
        .exists()
    )
    subqueries = [
        select(Commitment.id)
        .where(here, *risk)
        .order_by(Commitment.promised_on, Commitment.id)
        .limit(MOST_AT_RISK)
        .subquery()
        for risk in (soon, (text(LATE),))
    ]
    return (
        select(Commitment)
        .join(Commitment.channel)
        .where(Commitment.id.in_(union(*(select(risk.c.id) for risk in subqueries))))
        .options(contains_eager(Commitment.channel))
        .order_by(Commitment.promised_on, Commitment.id)
        .limit(MOST_AT_RISK)
    )
