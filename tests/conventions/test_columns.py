"""Columns of the tables: what their defaults may be."""

from __future__ import annotations

from models.tables import Base


def test_no_column_that_may_be_empty_has_a_default() -> None:
    """SQLAlchemy writes the default in place of None, so that the column could not be emptied."""
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert len(columns) > 100
    assert [str(column) for column in columns if column.nullable and column.default] == []
