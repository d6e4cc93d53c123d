"""Reads while somebody writes: they do not wait for the writer, not even on SQLite."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.demo.slack.workspace import Channel
from bot.outbox import claims, jobs
from bot.outbox.outcomes import Attempt
from models.tables.timer import Subject, TimerKind, set_timer
from models.tables.workspace import Workspace
from support.command_line import for_slack, tradeoff
from support.harness import MONDAY, Actor, Harness
from support.home_visitor import home

pytestmark = pytest.mark.both_databases


@contextlib.contextmanager
def somebody_writes(harness: Harness) -> Iterator[None]:
    """Hold a transaction that has written and is not committed."""
    engine = create_engine(harness.url)
    with engine.connect() as connection:
        if harness.bot.database.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(text("UPDATE workspace SET last_number = last_number"))
        yield
        connection.rollback()
    engine.dispose()


def test_people_read_while_somebody_writes(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    with somebody_writes(harness):
        for line, said in (("rights", "Who decides"), ("digest", "16 Nov")):
            harness.run(alice.member.types(checkout, f"/tradeoff {line}"))
            assert said in alice.was_told()
        harness.run(alice.member.types(checkout, "/tradeoff show 1"))
        assert "Guest checkout" in alice.was_told() + alice.form_words()
        harness.run(alice.member.opens_home())
        assert "Guest checkout" in str(home(alice))
        harness.run(alice.member.presses(alice.dm()[-1], "Approve"))
        assert "Option\nA. Add it now\nB. Next quarter\nWhy\n" in alice.form_words()


def test_messages_are_drawn_while_somebody_writes_and_off_the_thread_that_writes(
    harness: Harness, checkout: Channel, erin: Actor
) -> None:
    harness.run(erin.member.types(checkout, "/tradeoff Guest checkout"))
    erin.fills(kind="requirements", why_now="Asked", option1_name="Yes", option2_name="No")
    assert harness.run(erin.member.submits({})) == {}
    database, now = harness.bot.database, harness.clock.now
    held = harness.query(lambda session: claims.claim(session, harness.workspace.team_id, now, 10))
    written = threading.Event()

    async def draw() -> list[jobs.Job]:
        writing = asyncio.ensure_future(database.run(lambda session: written.wait()))
        try:
            return [await harness.bot.outbox._draw(Attempt(claim)) for claim in held]
        finally:
            written.set()
            await writing

    with somebody_writes(harness):
        drawn = harness.run(draw())
    assert any("Guest checkout" in job.message.text for job in drawn)
    harness.query(lambda session: claims.release(session, held))


@pytest.mark.parametrize(
    "command",
    [
        ("verify",),
        ("export", "--format", "json", "--output", os.devnull),
        ("digest", "--channel", "{channel}", "--print"),
        ("doctor",),
    ],
    ids=lambda command: command[0],
)
def test_the_command_line_reads_while_somebody_writes(
    harness: Harness, checkout: Channel, erin: Actor, tmp_path: Path, command: tuple[str, ...]
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    harness.later(minutes=1)
    given = for_slack(harness.workspace, database_url=harness.url.replace("+psycopg", ""))
    arguments = [argument.format(channel=checkout.id) for argument in command]

    async def run() -> str:
        result = await asyncio.to_thread(tradeoff, tmp_path, *arguments, **given)
        return result.stdout + result.stderr

    with somebody_writes(harness):
        said = harness.run(run())
    assert "locked" not in said
    assert "Traceback" not in said
    assert any(word in said for word in ("holds", "are in", "waiting", "schema: at revision")), said


def test_work_that_mostly_reads_may_write_after_all(harness: Harness, checkout: Channel) -> None:
    database = harness.bot.database

    def sets_a_timer(session: Session) -> None:
        subject = Subject(person="U1")
        workspace = session.scalars(select(Workspace.id)).one()
        set_timer(session, workspace, TimerKind.REMIND, "remind:U1", MONDAY, subject)

    def timers(session: Session) -> int | None:
        return session.scalar(text("SELECT count(*) FROM timer WHERE key = 'remind:U1'"))

    with pytest.raises(DBAPIError):
        harness.run(database.read(sets_a_timer))
    assert harness.query(timers) == 0
    harness.run(database.run(sets_a_timer, mostly_reads=True))
    assert harness.query(timers) == 1
