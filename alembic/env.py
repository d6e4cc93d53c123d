"""Environment in which Alembic runs the migrations.

The connection comes from `bot/migrate.py`. On Alembic's own command line, `-x url=…` names the
database. Each migration has a transaction of its own, so that no lock outlasts the change that
needs it.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, Text, TypeDecorator, create_engine, event

from models.tables import Base
from models.tables.base import UtcDateTime

# While a change waits for its lock, everybody else waits behind it. The running release gives a
# statement two seconds. A change that gets no lock in half of that gives up, and `bot/migrate.py`
# tries it again.
LOCK_TIMEOUT = "1s"


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Render our own column types as plain ones: a migration imports nothing of ours."""
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, TypeDecorator) and isinstance(item.impl, Text):
        return "sa.Text()"
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def migrate(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"

    def include_object(
        item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any
    ) -> bool:
        """Return False for what autogenerate must not compare with our tables.

        SQLite alone has the full-text tables, and PostgreSQL alone the index of words.
        """
        if kind == "table" and reflected:
            return not (on_sqlite and str(name).startswith("decision_fts"))
        if kind == "index" and name == "ix_post_lane":
            return False  # It is over expressions, which no database reflects as they were written.
        return not (on_sqlite and kind == "index" and name == "ix_decision_words_words")

    if not on_sqlite:
        event.listen(connection, "begin", _give_up_soon)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        render_item=render_item,
        include_object=include_object,
        render_as_batch=on_sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()


def _give_up_soon(connection: Connection) -> None:
    # What runs outside a transaction, such as CREATE INDEX CONCURRENTLY, holds nobody up.
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = create_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.connect() as opened:
        migrate(opened)
        opened.commit()
    engine.dispose()
