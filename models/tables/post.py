"""Transactional outbox: a `Post` row is one Slack message that is kept as the record says.

Code owes a message in the transaction that made it due; only the outbox sends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    false,
    select,
    text,
    update,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    Session,
    mapped_column,
    object_session,
    relationship,
)

from models.tables.base import Base, SlackId, short_text
from models.tables.channel import Channel
from models.tables.question import Question
from models.tables.write_behind import change_behind


class Drawing(StrEnum):
    """Kind of message; `handlers/posts.py` says which function draws it."""

    WELCOME = "welcome"
    RIGHTS = "rights"
    RIGHTS_CHANGE = "rights_change"
    RIGHTS_CHANGE_REQUEST = "rights_change_request"
    RIGHTS_CHANGE_ENDED = "rights_change_ended"
    NAMES = "names"
    CARD = "card"
    IMPACT_REQUEST = "impact_request"
    DECISION_REQUEST = "decision_request"
    OUTCOME = "outcome"
    SETTLED = "settled"
    QUESTION = "question"
    ANSWERED = "answered"
    REVISION_REQUEST = "revision_request"
    ESCALATED = "escalated"
    HANDED_OVER = "handed_over"
    REOPENED = "reopened"
    FOLLOW_UPS = "follow_ups"
    REVIEW_REQUEST = "review_request"
    REMINDER = "reminder"
    SEAT = "seat"
    MOVED = "moved"
    STANDS_IN = "stands_in"
    STANDS_IN_NO_MORE = "stands_in_no_more"
    COMMITMENT = "commitment"
    COMMITMENT_MOVED = "commitment_moved"
    COMMITMENT_CLOSED = "commitment_closed"
    DIGEST = "digest"
    NOT_POSTED = "not_posted"
    LEFT_CHANNEL = "left_channel"
    # Answers to a message that mentions the bot with a number, in the thread of that message.
    ANSWER = "answer"
    ANSWER_ELSEWHERE = "answer_elsewhere"
    NO_ANSWER = "no_answer"
    EXPORT = "export"
    EXPORT_FAILED = "export_failed"

    @property
    def is_file(self) -> bool:
        """Return True if it is sent as a file."""
        return self is Drawing.EXPORT

    @property
    def tells_of_a_channel(self) -> bool:
        """Return True if only people who may read the post's channel may read the message.

        Other messages tell people of their own acts, or list only what each reader may read.
        """
        return self not in OF_NO_CHANNEL

    @property
    def answers_a_mention(self) -> bool:
        """Return True if somebody mentioned the bot to get this message; they may delete it."""
        return self in (Drawing.ANSWER, Drawing.ANSWER_ELSEWHERE, Drawing.NO_ANSWER)


# EXPORT is here because an export checks its reader itself, just before it is sent.
OF_NO_CHANNEL = frozenset(
    {
        Drawing.REMINDER,
        Drawing.MOVED,
        Drawing.STANDS_IN,
        Drawing.STANDS_IN_NO_MORE,
        Drawing.NOT_POSTED,
        Drawing.EXPORT,
        Drawing.EXPORT_FAILED,
    }
)


class PostState(StrEnum):
    """State of a post.

    OWED: Slack shows it, or will. PARKED: the bot has given it up. UNKNOWN: it may be in Slack, and
    a person must look.
    """

    OWED = "owed"
    PARKED = "parked"
    UNKNOWN = "unknown"


# LANE, URGENCY and OWED are written once, as SQL, because the outbox's claim and its indexes share
# them. A lane is a destination: a person (their direct messages, from all channels), or a channel.
LANE = "coalesce(person, CAST(channel_id AS VARCHAR(32)))"
# Answers to mentions, digests and exports go last, in their lane and among lanes.
URGENCY = (
    "CASE WHEN drawing IN ('answer', 'answer_elsewhere', 'no_answer', 'digest', 'export',"
    " 'export_failed') THEN 1 ELSE 0 END"
)
OWED = "state = 'owed' AND shown < wanted"
# Notices about people who cannot read a channel, or have left Slack.
OF_ABSENCE = "drawing IN ('left_channel', 'not_posted')"


class Post(Base):
    """Message that Slack shows or should show: a drawing, its subject, and its destination.

    `wanted` counts the changes that the message has to show; `shown` counts those that Slack's
    message shows already. If `wanted` is 0, the message is not sent. Then another message
    (`thread_id`) lists its decision, it is the digest of a quiet week, or it was out of date before
    it was sent.

    A message goes to `person` as a direct message, or to the channel if `person` is None. `key`
    makes it unique. Its content is in columns, and in `args` if no column has it. `round` is the
    round of the decision that it is about.

    It may be in the thread of another message of ours (`thread_id`) or of somebody else's
    (`thread_ts`). While a replica works on it, `claimed_by` names that claim. `sending` is True
    from just before a first post until Slack's answer. If it is True after a crash, the message may
    have been in Slack since `sent_at`. If somebody deleted the message in Slack, `deleted_ts` is
    its `ts` before that. `hidden` is True while the message shows nothing of its channel, because
    its reader may no longer read the channel. `permalink` is its address in Slack; only cards have
    one.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("channel_id", "key"),
        Index("ix_post_owed", "due_at", sqlite_where=text(OWED), postgresql_where=text(OWED)),
        Index(
            "ix_post_lane",
            text(LANE),
            text(URGENCY),
            "due_at",
            "id",
            sqlite_where=text(OWED),
            postgresql_where=text(OWED),
        ),
        Index("ix_post_decision_id", "decision_id"),
        Index("ix_post_destination", "channel_id", "person"),
        Index(
            "ix_post_of_absence",
            "channel_id",
            sqlite_where=text(OF_ABSENCE),
            postgresql_where=text(OF_ABSENCE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    key: Mapped[str] = mapped_column(String(120))
    drawing: Mapped[Drawing] = mapped_column(short_text(Drawing))
    args: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    rights_version_id: Mapped[int | None] = mapped_column(ForeignKey("rights_version.id"))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    round: Mapped[int] = mapped_column(default=1)
    covers_until: Mapped[datetime | None]
    person: Mapped[str | None] = mapped_column(SlackId)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[PostState] = mapped_column(short_text(PostState), default=PostState.OWED)
    wanted: Mapped[int] = mapped_column(default=1)
    shown: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    sending: Mapped[bool] = mapped_column(default=False)
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    slack_channel: Mapped[str | None] = mapped_column(SlackId)
    permalink: Mapped[str | None] = mapped_column(Text)
    ts: Mapped[str | None] = mapped_column(String(32))
    deleted_ts: Mapped[str | None] = mapped_column(String(32))
    fingerprint: Mapped[str | None] = mapped_column(String(32))
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    channel: Mapped[Channel] = relationship(lazy="raise")
    question: Mapped[Question | None] = relationship(lazy="raise")

    def redraw(self, at: datetime) -> None:
        """Note that what this message shows has changed."""
        session = object_session(self)
        assert session
        redraw_all(session, [self], at)


def card_link_of(decision_id: Mapped[int] | InstrumentedAttribute[int]) -> ScalarSelect[str | None]:
    """Select the address of this decision's card; null while Slack has not said it."""
    return (
        select(Post.permalink)
        .where(Post.decision_id == decision_id, Post.drawing == Drawing.CARD)
        .limit(1)
        .scalar_subquery()
    )


def card_links(session: Session, decisions: Iterable[int]) -> dict[int, str | None]:
    """Return the addresses of these decisions' cards, by our id of the decision."""
    ids = list(decisions)
    found = session.execute(_cards(), {"ids": ids}) if ids else ()
    return {id: link for id, link in found if id is not None}


@cache
def _cards() -> Select[int | None, str | None]:
    ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
    return select(Post.decision_id, Post.permalink).where(
        Post.decision_id.in_(ids), Post.drawing == Drawing.CARD
    )


def redraw_all(session: Session, posts: Iterable[Post], at: datetime) -> None:
    """Note that what these messages show has changed.

    The database counts, because acts on two decisions may share a message.
    """
    ids = {post.id for post in posts if post.id}
    if ids:
        change_behind(session, _count_change, at).update(ids)


def _count_change(session: Session, at: datetime, ids: set[int]) -> None:
    session.execute(
        update(Post)
        .where(Post.id.in_(sorted(ids)), Post.wanted > 0)
        .values(wanted=Post.wanted + 1, due_at=at),
        execution_options={"synchronize_session": False, "autoflush": False},
    )
