"""Columns of the tables: what their defaults may be."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect

from bot import migrate
from models.tables.base import Base


@pytest.mark.filterwarnings("ignore:.*expression-based index.*")
@pytest.mark.both_databases
def test_migrations_go_up_make_what_the_models_say_and_go_down(database_url: str) -> None:
    engine = create_engine(database_url)
    try:
        check(database_url)
        down(database_url)
        assert inspect(engine).get_table_names() == ["alembic_version"]
        migrate.upgrade(database_url)
        check(database_url)
        assert migrate.is_current(engine)
    finally:
        engine.dispose()


def test_no_column_that_may_be_empty_has_a_default() -> None:
    """SQLAlchemy writes the default in place of None, so that the column could not be emptied."""
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert len(columns) > 100
    assert [str(column) for column in columns if column.nullable and column.default] == []
