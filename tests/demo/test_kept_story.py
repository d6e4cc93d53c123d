"""The kept story: the demo plays it once a day, and a later start restores Slack and the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.demo.seed import kept
from bot.demo.slack.workspace import Message, Workspace

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(kept, "PRODUCT", tmp_path)
    (tmp_path / "bot").mkdir()
    return tmp_path / ".cache"


def played(folder: Path) -> tuple[Workspace, Path]:
    """Return a Slack with a message, and a record with a row."""
    workspace = Workspace()
    workspace.add_person("alice")
    channel = workspace.add_channel("checkout", ["alice"])
    alice = workspace.person("alice")
    workspace.add_message(Message(channel.id, workspace.next_ts(), alice.id, "Good morning"))
    record = folder / "played.db"
    with closing(sqlite3.connect(record)) as connection:
        connection.execute("CREATE TABLE decision AS SELECT 7 AS number")
        connection.commit()
    return workspace, record


def texts(workspace: Workspace) -> list[str]:
    channel = workspace.channel("checkout")
    return [message.text for message in workspace.messages[channel.id]]


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    kept.keep(*played(tmp_path), TODAY)
    again, record = Workspace(), tmp_path / "again.db"
    assert kept.restore(again, record, TODAY)
    assert texts(again) == ["Good morning"]
    assert again.people[again.bot.id] is again.bot
    with closing(sqlite3.connect(record)) as connection:
        assert connection.execute("SELECT number FROM decision").fetchall() == [(7,)]


def test_a_conversation_that_is_opened_later_is_a_new_one(tmp_path: Path) -> None:
    workspace, record = played(tmp_path)
    of_alice = workspace.direct(workspace.person("alice").id)
    kept.keep(workspace, record, TODAY)
    again = Workspace()
    again.add_person("bob")
    assert kept.restore(again, tmp_path / "again.db", TODAY)
    for name in ("dana", "erin", "sam"):
        assert again.direct(again.add_person(name).id).id != of_alice.id
    assert again.direct(again.person("alice").id).id == of_alice.id


def test_another_day_and_changed_code_have_a_story_of_their_own(tmp_path: Path) -> None:
    kept.keep(*played(tmp_path), TODAY)
    record = tmp_path / "again.db"
    assert not kept.restore(Workspace(), record, date(2026, 11, 27))
    (tmp_path / "bot" / "new.py").write_text("changed = True\n")
    assert not kept.restore(Workspace(), record, TODAY)
    assert not record.exists()


def test_stories_of_other_days_are_deleted(tmp_path: Path, cache: Path) -> None:
    workspace, record = played(tmp_path)
    for day in (TODAY, date(2026, 11, 27)):
        kept.keep(workspace, record, day)
    (only,) = (cache / "tradeoff-demo").iterdir()
    assert only.name.startswith("2026-11-27")


def test_half_a_file_is_no_story(tmp_path: Path, cache: Path) -> None:
    kept.keep(*played(tmp_path), TODAY)
    (slack,) = (cache / "tradeoff-demo").glob("*/slack")
    slack.write_bytes(slack.read_bytes()[:100])
    assert not kept.restore(Workspace(), tmp_path / "again.db", TODAY)


def test_other_code_of_the_same_day_keeps_its_story(tmp_path: Path, cache: Path) -> None:
    """If two clones are tried in turn, neither plays its story again."""
    workspace, record = played(tmp_path)
    kept.keep(workspace, record, TODAY)
    (tmp_path / "bot" / "new.py").write_text("changed = True\n")
    kept.keep(workspace, record, TODAY)
    assert len(list((cache / "tradeoff-demo").iterdir())) == 2


def test_a_story_that_cannot_be_kept_is_no_fault(tmp_path: Path, cache: Path) -> None:
    cache.write_text("This is not a folder.")
    kept.keep(*played(tmp_path), TODAY)
    assert not kept.restore(Workspace(), tmp_path / "again.db", TODAY)


def test_a_story_may_be_kept_twice(tmp_path: Path) -> None:
    workspace, record = played(tmp_path)
    kept.keep(workspace, record, TODAY)
    kept.keep(workspace, record, TODAY)
    assert kept.restore(Workspace(), tmp_path / "again.db", TODAY)
