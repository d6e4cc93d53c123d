"""References of decisions and commitments: links to where the work lives, found by their names."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.references import LONGEST_NAME
from models.tables.base import Base


class Reference(Base):
    """Link to a ticket or a page, of a decision or of a commitment; `position` counts from 1.

    `sought` is the name as it is searched for.
    """

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_sought", "sought"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"), index=True)
    position: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    sought: Mapped[str] = mapped_column(String(2 * LONGEST_NAME))
