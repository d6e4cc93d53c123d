"""Parts of a tradeoff: options, people consulted, impact statements, signatures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Dialect, ForeignKey, Index, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.rules import Confidence, Role
from models.tables.base import Base, SlackId, short_text
from models.tables.history_payloads import ImpactStated


@dataclass(frozen=True, slots=True)
class Option:
    """Option of a tradeoff: its name, value and cost. `position` counts from 1."""

    position: int
    name: str
    value: str
    cost: str

    @property
    def letter(self) -> str:
        """Return the letter that people call it by: A, B, C …"""
        return letter(self.position)


def letter(position: int) -> str:
    return chr(ord("A") + position - 1)


class Options(TypeDecorator[list[Option]]):
    """Options as JSON text, because they are always read and changed together."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[Option] | None, dialect: Dialect) -> str | None:
        return (
            None
            if value is None
            else json.dumps([[option.name, option.value, option.cost] for option in value])
        )

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[Option] | None:
        if value is None:
            return None
        return [
            Option(position, *texts) for position, texts in enumerate(json.loads(value), start=1)
        ]


class People(TypeDecorator[list[str]]):
    """Ids of people as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else list(json.loads(value))


class ImpactStatement(Base):
    """Impact of a decision: days of slip, what it displaces, the risk, the confidence, and a note.

    `on_behalf_of` is the role holder for whom the author acted, if any; older statements do not say
    it. `revision_asked` is what the holder said when they asked for a newer one.
    """

    __tablename__ = "impact_statement"
    __table_args__ = (Index("ix_impact_statement_by", "by", "decision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    round: Mapped[int]
    role: Mapped[Role] = mapped_column(short_text(Role))
    by: Mapped[str] = mapped_column(SlackId)
    on_behalf_of: Mapped[str | None] = mapped_column(SlackId)
    at: Mapped[datetime]
    late: Mapped[bool]
    days: Mapped[int]
    displaces: Mapped[str] = mapped_column(Text)
    risk: Mapped[str] = mapped_column(Text)
    confidence: Mapped[Confidence] = mapped_column(short_text(Confidence))
    note: Mapped[str] = mapped_column(Text)
    revision_asked: Mapped[str | None] = mapped_column(Text)

    def as_payload(self) -> ImpactStated:
        """Return what the history keeps of the statement."""
        return ImpactStated(
            role=self.role,
            late=self.late,
            days=self.days,
            displaces=self.displaces,
            risk=self.risk,
            confidence=self.confidence,
            note=self.note,
        )


class Signature(Base):
    """Signature of one role, if more than one role must agree: who signed, for which option, why.

    `moves` says whether the option moves the commitment.
    """

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("decision_id", "round", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    round: Mapped[int]
    role: Mapped[Role] = mapped_column(short_text(Role))
    person: Mapped[str] = mapped_column(SlackId)
    on_behalf_of: Mapped[str | None] = mapped_column(SlackId)
    option_position: Mapped[int | None]
    moves: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
