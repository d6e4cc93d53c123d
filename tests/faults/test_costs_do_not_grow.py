"""Costs of what people and loops ask, over a record that grows.

SQLite counts its instructions, so that no test depends on how fast the machine is. `make
bench-scale` measures the same cases over a million decisions, on both databases.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bench import scale
from bench.cases import Work, cases, cases_of_channel
from bot.commands.tenants import tenant_of
from bot.database import Database
from bot.demo.slack.workspace import Channel
from models.tables.channel import Channel as TeamChannel
from models.tables.channel import find_channel
from models.tables.workspace import ensure_workspace
from support.harness import Actor, Harness, migrated

# Steps that a larger record may add: the small record does not fill a list up to its limit.
SOME_MORE = 6000
# Statements that a read may send, with the one that begins the transaction. Two or three of them
# are sent only if there is something to show. One of Home's is for the claims that a person was the
# last to submit: these are found by another index than what the person raised.
FEW_STATEMENTS = {
    "board": 28,
    "digest with its picture's numbers": 19,
    "Home of a product owner": 11,
    "Home of a project manager": 12,
}


@pytest.mark.parametrize(
    ("small", "large", "channels", "what", "factor"),
    [(1000, 6000, 0, cases, 1.5), (250, 6000, 1, cases_of_channel, 3)],
    ids=["many channels", "one channel"],
)
def test_no_case_costs_much_more_over_a_larger_record(
    tmp_path: Path,
    small: int,
    large: int,
    channels: int,
    what: Callable[[Session], dict[str, Work]],
    factor: float,
) -> None:
    steps = {}
    for size in (small, large):
        url = migrated(tmp_path / f"{size}.db")
        asyncio.run(scale.fill(url, size, channels))
        steps[size] = scale.steps(url, what)
    grown = {
        case: (least, steps[large][case])
        for case, least in steps[small].items()
        if steps[large][case] > factor * least + SOME_MORE
    }
    assert grown == {}


def test_what_is_read_most_takes_few_statements(tmp_path: Path) -> None:
    """On PostgreSQL, sending a statement costs as much as reading all its rows."""
    url = migrated(tmp_path / "record.db")
    asyncio.run(scale.fill(url, 500))
    times = scale.measure(url, cases, rounds=1)
    taken = {case: times[case][1] for case in FEW_STATEMENTS}
    assert all(taken[case] <= most for case, most in FEW_STATEMENTS.items()), taken


def test_a_channel_is_looked_up_in_an_index(tmp_path: Path) -> None:
    """Today's id and the former one have an index each; no other channel is read."""
    url = migrated(tmp_path / "record.db")
    with contextlib.closing(Database(url)) as database:
        database.run_here(add_channels)
    looked_up = scale.steps(url, lambda session: CHANNEL_LOOKUPS)
    assert all(steps <= scale.STEP for steps in looked_up.values()), looked_up


def add_channels(session: Session) -> None:
    workspace = ensure_workspace(session, "T1")
    for number in range(300):
        former = f"G{number}"
        session.add(
            TeamChannel(workspace_id=workspace.id, slack_id=f"C{number}", former_slack_id=former)
        )


CHANNEL_LOOKUPS: dict[str, Work] = {
    "today's id": lambda session: find_channel(session, "T1", "C7"),
    "the former id": lambda session: find_channel(session, "T1", "G7"),
    "its tenant": lambda session: tenant_of(session, "C7", "T1"),
}


def test_one_size_alone_is_measured_against_the_goal() -> None:
    times = {"SQLite": {1000: {"board": (25.0, 24), "list": (4.0, 6)}}}
    assert scale.misses(times) == ["- board on SQLite: 25.0 ms, 1.0 times what it takes at 1,000."]


def test_leave_and_return_take_no_statement_for_each_decision(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor, dora: Actor
) -> None:
    """Each further decision costs a few rows, and no statement of its own."""
    taken = []
    for _ in range(2):
        for number in range(4):
            erin.raises_quietly(f"Wish {number}", checkout)
        taken.append(leave_and_return(harness, checkout, alice, dora))
    few, twice_as_many = taken
    # One statement for each new decision would add four. Something that is read once may add one.
    assert all(more < some + 4 for some, more in zip(few, twice_as_many, strict=True)), taken


def test_departures_take_no_statement_for_each_decision(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    """Each further decision costs a few rows, and no statement of its own."""
    taken = []
    for _ in range(2):
        for number in range(4):
            erin.raises_quietly(f"Wish {number}", checkout)
        harness.settle()
        taken.append(depart_return_and_follow(harness, checkout, alice, erin))
    few, twice_as_many = taken
    # One statement for each new decision would add four. Something that is read once may add one.
    assert all(more < some + 4 for some, more in zip(few, twice_as_many, strict=True)), taken


def depart_return_and_follow(
    harness: Harness, channel: Channel, leaving: Actor, successor: Actor
) -> list[int]:
    """Return the statements of a departure, of a return to Slack, and of filling a seat twice."""
    counts = []
    for act in (
        lambda: harness.run(leaving.member.is_deactivated()),
        lambda: harness.run(leaving.member.is_reactivated()),
        partial(hand_over_seat, harness, channel, leaving, successor),
        partial(hand_over_seat, harness, channel, successor, leaving),
    ):
        counts.append(statements(harness, act))
        harness.settle()
    return counts


def hand_over_seat(harness: Harness, channel: Channel, by: Actor, to: Actor) -> None:
    """Let the product owner name another product owner, who takes over the open decisions."""
    name = to.member.person.name
    harness.run(by.member.types(channel, "/tradeoff setup"))
    errors = harness.run(by.member.submits({"product_owner": name, "reason": f"{name} follows"}))
    assert errors == {}


def leave_and_return(harness: Harness, channel: Channel, away: Actor, delegate: Actor) -> list[int]:
    """Return the statements that it takes to open the form, to go, and to come back."""
    counts = []
    for act in (
        lambda: harness.run(away.member.types(channel, "/tradeoff away")),
        lambda: harness.run(
            away.member.submits({"delegate": delegate.member.person.name, "until": "2026-12-24"})
        ),
        lambda: harness.run(away.member.types(channel, "/tradeoff back")),
    ):
        counts.append(statements(harness, act))
        harness.settle()
    return counts


def test_messages_of_one_decision_are_drawn_from_one_reading(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    """A decision is read once for each claim of messages, not once for each message."""
    card = erin.raises("Guest checkout", in_=checkout, kind="requirements")
    # Slack has had each message for a while, so that all may be redrawn at once.
    harness.later(seconds=10)
    alice.presses(card, "Reject")
    readings = statements(
        harness, lambda: alice.submits(reason="Few ask for it"), of="FROM decision "
    )
    # Two by the act and two by the outbox, which has four messages to draw.
    assert readings == 4


def statements(harness: Harness, act: Callable[[], object], of: str = "") -> int:
    """Count the statements of this act that hold these words."""
    count = 0

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        nonlocal count
        count += of in statement

    engine = harness.bot.database.engine
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return count
