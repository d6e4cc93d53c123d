"""Health: whether the process must be started again, and whether it can answer people yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.requests import Request

from bot.commands import doctor
from bot.demo.slack.workspace import Channel
from models.tables.post import Drawing, Post
from support.harness import Actor, Harness

NOBODY = Request({"type": "http"})


def faults(harness: Harness, *, ready: bool = False) -> list[str]:
    answer = harness.bot._ready if ready else harness.bot._health
    said: list[str] = json.loads(bytes(harness.run(answer(NOBODY)).body))["faults"]
    return said


def test_a_database_file_that_was_replaced_is_found(harness: Harness, tmp_path: Path) -> None:
    assert faults(harness) == []
    file = Path(str(harness.bot.database.engine.url.database))
    kept = file.rename(tmp_path / "kept.db")
    file.write_bytes(kept.read_bytes())
    assert faults(harness) == ["the database file was moved or replaced"]
    kept.rename(file)
    assert faults(harness) == []


@pytest.mark.both_databases
def test_ready_needs_the_schema_and_slacks_word(harness: Harness) -> None:
    harness.timeouts.unknown_kept = 0
    harness.bot.installations.identity = None
    harness.breaks("auth.test", "refused", error="invalid_auth")
    assert faults(harness, ready=True) == ["Slack has not yet said who we are"]
    assert faults(harness, ready=True) == []
    older = "UPDATE alembic_version SET version_num = '0009'"
    harness.query(lambda session: session.execute(text(older)))
    assert faults(harness, ready=True) == ["the schema is not this release's"]
    assert faults(harness) == []


def test_doctor_knows_how_long_messages_wait_that_nothing_holds_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    first = harness.posts()[0].channel_id
    harness.clock.advance(seconds=5)
    post = Post(channel_id=first, key="x", drawing=Drawing.NO_ANSWER, due_at=harness.clock.now)
    harness.query(lambda session: session.add(post))

    def found() -> str:
        return str(
            list(harness.query(lambda session: list(doctor._late(session, harness.clock.now))))
        )

    harness.clock.advance(seconds=30)
    assert "messages: none is overdue in any workspace" in found()
    harness.clock.advance(seconds=300)
    assert "messages: the oldest overdue one in all workspaces has waited 330 s" in found()
    harness.breaks("chat.postMessage", "ratelimited", retry_after=600)
    harness.sends()
    assert "messages: none is overdue" in found()
