"""Settlements: how each round of a decision ended, and whether its forecast held."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.rules import Held, Impact, Outcome, Verb
from models.tables.base import Base, SlackId, short_text

# Condition of a review that is still to be answered; written as SQL, because an index uses it.
UNREVIEWED = "review_on IS NOT NULL AND held IS NULL"


class Settlement(Base):
    """End of one round. Only `since…`, `brief_…` and the review may be filled in later.

    `outcome` is None if the round was withdrawn; `since` says what later ended that outcome, if
    anything did. `title`, `kind`, `role`, `option_name`, `commitment_name` and `rights_number` are
    as they were then, because a later round may ask something else. `took_seconds` counts from the
    beginning of the round; it is None if the decision was recorded after the fact. `in_time` is
    None if no date was set. `brief_number` is the version of the rights that gave the right to
    decide, if it was in force for less than a day; `brief_seconds` says for how long it was.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("decision_id", "round"),
        Index("ix_settlement_at", "at"),
        Index("ix_settlement_review_on", "review_on", "held"),
        Index(
            "ix_settlement_unreviewed",
            "decision_id",
            sqlite_where=text(UNREVIEWED),
            postgresql_where=text(UNREVIEWED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    round: Mapped[int]
    outcome: Mapped[Outcome | None] = mapped_column(short_text(Outcome))
    option_position: Mapped[int | None]
    moves: Mapped[bool]
    by: Mapped[str] = mapped_column(SlackId)
    on_behalf_of: Mapped[str | None] = mapped_column(SlackId)
    by_escalation: Mapped[bool]
    same_person: Mapped[bool]
    impact: Mapped[Impact] = mapped_column(short_text(Impact))
    title: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    option_name: Mapped[str | None] = mapped_column(Text)
    commitment_name: Mapped[str | None] = mapped_column(Text)
    rights_number: Mapped[int | None]
    brief_number: Mapped[int | None]
    brief_seconds: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64))
    took_seconds: Mapped[int | None]
    due_on: Mapped[date | None]
    in_time: Mapped[bool | None]
    forecast_days: Mapped[int | None]
    deferred_until: Mapped[date | None]
    moved_from: Mapped[date | None]
    moved_to: Mapped[date | None]
    since: Mapped[Verb | None] = mapped_column(short_text(Verb))
    since_by: Mapped[str | None] = mapped_column(SlackId)
    since_at: Mapped[datetime | None]
    since_reason: Mapped[str | None] = mapped_column(Text)
    review_on: Mapped[date | None]
    reviewed_by: Mapped[str | None] = mapped_column(SlackId)
    reviewed_at: Mapped[datetime | None]
    held: Mapped[Held | None] = mapped_column(short_text(Held))
    actual_days: Mapped[int | None]
    review_note: Mapped[str | None] = mapped_column(Text)

    @property
    def words(self) -> str:
        """Return the outcome in a few words: `approved`, `sent back`, `withdrawn`."""
        return self.outcome.label if self.outcome else "withdrawn"

    @property
    def act(self) -> str:
        """Return `deferred` or `decided`, because a deferral leaves the matter undecided."""
        return self.words if self.outcome is Outcome.DEFERRED else "decided"
