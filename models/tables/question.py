"""Questions that the holder asks before deciding, and their answers.

See docs/reference/behaviour.md, What people do.
"""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import ForeignKey, Text, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.tables.base import Base, SlackId


class Question(Base):
    """Question to one person. The card says that it waits for an answer; Details shows both.

    Only the newest question of the present round can be open. If the person who was asked cannot
    answer any more, a newer question to somebody else takes its place.
    """

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    round: Mapped[int]
    asked_by: Mapped[str] = mapped_column(SlackId)
    asked_of: Mapped[str] = mapped_column(SlackId, index=True)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """Return a few characters that another question with the same id would not have.

        Buttons and forms about the question carry them. After a backup is restored, a new question
        gets the id of a lost one.
        """
        return f"{zlib.crc32(self.asked_at.isoformat().encode()):x}"


_OTHER = aliased(Question)
# Condition that a question is the newest of its round and has no answer.
IS_OPEN = Question.answer.is_(None) & (
    Question.id
    == select(func.max(_OTHER.id))
    .where(_OTHER.decision_id == Question.decision_id, _OTHER.round == Question.round)
    .scalar_subquery()
)
