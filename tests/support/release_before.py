"""The release before: it reads and writes while a migration of the next release is under way.

Its statements are made from the tables as they were before the migration.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, create_engine, event
from sqlalchemy.exc import DBAPIError

# Rows in each table, and rows that one statement of a migration may change.
ROWS = 1500
MOST_AT_ONCE = 1000
# Number of the row that this release adds, far from the numbers that migrations use.
OWN_ROW = 1_000_000
# Values for columns that cannot be NULL, other than numbers.
VALUES = {
    "BOOLEAN": "false",
    "DATE": "DATE '2026-11-23'",
    "TIMESTAMP": "now()",
    "JSON": "'{}'",
    "TSVECTOR": "'word'",
}
TEXTS = {"options": """'[["Yes","Some","Little"],["No","None","None"]]'""", "table": "'{}'"}
# Statements whose time grows with the number of rows. The group is the name of the table.
LONG = re.compile(
    r"(?:INSERT INTO|UPDATE|DELETE FROM|SELECT .*? FROM"
    r"|CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?\S+ ON|ALTER TABLE(?= \S+ .*(?:SET NOT NULL|TYPE"
    r"|ADD CONSTRAINT|FOREIGN KEY)))\s+\"?(\w+)",
    re.DOTALL,
)


class ReleaseBefore:
    """Release that runs on this database, as its tables are now, and goes on while they change."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, connect_args={"options": "-c statement_timeout=2000"})
        metadata = MetaData()
        metadata.reflect(self._engine)
        self.tables = {
            name: table for name, table in metadata.tables.items() if name != "alembic_version"
        }
        self.faults: list[str] = []

    def fill(self) -> None:
        """Fill each empty table with numbered rows; a row refers to rows with its own number."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")
            for table in self.tables.values():
                rows = connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar()
                if not rows:
                    connection.exec_driver_sql(_insert(table, 1, ROWS))
                    if "id" in table.columns:
                        # Rows that a migration adds get the numbers after these.
                        numbers = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
                        connection.exec_driver_sql(f"SELECT setval({numbers}, {ROWS})")

    def watch(self, engine: Engine) -> None:
        """Note a fault if slow statements on this engine lock tables or change too many rows.

        The locks are looked at before and after each statement whose time grows with the rows.
        """
        event.listen(engine, "before_cursor_execute", self._look)
        event.listen(engine, "after_cursor_execute", self._look_again)

    def reads_and_writes(self) -> None:
        """Read, add and change a row in every table, and take it back; note what fails."""
        with self._engine.connect() as connection:
            for table in self.tables.values():
                self._use(connection, table)

    def close(self) -> None:
        self._engine.dispose()

    def _look(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if self._takes_long(statement):
            self._check_free(f"before {statement}")

    def _look_again(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if self._takes_long(statement):
            self._check_free(f"during {statement}")
            if not statement.lstrip().startswith("SELECT") and cursor.rowcount > MOST_AT_ONCE:
                self.faults.append(f"{cursor.rowcount} rows at once: {statement}")

    def _takes_long(self, statement: str) -> bool:
        found = LONG.match(statement.strip())
        return found is not None and (found[1] in self.tables or "FROM" in statement)

    def _check_free(self, when: str) -> None:
        with self._engine.connect() as connection:
            for name in self.tables:
                try:
                    # The lock that a write takes. The lock of a read conflicts with less, so it
                    # need not be tried.
                    connection.exec_driver_sql(f'LOCK TABLE "{name}" IN ROW EXCLUSIVE MODE NOWAIT')
                except DBAPIError:
                    self.faults.append(f"{name} cannot be written {' '.join(when.split())}")
                connection.rollback()

    def _use(self, connection: Connection, table: Table) -> None:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        first = next(iter(table.primary_key.columns))
        number = OWN_ROW
        try:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(f'SELECT {columns} FROM "{table.name}" LIMIT 1')
            connection.exec_driver_sql(_insert(table, number, number))
            same = ", ".join(f'"{column.name}" = "{column.name}"' for column in table.columns)
            where = f'WHERE "{first.name}" = {_value(first, str(number))}'
            connection.exec_driver_sql(f'UPDATE "{table.name}" SET {same} {where}')
        except DBAPIError as error:
            self.faults.append(f"{table.name}: {str(error.orig).splitlines()[0]}")
        connection.rollback()


def _insert(table: Table, first: int, last: int) -> str:
    needed = [
        column
        for column in table.columns
        if column.primary_key or (not column.nullable and column.server_default is None)
    ]
    names = ", ".join(f'"{column.name}"' for column in needed)
    values = ", ".join(_value(column) for column in needed)
    return (
        f'INSERT INTO "{table.name}" ({names})'
        f" SELECT {values} FROM generate_series({first}, {last}) AS g"
    )


def _value(column: Column[Any], number: str = "g") -> str:
    kind = str(column.type).split("(")[0].split(" ")[0]
    if kind == "INTEGER":
        return number
    return TEXTS.get(column.name) or VALUES.get(kind, f"'x' || {number}")
