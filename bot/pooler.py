"""PostgreSQL behind a pooler such as PgBouncer, which may refuse or drop a connection's settings.

In the pooler's transaction mode, every transaction may have another connection to the server. So,
if our settings are missing from a new connection, they are made in each transaction, and statements
are not prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event

# A setting that only we make. If a new connection does not have it, a pooler has dropped our
# options.
MARK = "plan_cache_mode"
TAKES_NO_OPTIONS = "startup parameter"


def allow_pooler(engine: Engine, settings: Mapping[str, str | int]) -> None:
    """Give the connections of this engine these settings, with or without a pooler in between.

    Without a pooler, they are options of the connection, and cost nothing in a transaction.
    """
    event.listen(engine, "do_connect", partial(_connect, options(settings)))
    event.listen(engine, "connect", partial(_note, settings))
    event.listen(engine, "begin", _set)


def options(settings: Mapping[str, str | int]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _connect(
    settings: str, dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]
) -> Any:
    # psycopg is slow to load, and SQLite does not need it.
    import psycopg

    try:
        return dialect.connect(*arguments, **parameters, options=settings)
    except psycopg.OperationalError as error:
        if TAKES_NO_OPTIONS not in str(error):
            raise
    return dialect.connect(*arguments, **parameters)


def _note(settings: Mapping[str, str | int], connection: Any, record: Any) -> None:
    has = connection.execute(f"SHOW {MARK}").fetchone()[0]
    connection.rollback()
    if has == settings[MARK]:
        return
    connection.prepare_threshold = None
    record.info["settings"] = "; ".join(
        f"SET LOCAL {name} = '{value}'" for name, value in settings.items()
    )


def _set(connection: Connection) -> None:
    if settings := connection.info.get("settings"):
        connection.exec_driver_sql(settings)
