"""Migrations to one revision, on any database."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine

from bot import migrate


def migrate_to(url: str, revision: str) -> None:
    """Upgrade or downgrade to this revision; `head` is the newest."""
    engine = create_engine(url)
    with engine.connect() as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        (command.upgrade if revision == "head" else command.downgrade)(settings, revision)
        connection.commit()
    engine.dispose()
