"""The parts of a tradeoff: its options, who is consulted, what it costs the other side, and signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, SlackId, short_text
from models.rules import Confidence, Role


class Option(Base):
    """One way to go: what it is called, what it brings, what it costs. `position` counts from 1."""

    __tablename__ = "option"
    __table_args__ = (UniqueConstraint("decision_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(75))
    value: Mapped[str] = mapped_column(Text)
    cost: Mapped[str] = mapped_column(Text)

    @property
    def letter(self) -> str:
        """A, B, C …: how people speak of it."""
        return chr(ord("A") + self.position - 1)


class Consulted(Base):
    """Someone whose view the raiser wants; they are named on the card."""

    __tablename__ = "consulted"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)


class ImpactStatement(Base):
    """What it costs delivery (or value): days of slip, what it displaces, the risk, how sure, and a note."""

    __tablename__ = "impact_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    round: Mapped[int]
    role: Mapped[Role] = mapped_column(short_text(Role))
    by: Mapped[str] = mapped_column(SlackId)
    at: Mapped[datetime]
    late: Mapped[bool]
    days: Mapped[int]
    displaces: Mapped[str] = mapped_column(Text)
    risk: Mapped[str] = mapped_column(Text)
    confidence: Mapped[Confidence] = mapped_column(short_text(Confidence))
    note: Mapped[str] = mapped_column(Text)

    def as_changes(self) -> dict[str, Any]:
        """What the history keeps of it."""
        return {
            "role": self.role, "late": self.late, "days": self.days, "displaces": self.displaces,
            "risk": self.risk, "confidence": self.confidence, "note": self.note,
        }  # fmt: skip


class Signature(Base):
    """One key of a joint decision: who signed, in which role, for which option, and why."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("decision_id", "round", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    round: Mapped[int]
    role: Mapped[Role] = mapped_column(short_text(Role))
    person: Mapped[str] = mapped_column(SlackId)
    option_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
