"""Base of every table: names of constraints, UTC times, short text for enums."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC time on both databases; SQLite keeps it without its zone.

    A naive time is a bug, so an attempt to store one raises ValueError.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base class of the tables.

    Relationships are loaded by the query that needs them, or not at all (`lazy="raise"`).
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


def short_text(enum: type[StrEnum]) -> Enum:
    """Return a column type of short text that reads back as this enum.

    It is not a native enum and has no check constraint, so a new member needs no migration.
    """
    return Enum(
        enum, native_enum=False, create_constraint=False, length=24, values_callable=_values
    )


def _values(enum: Any) -> list[str]:
    return [member.value for member in enum]


# Slack's ids of workspaces, people and channels. Slack's SDK keeps them in 32 characters
# (docs/reference/slack.md, Identity).
SlackId = String(32)
