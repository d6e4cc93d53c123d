"""Faults of SQLite's file: it is deleted, replaced, damaged, or its disk is full."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness

RAISED = {
    "kind": "requirements",
    "why_now": "Asked for",
    "option1_name": "Yes",
    "option2_name": "No",
}


def file_of(harness: Harness) -> Path:
    return Path(harness.url.removeprefix("sqlite:///"))


def is_deleted(harness: Harness, kept: Path) -> None:
    os.link(file_of(harness), kept)
    file_of(harness).unlink()


def is_replaced(harness: Harness, kept: Path) -> None:
    is_deleted(harness, kept)
    file_of(harness).write_bytes(b"")


@pytest.mark.parametrize("happens", [is_deleted, is_replaced])
def test_a_file_that_is_gone_is_noticed_at_once(
    harness: Harness,
    erin: Actor,
    checkout: Channel,
    tmp_path: Path,
    happens: Callable[[Harness, Path], None],
) -> None:
    erin.types("/tradeoff Pick", checkout)
    kept = tmp_path / "kept.db"
    happens(harness, kept)
    errors = harness.run(erin.member.submits(RAISED))
    assert "The file of my record was moved, replaced or deleted" in str(errors)
    harness.run(erin.member.types(checkout, "/tradeoff list"))
    assert "so nothing was recorded" in erin.was_told()
    kept.replace(file_of(harness))
    assert erin.submits() == {}
    assert [decision.title for decision in harness.decisions()] == ["Pick"]


def test_a_full_disk_is_said_in_words(harness: Harness, erin: Actor, checkout: Channel) -> None:
    erin.types("/tradeoff Pick", checkout)
    pages = harness.query(lambda session: session.scalar(text("PRAGMA page_count")))
    engine = harness.bot.database.engine

    def fill(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    engine.dispose()
    event.listen(engine, "connect", fill)
    long = "Asked for. " * 250
    errors = harness.run(erin.member.submits({**RAISED, "why_now": long}))
    while errors == {}:
        # The existing pages had room for this decision, so raise another.
        harness.run(erin.member.types(checkout, f"/tradeoff Pick {len(harness.decisions())}"))
        errors = harness.run(erin.member.submits({**RAISED, "why_now": long}))
    assert "The disk with my record is full" in str(errors)
    event.remove(engine, "connect", fill)
    engine.dispose()
    assert erin.submits() == {}


def test_a_damaged_file_is_said_in_words(harness: Harness, erin: Actor, checkout: Channel) -> None:
    erin.types("/tradeoff Pick", checkout)
    harness.bot.database.engine.dispose()
    whole = file_of(harness).read_bytes()
    with file_of(harness).open("r+b") as file:
        file.write(b"nonsense" * 1000)
    errors = harness.run(erin.member.submits(RAISED))
    assert "The file of my record is damaged" in str(errors)
    harness.bot.database.engine.dispose()
    with file_of(harness).open("r+b") as file:
        file.write(whole)
    assert erin.submits() == {}
