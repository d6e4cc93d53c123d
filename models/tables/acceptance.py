"""Acceptance: the claim that something is finished, and the verdict on each criterion.

See docs/reference/behaviour.md, Acceptance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.rules import Verdict
from models.tables.base import Base, SlackId, short_text

# Claims that were submitted again. Queries must use this very text, so that the databases use the
# partial index.
LATER_ROUNDS = "round > 1"


class Claim(Base):
    """Claim that something is finished, with evidence and an optional link; at most one a round."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("decision_id", "round"),
        Index(
            "ix_claim_submitted_again",
            "by",
            "at",
            sqlite_where=text(LATER_ROUNDS),
            postgresql_where=text(LATER_ROUNDS),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    round: Mapped[int]
    link: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(SlackId)
    at: Mapped[datetime]


class CriterionVerdict(Base):
    """Verdict on a criterion in one round: met, not met, or waived with a reason."""

    __tablename__ = "criterion_verdict"

    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(short_text(Verdict))
    reason: Mapped[str | None] = mapped_column(Text)


class Criterion(Base):
    """Criterion that finished work must meet. `position` counts from 1."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("decision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(150))
    verdicts: Mapped[list[CriterionVerdict]] = relationship(
        lazy="raise", order_by=CriterionVerdict.round, cascade="all, delete-orphan"
    )

    @property
    def verdict(self) -> CriterionVerdict | None:
        """Return the newest verdict, or None."""
        return self.verdicts[-1] if self.verdicts else None

    def verdict_in(self, round: int) -> CriterionVerdict | None:
        return next((verdict for verdict in self.verdicts if verdict.round == round), None)


def have_verdict(criteria: Iterable[Criterion]) -> bool:
    """Return True if any criterion has had a verdict, in any round."""
    return any(criterion.verdicts for criterion in criteria)


class FollowUp(Base):
    """Work that is still owed after an acceptance with follow-ups: what, by whom, until which day.

    It is open until its owner ticks it off.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("decision_id", "position"),
        Index("ix_follow_up_owner", "owner", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(SlackId)
    due_on: Mapped[date]
    round: Mapped[int] = mapped_column(default=1)
    done_at: Mapped[datetime | None]
