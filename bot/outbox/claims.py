"""Claims of the outbox: which owed rows may be sent now, and which replica sends them.

A lane is the queue of messages to one destination, a person or a channel. One SQL statement claims
rows. The statement walks from lane to lane over an index that has only the owed rows, so that its
cost does not grow with the number of messages ever sent. In each lane, the statement takes the
first row that may be sent, locks this row, and checks again that the row is free.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import TextClause, bindparam, func, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from bot.outbox import pace
from models.tables.base import Base, UtcDateTime
from models.tables.channel import Channel
from models.tables.pace import Pace
from models.tables.post import LANE, OWED, URGENCY, Post

# A lease lasts longer than one call to Slack and the transaction that stores its result. It is
# renewed while work goes on.
LEASE = timedelta(seconds=60)
# A lease that has longer than this to run is ignored: it was written before a clock was put back.
LONGEST_LEASE = timedelta(minutes=5)
# Updates of one message are three seconds apart, so that a burst of changes becomes one update
# (docs/reference/slack.md, Rate limits and sending).
BETWEEN_UPDATES = timedelta(seconds=3)
# A reply waits until its thread's first message is posted. It also waits for an update of that
# message, but no longer than this. The update shows whether the first message still exists: Slack
# would post a reply to a deleted message into the channel.
PARENT_FIRST = timedelta(seconds=30)
# The highest number of rows that `oldest_overdue` reads: a long queue must not slow the loop down.
MOST_LOOKED_AT = 1000
# The most exports and digests that a replica sends at the same time; their files take memory.
SLOW_AT_ONCE = 4

_SLOW = "drawing IN ('export', 'digest')"
_METHOD = (
    f"CASE WHEN drawing = 'export' THEN '{pace.FILES}'"
    f" WHEN sending AND ts IS NULL THEN '{pace.LOOK_UP}'"
    f" WHEN ts IS NULL THEN '{pace.POST}' ELSE '{pace.UPDATE}' END"
)
_FREE = (
    f"{OWED} AND due_at <= :now"
    " AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_until > :longest_lease)"
)
# Ids of the first message in each lane that may be sent now; NULL for a lane that has none.
FIRST = f"""
WITH RECURSIVE lane (name) AS (
    SELECT (SELECT {LANE} FROM post WHERE {OWED} ORDER BY {LANE} LIMIT 1)
    UNION ALL
    SELECT (
        SELECT {LANE} FROM post WHERE {OWED} AND {LANE} > lane.name ORDER BY {LANE} LIMIT 1
    ) FROM lane WHERE lane.name IS NOT NULL
), first (id) AS (
    SELECT (
        SELECT post.id FROM post
        WHERE {LANE} = lane.name AND {_FREE}
          AND EXISTS (
              SELECT 1 FROM channel WHERE channel.id = post.channel_id AND channel.workspace_id
                  = (SELECT workspace.id FROM workspace WHERE workspace.team = :tenant)
          )
          AND (:with_slow OR NOT {_SLOW})
          AND ({_SLOW} OR NOT EXISTS (
              SELECT 1 FROM post AS busy
              WHERE {LANE} = lane.name AND {OWED} AND NOT {_SLOW}
                AND claimed_until > :now AND claimed_until <= :longest_lease
          ))
          AND NOT EXISTS (
              SELECT 1 FROM post AS parent
              WHERE parent.id = post.thread_id AND parent.state = 'owed' AND (
                  parent.ts IS NULL
                  OR (parent.shown < parent.wanted AND parent.attempts = 0
                      AND post.due_at > :parent_late)
              )
          )
          AND NOT EXISTS (
              SELECT 1 FROM pace JOIN channel ON channel.workspace_id = pace.workspace_id
              WHERE channel.id = post.channel_id AND pace.name = {_METHOD}
                AND pace.next_free_at > :now AND pace.next_free_at <= :longest_pause
          )
          AND ((ts IS NOT NULL OR drawing = 'export') OR NOT EXISTS (
              SELECT 1 FROM pace JOIN channel ON channel.workspace_id = pace.workspace_id
              WHERE channel.id = post.channel_id AND pace.name = lane.name
                AND pace.next_free_at > :now AND pace.next_free_at <= :longest_turn
          ))
        ORDER BY {URGENCY}, due_at, post.id
        LIMIT 1
    ) FROM lane WHERE lane.name IS NOT NULL
)
"""
# If a claim was lost, its update may have changed the message, so the message is sent in any case.
_CLAIM = f"""
{FIRST}, taken (id) AS (
    SELECT id FROM post
    WHERE id IN (SELECT first.id FROM first) AND {_FREE}
    ORDER BY {URGENCY}, due_at, id
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
UPDATE post SET claimed_until = :until, claimed_by = :token,
    fingerprint = CASE WHEN claimed_by IS NULL THEN fingerprint END
WHERE id IN (SELECT taken.id FROM taken) AND {_FREE}
RETURNING id
"""
# Statements that run for every message are built once.
_POSTS = Base.metadata.tables[Post.__tablename__]
_CLAIMED = (
    select(
        Post.id,
        Post.attempts,
        text(_SLOW),
        Post.ts,
        Post.sent_at,
        Post.decision_id,
        Channel.workspace_id,
    )
    .join(Post.channel)
    .where(Post.id.in_(bindparam("ids", expanding=True)))
    .order_by(text(URGENCY), Post.due_at, Post.id)
)
_NEXT_DUE = select(func.min(Post.due_at)).where(text(OWED), Post.due_at > bindparam("now"))
_LATE = (
    select(Post.id)
    .where(text(OWED), Post.due_at <= bindparam("now"))
    .order_by(Post.due_at)
    .limit(1)
)
_NEXT_FREE = select(func.min(Pace.next_free_at)).where(
    Pace.next_free_at > bindparam("now"), Pace.next_free_at <= bindparam("longest_pause")
)
_TIMES = ("now", "until", "longest_lease", "longest_pause", "longest_turn", "parent_late")


class Lost(Exception):
    """Raised if the row is no longer ours: the lease ran out, and another replica claimed it."""


class NotYet(Exception):
    """Raised if the destination had a message less than a second ago; wait until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Claim:
    """Right of this replica to send one row until its lease ends.

    The claim is ours as long as the row has our `token`. All claims of one call of `claim` have the
    same token. `is_slow` is True for exports and digests.
    """

    post_id: int
    token: str
    attempts: int
    is_slow: bool
    decision_id: int | None


@cache
def _claim(dialect: str) -> TextClause:
    """Return the claim's statement for this database.

    SQLite has one writer at a time, and no row locks.
    """
    statement = _CLAIM.replace("FOR UPDATE SKIP LOCKED", "") if dialect == "sqlite" else _CLAIM
    return text(statement).bindparams(*(bindparam(name, type_=UtcDateTime) for name in _TIMES))


def claim(
    session: Session, tenant: str, now: datetime, most: int, *, most_slow: int = SLOW_AT_ONCE
) -> list[Claim]:
    """Claim, in each lane, the first message that may be sent now; the most urgent lanes first.

    Claim at most `most` messages, and at most `most_slow` exports and digests. Claim only messages
    of this tenant: with our Slack token, Slack would refuse those of another tenant for good.
    """
    token = secrets.token_hex(16)
    facts = {"tenant": tenant, "token": token, "most": most, "with_slow": most_slow > 0}
    statement = _claim(session.get_bind().dialect.name)
    ids = session.scalars(statement, {**facts, **moments(now)}).all()
    if not ids:
        return []
    claimed = _that_keep_pace(session, ids, token, now)
    too_many = [held for held in claimed if held.is_slow][most_slow:]
    release(session, too_many)
    return [held for held in claimed if held not in too_many]


def moments(now: datetime) -> dict[str, datetime]:
    """Return the moments with which the claim's statement compares, by their names in it."""
    return {
        "now": now,
        "until": now + LEASE,
        "longest_lease": now + LONGEST_LEASE,
        "longest_pause": now + pace.UPDATES.furthest,
        "longest_turn": now + pace.POSTS.furthest,
        "parent_late": now - PARENT_FIRST,
    }


def _that_keep_pace(
    session: Session, ids: Collection[int], token: str, now: datetime
) -> list[Claim]:
    """Return the claims that may be sent now at Slack's pace, and release the others.

    An update is released if its message was sent or updated less than BETWEEN_UPDATES ago, or if
    its workspace has used up its updates for now.
    """
    rows = session.execute(_CLAIMED, {"ids": ids}).all()
    mine, updates = list[Claim](), dict[int, list[Claim]]()
    for id, attempts, is_slow, ts, sent_at, decision_id, workspace_id in rows:
        held = Claim(id, token, attempts, bool(is_slow), decision_id)
        if ts is None:
            mine.append(held)
        elif sent_at and sent_at <= now < sent_at + BETWEEN_UPDATES:
            release(session, [held], due_at=sent_at + BETWEEN_UPDATES)
        else:
            updates.setdefault(workspace_id, []).append(held)
    for workspace_id, wanted in sorted(updates.items()):
        granted, _ = pace.take(
            session, workspace_id, pace.UPDATE, pace.UPDATES, now, wanted=len(wanted)
        )
        mine += wanted[:granted]
        release(session, wanted[granted:])
    return mine


def begin(session: Session, held: Claim, now: datetime, workspace_id: int, lane: str) -> None:
    """Record, just before a message is posted, that it may be in Slack from now on.

    Take the destination's turn too, so that its next message waits. Raise Lost if the claim was
    lost, and NotYet if the destination had a message less than a second ago.
    """
    hold(session, held, now, sending=True, sent_at=now)
    granted, free_at = pace.take(session, workspace_id, lane, pace.POSTS, now)
    if not granted:
        raise NotYet(free_at)


def hold(session: Session, held: Claim, now: datetime, **values: object) -> None:
    """Renew the lease, and write these values. Raise Lost if the claim was lost."""
    if not change(session, held, {"claimed_until": now + LEASE, **values}):
        raise Lost


def change(
    session: Session, held: Claim, values: Mapping[str, object], *, counts_try: bool = False
) -> bool:
    """Write these values to the claimed row; return False, and write nothing, if it is lost."""
    new = {f"new_{name}": value for name, value in values.items()}
    statement = _change(tuple(values), counts_try)
    return session.scalar(statement, {"post": held.post_id, "token": held.token} | new) is not None


@cache
def _change(names: tuple[str, ...], counts_try: bool) -> ReturningUpdate[tuple[int]]:
    values: dict[str, object] = {name: bindparam(f"new_{name}") for name in names}
    if counts_try:
        values["attempts"] = _POSTS.c.attempts + 1
    return (
        update(_POSTS)
        .where(_POSTS.c.id == bindparam("post"), _POSTS.c.claimed_by == bindparam("token"))
        .values(values)
        .returning(_POSTS.c.id)
    )


def release(session: Session, claims: Collection[Claim], **values: object) -> None:
    """Give up these claims, of which none was sent, so that any replica can claim the rows."""
    if claims:
        tokens = {held.token for held in claims}
        session.execute(
            update(Post)
            .where(Post.id.in_([held.post_id for held in claims]), Post.claimed_by.in_(tokens))
            .values(claimed_until=None, claimed_by=None, **values),
            execution_options={"synchronize_session": False},
        )


def next_due(session: Session, now: datetime) -> datetime | None:
    """Return when the outbox has to look again; None if there is no such moment.

    The moment is when the next message is due, or when Slack's pace allows the next call for a
    message that is due already. The end of another replica's lease does not count. Either that
    replica sends the message, or the loop finds later that the lease has ended.
    """
    moments = [session.scalar(_NEXT_DUE, {"now": now})]
    if session.scalar(_LATE, {"now": now}) is not None:
        times = {"now": now, "longest_pause": now + pace.LONGEST_PAUSE}
        moments.append(session.scalar(_NEXT_FREE, times))
    return min((moment for moment in moments if moment), default=None)


def oldest_overdue(session: Session, now: datetime) -> datetime | None:
    """Return since when the longest-waiting message could have been sent; None if none waits.

    A message does not count while Slack's pace or a pause holds it back, or while it is being sent.
    """
    waiting = session.execute(
        text(
            f"""
            SELECT due_at, claimed_until, {LANE} AS lane, {_METHOD} AS method, channel.workspace_id
            FROM post JOIN channel ON channel.id = post.channel_id
            WHERE {OWED} AND due_at <= :now ORDER BY due_at LIMIT {MOST_LOOKED_AT}
            """
        )
        .bindparams(bindparam("now", now, type_=UtcDateTime))
        .columns(due_at=UtcDateTime, claimed_until=UtcDateTime)
    ).all()
    free_at = {
        (row.workspace_id, row.name): row.next_free_at
        for row in session.execute(select(Pace.workspace_id, Pace.name, Pace.next_free_at))
    }
    since = [
        max(
            row.due_at,
            free_at.get((row.workspace_id, row.lane), row.due_at),
            free_at.get((row.workspace_id, row.method), row.due_at),
        )
        for row in waiting
        if row.claimed_until is None or row.claimed_until <= now
    ]
    return min((moment for moment in since if moment <= now), default=None)
