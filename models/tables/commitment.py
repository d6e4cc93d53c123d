"""Commitments: promised milestones, each with its baseline and every decision that moved it.

The promised date changes in no other way. See docs/reference/behaviour.md, Commitments.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from models.acts import Act
from models.refusals.afterwards import AlreadyClosed
from models.tables.base import Base, SlackId, short_text
from models.tables.channel import Channel
from models.tables.post import card_link_of


class CommitmentState(StrEnum):
    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


# Conditions that indexes share with the queries that use them, so they are written as SQL.
OPEN = "state = 'open'"
LATE = f"{OPEN} AND promised_on > baseline_on"


class CommitmentMove(Base):
    """Entry of the ledger: calendar days (negative for earlier), a change of scope, or both.

    `undoes` marks a reversal.
    """

    __tablename__ = "commitment_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    decision_number: Mapped[int]
    round: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    days: Mapped[int]
    scope: Mapped[str | None] = mapped_column(Text)
    undoes: Mapped[bool]
    at: Mapped[datetime]
    card_link: Mapped[str | None] = column_property(card_link_of(decision_id))


class Commitment(Base):
    """Promised milestone: what, to whom, for when.

    `promised_on` is `baseline_on` plus the sum of the moves.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("channel_id", "made_with"),
        Index("ix_commitment_channel_id_state", "channel_id", "state"),
        Index(
            "ix_commitment_open",
            "promised_on",
            "id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index(
            "ix_commitment_late",
            "promised_on",
            "id",
            sqlite_where=text(LATE),
            postgresql_where=text(LATE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    name: Mapped[str] = mapped_column(String(75))
    promised_to: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    baseline_on: Mapped[date]
    promised_on: Mapped[date]
    state: Mapped[CommitmentState] = mapped_column(
        short_text(CommitmentState), default=CommitmentState.OPEN
    )
    made_by: Mapped[str] = mapped_column(SlackId)
    made_at: Mapped[datetime]
    made_with: Mapped[str] = mapped_column(String(64))
    closed_by: Mapped[str | None] = mapped_column(SlackId)
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None] = mapped_column(Text)

    channel: Mapped[Channel] = relationship(lazy="raise")
    moves: Mapped[list[CommitmentMove]] = relationship(lazy="raise", order_by=CommitmentMove.id)

    @property
    def mark(self) -> str:
        """Return the mark that its buttons carry, so that they act on no other commitment."""
        return hashlib.sha256(self.made_with.encode()).hexdigest()[:6]

    @property
    def is_open(self) -> bool:
        return self.state is CommitmentState.OPEN

    @property
    def slip(self) -> int:
        """Return the calendar days from the baseline to the promised date: the sum of the moves."""
        return (self.promised_on - self.baseline_on).days

    def days_by(self, decision_id: int | None) -> int:
        """Return the days by which one decision has moved it, without moves that were reversed."""
        return sum(move.days for move in self.moves if move.decision_id == decision_id)

    def movers(self, since: datetime | None = None) -> list[int]:
        """Return the numbers of the decisions whose move is in force, the latest last.

        With `since`, return only decisions that have moved it since then.
        """
        net: dict[int, int] = {}
        numbers: dict[int, int] = {}
        for move in self.moves:
            if since is None or move.at >= since:
                net[move.decision_id] = net.pop(move.decision_id, 0) + move.days
                numbers[move.decision_id] = move.decision_number
        return [numbers[id] for id, days in net.items() if days and self.days_by(id)]

    def without(self, *decisions: int | None) -> date:
        """Return the promised date as it would be if these decisions had not moved it."""
        return self.promised_on - timedelta(days=sum(map(self.days_by, set(decisions))))

    def scope_stands(self, decision_id: int) -> bool:
        """Return True if a change of scope by this decision is in force."""
        changes = [move for move in self.moves if move.decision_id == decision_id and move.scope]
        return bool(changes) and not changes[-1].undoes

    @property
    def has_another_scope(self) -> bool:
        """Return True if any change of scope is in force."""
        return any(self.scope_stands(move.decision_id) for move in self.moves)

    def scope_entry_at(self, decision_id: int, at: datetime) -> CommitmentMove | None:
        """Return the entry of this decision that changed the scope at this moment, if any."""
        entered = [move for move in self.moves if (move.decision_id, move.at) == (decision_id, at)]
        return next((move for move in reversed(entered) if move.scope), None)

    def taken_back_at(self, decision_id: int, at: datetime | None) -> CommitmentMove | None:
        """Return the last entry of this decision if it took the move back at this moment."""
        entered = [move for move in self.moves if move.decision_id == decision_id]
        last = entered[-1] if entered else None
        return last if last and last.undoes and last.at == at else None

    def enter(self, move: CommitmentMove) -> CommitmentMove:
        """Append this entry, from the promised date to the new one. No entry is ever removed."""
        move.from_on = self.promised_on
        move.to_on = self.promised_on + timedelta(days=move.days)
        self.moves.append(move)
        self.promised_on = move.to_on
        return move

    def check_is_open(self) -> None:
        """Raise AlreadyClosed if somebody has said already how the commitment ended."""
        if not self.is_open:
            raise AlreadyClosed(self.name, self.state, self.closed_by, self.closed_at)

    def close(self, state: CommitmentState, reason: str, act: Act) -> None:
        """Close the commitment as met, missed or withdrawn."""
        self.state = state
        self.closed_reason = reason
        self.closed_by = act.actor
        self.closed_at = act.at
