"""Claims of the outbox: two replicas at once, a long record, and rows that cannot be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from bot.commands import doctor
from bot.database import Database, make_engine
from bot.demo.slack.workspace import Channel
from bot.outbox import claims
from models.tables.post import Drawing, Post, PostState
from support.harness import GENEROUS, MONDAY, Actor, Harness

# Key of an advisory lock, by which a test holds a claim between its choice of a row and its update.
HELD = 42
# SQLite has one writer at a time.
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def second(harness: Harness) -> Iterator[Database]:
    """Open the same database as another replica does."""
    database = Database(harness.url, make_engine(harness.url, GENEROUS))
    yield database
    database.close()
    database.engine.dispose()


def claimed(session: Session, harness: Harness, most: int = 9, **more: int) -> list[claims.Claim]:
    return claims.claim(session, harness.workspace.team_id, harness.clock.now, most, **more)


def owes(harness: Harness, count: int, drawing: Drawing = Drawing.NO_ANSWER) -> None:
    """Owe `count` messages to the first channel."""
    first = harness.posts()[0].channel_id
    harness.query(
        lambda session: session.add_all(
            Post(channel_id=first, key=f"x:{number}", drawing=drawing, due_at=harness.clock.now)
            for number in range(count)
        )
    )


def has_sent(harness: Harness, count: int) -> None:
    """Write the rows of `count` messages that were sent before."""
    more = "SELECT n + 1 FROM number WHERE n < :count"
    numbers = f"WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL {more})"
    columns = "channel_id, key, drawing, round, state, wanted, shown, due_at, sending, attempts"
    facts = "'card', 1, 'owed', 1, 1, CURRENT_TIMESTAMP, false, 0"
    rows = f"SELECT :first, CAST(n AS VARCHAR), {facts} FROM number"
    if harness.bot.database.is_sqlite:
        insert = f"{numbers} INSERT INTO post ({columns}) {rows}"
    else:
        insert = f"INSERT INTO post ({columns}) {numbers} {rows}"
    given = {"count": count, "first": harness.posts()[0].channel_id}
    harness.query(lambda session: session.execute(text(insert), given))
    harness.query(lambda session: session.execute(text("ANALYZE")))


@only_postgresql
def test_a_claim_that_waits_for_another_finds_the_row_taken(
    harness: Harness, checkout: Channel, second: Database
) -> None:
    harness.clock.advance(seconds=5)
    owes(harness, 1)
    gate = create_engine(harness.url).connect()
    gate.execute(text(f"SELECT pg_advisory_lock({HELD})"))
    late = list[claims.Claim]()

    @event.listens_for(second.engine, "before_cursor_execute", retval=True)
    def choose_then_wait(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> Any:
        chosen = f"SELECT post.id + 0 * length(pg_advisory_xact_lock_shared({HELD})::text) FROM"
        return statement.replace("SELECT post.id FROM", chosen, 1), parameters

    def claim_late() -> None:
        late.extend(second.run_here(lambda session: claimed(session, harness)))

    thread = threading.Thread(target=claim_late)
    thread.start()
    waits = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    while thread.is_alive() and not gate.scalar(waits):
        thread.join(0.01)
    first = harness.query(lambda session: claimed(session, harness))
    gate.execute(text(f"SELECT pg_advisory_unlock({HELD})"))
    thread.join()
    gate.close()
    gate.engine.dispose()
    assert (len(first), late) == (1, [])


@pytest.mark.both_databases
def test_a_claim_reads_only_what_is_owed(harness: Harness, checkout: Channel) -> None:
    statement, parameters = "", {}

    @event.listens_for(harness.bot.database.engine, "before_cursor_execute")
    def keep(_: Any, __: Any, executed: str, given: Any, *___: Any) -> None:
        nonlocal statement, parameters
        if "RECURSIVE" in executed and not executed.startswith("EXPLAIN"):
            statement, parameters = executed, given

    harness.clock.advance(seconds=5)
    has_sent(harness, 20_000)
    owes(harness, 3)
    harness.query(lambda session: claimed(session, harness))
    explain = "EXPLAIN QUERY PLAN " if harness.bot.database.is_sqlite else "EXPLAIN "
    with harness.bot.database.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(explain + statement, parameters).all())
    assert "ix_post_lane" in plan
    assert "SCAN post" not in plan.replace("SCAN post USING INDEX ix_post_lane", "")
    assert "Seq Scan on post" not in plan


@pytest.mark.both_databases
def test_few_exports_are_claimed_at_once(harness: Harness, checkout: Channel) -> None:
    harness.clock.advance(seconds=5)
    first = harness.posts()[0].channel_id
    harness.query(
        lambda session: session.add_all(
            Post(
                channel_id=first,
                key=f"x:{number}",
                drawing=Drawing.EXPORT,
                person=f"U{number}",
                due_at=harness.clock.now,
            )
            for number in range(claims.SLOW_AT_ONCE + 2)
        )
    )

    def claim() -> int:
        return len(harness.query(lambda session: claimed(session, harness, most=99, most_slow=3)))

    assert [claim(), claim(), claim()] == [3, 3, 0]


@only_postgresql
def test_changes_of_two_people_at_once_are_both_counted(
    harness: Harness, checkout: Channel, second: Database
) -> None:
    with harness.bot.database.sessions() as session:
        post = session.get_one(Post, harness.posts()[0].id)
        wanted = post.wanted
        second.run_here(lambda other: other.get_one(Post, post.id).redraw(MONDAY))
        post.redraw(MONDAY)
        session.commit()
    assert harness.posts()[0].wanted == wanted + 2


@pytest.mark.both_databases
def test_a_row_of_a_newer_release_is_parked_and_blocks_no_other(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    owes(harness, 1)
    newer = "UPDATE post SET drawing = 'of_tomorrow' WHERE key = 'x:0'"
    harness.query(lambda session: session.execute(text(newer)))
    assert "Guest checkout" in erin.raises("Guest checkout", kind="requirements").text
    for _ in range(12):
        harness.later(minutes=6)
    row = text("SELECT state, attempts, last_error FROM post WHERE key = 'x:0'")
    state, _, error = harness.query(lambda session: session.execute(row).one())
    assert (state, error) == (PostState.PARKED, "cannot be drawn: LookupError")
    assert "of_tomorrow" in str(harness.query(doctor._stuck))


def test_a_card_does_not_wait_behind_answers_to_mentions(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.clock.advance(seconds=5)
    owes(harness, 50)
    harness.clock.advance(seconds=1)
    erin.raises_quietly("Guest checkout", checkout)
    harness.sends()
    assert "Guest checkout" in harness.workspace.messages[checkout.id][-1].text
    harness.settle()
    assert all(post.shown == post.wanted for post in harness.posts())


def test_requests_from_two_channels_reach_a_person_at_slacks_pace(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    harness.workspace.faults.one_post_a_second = True
    harness.clock.advance(seconds=5)
    for channel in (checkout, search):
        erin.raises_quietly("Guest checkout", channel)
    harness.settle()
    assert len(alice.dm()) == 2


def test_a_row_that_another_replica_holds_does_not_wake_the_loop(
    harness: Harness, checkout: Channel
) -> None:
    harness.clock.advance(seconds=5)
    owes(harness, 1)
    assert len(harness.query(lambda session: claimed(session, harness))) == 1
    assert harness.run(harness.bot.outbox.next_due()) is None
