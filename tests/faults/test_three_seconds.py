"""Slowness: Slack waits three seconds, and is answered within them even if something is slow.

A request that cannot be carried out in time records nothing, unless its commit was under way. Its
form stays as it was filled in.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import TCPConnector
from sqlalchemy import Connection, event, text

from bot.demo.slack.delivery import Delivered
from bot.demo.slack.workspace import Channel
from handlers.requests import LookedUp, NotYetKnown
from models.rules import State
from support.harness import GENEROUS, Actor, Harness
from support.held import Stopwatch, commits_held, threads_held, until

TOO_LATE = "This took too long just now, and nothing was recorded"
RAISED = {
    "kind": "requirements",
    "why_now": "Asked for",
    "option1_name": "Yes",
    "option2_name": "No",
}


def forgets(harness: Harness) -> None:
    """Empty the bot's cache of people and channels, as if the last act was minutes ago."""
    people = harness.bot.people
    for cache in (people._people, people._places, people._rooms):
        cache._kept.clear()


def is_known(harness: Harness, actor: Actor) -> None:
    """Fill the bot's cache with this person, so that no transaction has to wait for the look-up."""
    ask = NotYetKnown(people=[actor.id])
    harness.run(harness.bot.people.look_up(harness.workspace.team_id, ask, LookedUp()))


def submits_slowly(actor: Actor, **fields: str) -> dict[str, str]:
    """Submit the open form; return the errors. Nothing is sent meanwhile."""
    errors: dict[str, str] = actor.harness.run(actor.member.submits(fields))
    return errors


@contextlib.contextmanager
def locked(harness: Harness) -> Iterator[None]:
    """Let another program hold the record until the block ends."""
    if harness.bot.database.is_sqlite:
        path = harness.url.removeprefix("sqlite:///")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
        other.close()
        return
    with harness.bot.database.engine.connect() as connection:
        connection.execute(text("LOCK TABLE decision, history_event"))
        yield
        connection.rollback()


# ---- look-ups ------------------------------------------------------------------------------------


