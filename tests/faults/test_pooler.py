"""PostgreSQL behind a real PgBouncer, in session and in transaction mode.

See pgbouncer#907 and salesagent#641.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot import migrate
from bot.database import Database
from models.rules import Outcome
from support.databases import execute
from support.harness import Harness
from support.pgbouncer import PGBOUNCER, pooled


@pytest.fixture(params=["session", "transaction"])
def behind(request: pytest.FixtureRequest, postgres_server: str, tmp_path: Path) -> Iterator[str]:
    """Make a database, migrated on the server itself; give its URL behind PgBouncer."""
    if PGBOUNCER is None and os.environ.get("CI") != "true":
        pytest.skip("no PgBouncer is installed here")
    name = f"pooled_{os.getpid()}"
    execute(postgres_server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    migrate.upgrade(url)
    with pooled(url, request.param, tmp_path) as behind:
        yield behind
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def test_decisions_are_taken_behind_a_pooler(behind: str) -> None:
    harness = Harness(behind)
    harness.start()
    alice, erin = harness.person("alice"), harness.person("erin")
    harness.person("bob")
    harness.person("sam")
    checkout = harness.workspace.add_channel("checkout", ["alice", "bob", "sam", "erin"])
    alice.sets_up(checkout)
    # By default, the driver prepares a statement after five uses. So use this one more often.
    for _ in range(8):
        erin.types("/tradeoff rights", checkout)
        assert "(rights v1)" in erin.was_told()
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card, because="Yes")
    assert harness.decision().outcome is Outcome.APPROVED
    harness.stop()


def test_every_transaction_has_our_settings(behind: str) -> None:
    database = Database(behind)
    names = ("statement_timeout", "plan_cache_mode", "timezone")
    for _ in range(3):
        found = database.run_here(
            lambda session: [session.scalar(text(f"SHOW {name}")) for name in names]
        )
        assert found == ["2s", "force_custom_plan", "UTC"]
    database.close()
