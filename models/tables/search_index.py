"""Search index: the words of a decision in one row, written in the transaction that changes them.

Each database keeps its own index of that row (docs/explanation/decisions/0013).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeEngine

from models.similar_titles import stem
from models.tables.base import Base
from models.tables.write_behind import HasId, IfThere, write_behind

# PostgreSQL takes words of up to 2,046 bytes.
LONGEST_WORD = 60
# Scripts that are written without spaces: each character is a word.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"(?=[^\W_])[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


class Words(TypeDecorator[str]):
    """Words with a space between them; on PostgreSQL a tsvector, which keeps each once."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return " ".join(f"'{word}'" for word in value.split())


class DecisionWords(Base):
    """Words of one decision.

    Triggers keep SQLite's full-text table `decision_fts` in step with it (migration 0005).
    """

    __tablename__ = "decision_words"
    # `fastupdate` is off, because it collects new rows outside the index, and each search would
    # read them all.
    __table_args__ = (
        Index(
            "ix_decision_words_words",
            "words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": False},
        ).ddl_if(dialect="postgresql"),
    )

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decision.id"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Words)


def words_in(text: str) -> list[str]:
    """Return the words of this text as the index has them.

    They have small letters, no accents and no endings, and nothing but letters and digits.
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character)
    )
    return [stem(word[:LONGEST_WORD]) for word in _WORD.findall(plain.casefold())]


def keep_words(session: Session, decision: HasId, texts: Iterable[str]) -> None:
    """Store the words of these texts: from now on, a search finds this decision by them."""
    words = " ".join(word for text in texts for word in words_in(text))
    write_behind(
        session,
        DecisionWords,
        {"words": words},
        if_there=IfThere.REPLACE,
        decision_id=decision,
    )