def test_look_ups_of_one_request_are_made_side_by_side(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    forgets(harness)
    for method in ("users.info", "conversations.info"):
        harness.breaks(method, "held", times=2)

    async def story() -> None:
        typing = asyncio.create_task(erin.member.types(checkout, "/tradeoff setup"))
        faults = harness.workspace.faults
        await until(lambda: all(fault.times < 2 for fault in faults.planned))
        faults.released.set()
        answer = await typing
        assert answer
        assert answer.status == 200

    harness.run(story())
    assert erin.form is not None or "can change the rights here" in erin.was_told()


@pytest.mark.parametrize("command", ["/tradeoff help", "/tradeoff rights and more"])
def test_a_handler_that_needs_nobody_makes_no_look_up(
    harness: Harness, erin: Actor, checkout: Channel, command: str
) -> None:
    forgets(harness)
    harness.workspace.calls.clear()
    erin.types(command, checkout)
    assert harness.workspace.calls == []


def test_an_answer_that_came_too_late_is_there_for_the_next_try(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    stopwatch = Stopwatch(harness)
    erin.types("/tradeoff Pick", checkout)
    forgets(harness)
    harness.breaks("users.info", "held")
    asked = len(harness.workspace.calls)

    async def story() -> None:
        submitting = asyncio.create_task(erin.member.submits(RAISED))
        await until(lambda: harness.workspace.faults.used_up)
        stopwatch.runs_out()
        harness.workspace.faults.released.set()
        errors = await submitting
        assert TOO_LATE in str(errors)

    harness.run(story())
    assert harness.decisions() == []
    assert erin.form.values["why_now"]["why_now"]["value"] == "Asked for"
    assert submits_slowly(erin) == {}
    assert [decision.title for decision in harness.decisions()] == ["Pick"]
    calls = harness.workspace.calls[asked:]
    looked_up = [given["user"] for method, given, _ in calls if method == "users.info"]
    assert erin.id in looked_up
    assert len(looked_up) == len(set(looked_up))


# ---- the record ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_record_that_somebody_holds_is_tried_once(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Pick", checkout)
    is_known(harness, erin)
    harness.timeouts.request = 1.0
    begun: list[Connection] = []

    def begin(connection: Connection) -> None:
        begun.append(connection)

    engine = harness.bot.database.engine
    event.listen(engine, "begin", begin)
    with locked(harness):
        begun.clear()
        errors = submits_slowly(erin, **RAISED)
        tries = len(begun)
    event.remove(engine, "begin", begin)
    assert TOO_LATE in str(errors)
    assert tries <= 1
    assert harness.decisions() == []
    harness.timeouts.request = GENEROUS
    assert submits_slowly(erin) == {}
    assert len(harness.decisions()) == 1


def test_a_form_whose_key_does_not_come_in_time_is_refused_in_time(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """The first form of a process needs the key that seals it; somebody holds the record."""
    is_known(harness, erin)
    harness.bot.dispatch._views._keys.clear()
    harness.timeouts.request = 1.0
    with locked(harness):
        harness.run(erin.member.types(checkout, "/tradeoff Pick"))
    assert erin.form is None
    assert "My record did not answer in time to open the form" in erin.was_told()


@pytest.mark.both_databases
def test_what_waits_for_a_thread_too_long_is_never_recorded(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Pick", checkout)
    harness.timeouts.request = 1.0
    with threads_held(harness):
        assert TOO_LATE in str(submits_slowly(erin, **RAISED))
    harness.timeouts.request = GENEROUS
    harness.settle()
    assert harness.decisions() == []


@pytest.mark.both_databases
def test_a_commit_that_is_not_confirmed_is_said_to_be_so(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """The commit is under way when the time is over: nobody knows how it ends."""
    erin.types("/tradeoff Pick", checkout)
    harness.timeouts.request = 1.0
    with commits_held(harness) as begun:
        errors = submits_slowly(erin, **RAISED)
        while not begun.is_set():
            # A machine so slow that the time was over before the commit.
            assert TOO_LATE in str(errors)
            harness.timeouts.request *= 2
            errors = submits_slowly(erin)
    assert "I could not find out whether this was recorded" in str(errors)
    assert "Submit it once more: the same form counts once" in str(errors)
    harness.timeouts.request = GENEROUS
    assert submits_slowly(erin) == {}
    assert [decision.number for decision in harness.decisions()] == [1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_commit_over_a_lost_connection_is_said_to_be_so(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Pick", checkout)
    engine, lost = harness.bot.database.engine, list[int]()

    def lose(connection: Connection) -> None:
        pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        if not lost:
            lost.append(pid)
            with engine.connect() as other:
                other.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))

    event.listen(engine, "commit", lose)
    errors = submits_slowly(erin, **RAISED)
    event.remove(engine, "commit", lose)
    assert "I could not find out whether this was recorded" in str(errors)
    assert submits_slowly(erin) == {}
    assert [decision.number for decision in harness.decisions()] == [1]


@pytest.mark.both_databases
def test_a_click_that_comes_too_late_is_told_so(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.timeouts.request = 1.0
    with threads_held(harness):
        answer: Delivered = harness.run(alice.member.presses(card, "Approve"))
        assert answer.status == 200
    harness.timeouts.request = GENEROUS
    harness.run(until_told(alice, TOO_LATE))
    assert harness.decision().state is State.AWAITING_DECISION


async def until_told(actor: Actor, words: str) -> None:
    await until(lambda: words in actor.was_told())


@pytest.mark.both_databases
def test_an_event_that_comes_too_late_is_sent_again(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.timeouts.request = 1.0
    with threads_held(harness):
        harness.run(erin.member.opens_home())
    harness.timeouts.request = GENEROUS
    assert [answer.status for answer in harness.slack.delivery.delivered[-4:]] == [500] * 4


def test_calls_share_a_few_connections(
    harness: Harness, erin: Actor, checkout: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = TCPConnector._create_connection

    async def counted(self: TCPConnector, req: Any, *more: Any) -> Any:
        if str(req.url).startswith(harness.workspace.base_url):
            opened.append(req.url)
        return await real(self, req, *more)

    monkeypatch.setattr(TCPConnector, "_create_connection", counted)
    before = len(harness.workspace.calls)
    for number in range(6):
        erin.raises(f"Wish {number}", kind="requirements")
    calls = len(harness.workspace.calls) - before
    assert calls > 20
    assert len(opened) < calls / 4
