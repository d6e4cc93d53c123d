"""A `Post` is one Slack message that we keep true. Nobody posts: one owes a message, in the transaction that made it due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.tables.base import Base, SlackId, short_text
from models.tables.channel import Channel
from models.tables.question import Question


class Drawing(StrEnum):
    """Which message it is; `handlers/routes.py` says who draws it."""

    WELCOME = "welcome"
    RIGHTS = "rights"
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
    DIGEST = "digest"
    NOT_POSTED = "not_posted"
    # To whoever mentions us with a number, in the thread of their message.
    ANSWER = "answer"
    ANSWER_ELSEWHERE = "answer_elsewhere"
    NO_ANSWER = "no_answer"
    EXPORT = "export"
    EXPORT_FAILED = "export_failed"

    @property
    def is_file(self) -> bool:
        """It is made and sent beside the messages, which do not wait for it."""
        return self is Drawing.EXPORT


class PostState(StrEnum):
    """OWED is worked on; PARKED was refused for good; UNKNOWN may have been posted, and a person must look."""

    OWED = "owed"
    PARKED = "parked"
    UNKNOWN = "unknown"


class Post(Base):
    """Which drawing, of what, for whom; `wanted` counts the changes, `shown` is the count that Slack has.

    It goes to `person` by direct message where that is set, else to the channel. `sending` is true from just before
    a first post until its answer: found true after a crash, the message may already stand in Slack, not older than
    `sent_at`, which is set before a first post as well as after each. `round` is the decision's round that it tells of.
    It stands in the thread of another message of ours (`thread_id`), or of somebody's (`thread_ts`).
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("channel_id", "key"),
        Index(
            "ix_post_owed",
            "due_at",
            sqlite_where=text("state = 'owed' AND shown < wanted"),
            postgresql_where=text("state = 'owed' AND shown < wanted"),
        ),
        Index("ix_post_decision_id", "decision_id"),
        Index("ix_post_destination", "channel_id", "person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    key: Mapped[str] = mapped_column(String(120))
    drawing: Mapped[Drawing] = mapped_column(short_text(Drawing))
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
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    slack_channel: Mapped[str | None] = mapped_column(SlackId)
    ts: Mapped[str | None] = mapped_column(String(32))
    fingerprint: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[Channel] = relationship(lazy="raise")
    question: Mapped[Question | None] = relationship(lazy="raise")

    def redraw(self, at: datetime) -> None:
        """What this message shows has changed: it is wanted once more."""
        self.wanted += 1
        self.due_at = at


def redraw_lists(session: Session, posts: Iterable[Post], at: datetime) -> None:
    """The direct messages in whose threads these stand list what they tell of. Counted by the database: decisions share a list."""
    lists = {post.thread_id for post in posts if post.thread_id and post.person}
    if lists:
        session.execute(
            update(Post).where(Post.id.in_(lists)).values(wanted=Post.wanted + 1, due_at=at)
        )
