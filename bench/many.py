"""Record of so many decisions: a few are made by people acting, the rest are copies of them."""

from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Column, Engine, Table, create_engine, func, select, text

from bot.app import Bot
from bot.demo.slack.member import Member
from bot.demo.slack.server import running, serving
from bot.demo.slack.workspace import Channel, Workspace
from bot.settings import Settings
from models.tables import Base

NAMES = ("alice", "bob", "erin", "sam")
# Each channel has so many decisions, ten a week; one in twenty is open. A larger workspace has more
# channels and people.
A_CHANNEL = 250
A_WEEK = 10
OPEN_ONE_IN = 20
# Words are taken from this many texts; "everywhere" is in every second decision, "unheard" in two
# of all.
TEXTS = 4000
OUR_CHANNELS = 4

Row = dict[str, Any]


def settings(url: str, workspace: Workspace) -> Settings:
    return Settings(
        _env_file=None,
        database_url=url,
        slack_bot_token=SecretStr(workspace.token),
        slack_signing_secret=SecretStr(workspace.signing_secret),
        slack_app_token=SecretStr(""),
        slack_api_url=f"{workspace.base_url}/api/",
    )  # type: ignore[call-arg]


@contextlib.asynccontextmanager
async def filled(url: str, count: int) -> AsyncIterator[tuple[Bot, Workspace, dict[str, Member]]]:
    """Run a bot over so many decisions; give it with the people of the workspace by name."""
    workspace = Workspace()
    for name in NAMES:
        workspace.add_person(name)
    async with running(workspace) as slack:
        bot = Bot(settings(url, workspace))
        async with serving(bot.web(loops=False)) as slack.delivery.bot_url:
            people = {
                person.name: Member(slack.delivery, person)
                for person in list(workspace.people.values())
                if not person.is_bot
            }
            await act(people, workspace)
            multiply(bot.database.engine, count)
            yield bot, workspace, people


async def act(people: dict[str, Member], workspace: Workspace) -> None:
    """Make three decisions in each of four channels: decided, awaiting impact, to be decided."""
    for number in range(OUR_CHANNELS):
        channel = workspace.add_channel(
            f"team{number}", list(people), private=number == OUR_CHANNELS - 1
        )
        await people["alice"].types(channel, "/tradeoff setup")
        await people["alice"].submits(product_owner="alice", project_manager="bob", sponsor="sam")
        for title, kind in (
            ("Decided", "requirements"),
            ("For its impact", "priority"),
            ("To decide", "requirements"),
        ):
            await _raise(people["erin"], channel, f"{title} {number}", kind)


async def _raise(person: Member, channel: Channel, title: str, kind: str) -> None:
    await person.types(channel, f"/tradeoff {title}")
    fields = {"kind": kind, "why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}
    fields |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    assert await person.submits(fields) == {}


def _pour_all(engine: Engine, copies: _Copies) -> None:
    for name, rows in copies.decisions():
        _pour(engine, name, rows)


def multiply(engine: Engine, count: int) -> None:
    """Copy the decisions until there are `count` more, over as many channels as needed.

    The oldest copies come first.
    """
    engine = create_engine(engine.url)  # The bot's own gives up on a statement after two seconds.
    copies = _Copies(engine, count)
    _pour(engine, "channel", copies.channels())
    _pour(engine, "rights_version", copies.rights())
    _without_index(engine, lambda: _pour_all(engine, copies))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text("UPDATE workspace SET last_number = (SELECT max(number) FROM decision)")
        )
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
        if engine.dialect.name == "postgresql":
            # Otherwise the new rows are written to disk while we measure.
            connection.execute(text("CHECKPOINT"))
    engine.dispose()


class _Copies:
    def __init__(self, engine: Engine, count: int) -> None:
        self.count = count
        self.now = datetime.now(UTC)
        self.columns = {
            name: list(table.columns.keys()) for name, table in Base.metadata.tables.items()
        }
        with engine.connect() as connection:
            self.models = [
                dict(row)
                for row in connection.execute(select(Base.metadata.tables["decision"])).mappings()
            ]
            first = select(func.max(Base.metadata.tables["decision"].c.id))
            self.first = int(connection.execute(first).scalar_one()) + 1
            self.places = [
                dict(row)
                for row in connection.execute(select(Base.metadata.tables["channel"])).mappings()
            ]
            rights = select(Base.metadata.tables["rights_version"])
            self.versions = [dict(row) for row in connection.execute(rights).mappings()]
        self.more = max(0, count // A_CHANNEL - OUR_CHANNELS)
        self.total = self.more + OUR_CHANNELS

    def channels(self) -> Iterator[Row]:
        for number in range(self.more):
            id = self.places[-1]["id"] + 1 + number
            yield {**self.places[0], "id": id, "slack_id": f"CBENCH{number}"}

    def rights(self) -> Iterator[Row]:
        for number in range(self.more):
            yield {
                **self.versions[0],
                "id": self.versions[-1]["id"] + 1 + number,
                "channel_id": self.places[-1]["id"] + 1 + number,
                "product_owner": f"UPO{number}",
                "project_manager": f"UPM{number}",
            }

    def decisions(self) -> Iterator[tuple[str, Iterator[Row]]]:
        yield "decision", (self._decision(number) for number in range(self.count))
        yield (
            "settlement",
            (
                _settlement(row)
                for number in range(self.count)
                if (row := self._decision(number))["outcome"]
            ),
        )
        yield "decision_words", self._words()

    def _decision(self, number: int) -> Row:
        place, turn = number % self.total, number // self.total
        is_open = turn % OPEN_ONE_IN == OPEN_ONE_IN - 1
        # Each of our channels has three models in a row: decided, for its impact, to decide.
        mine = self.models[place * 3 : place * 3 + 3] if place < OUR_CHANNELS else self.models[:3]
        like = mine[1 + turn // OPEN_ONE_IN % 2] if is_open else mine[0]
        id = self.first + number
        raised_at = (
            self.now - timedelta(weeks=(A_CHANNEL - turn) / A_WEEK) + timedelta(seconds=place)
        )
        row = {
            **like,
            "id": id,
            "number": id,
            "raised_with": f"bench{id}",
            "title": f"Decision {id}",
            "raised_at": raised_at,
        }
        if place >= OUR_CHANNELS:
            other = place - OUR_CHANNELS
            row |= {
                "channel_id": self.places[-1]["id"] + 1 + other,
                "rights_version_id": self.versions[-1]["id"] + 1 + other,
            }
            row |= {
                "holder": f"UPO{other}",
                "counterpart": f"UPM{other}",
                "raised_by": f"UEN{other}",
            }
        if not is_open:
            row |= {
                "state": "decided",
                "outcome": "approved",
                "option_position": 1,
                "settled_by": row["holder"],
                "settled_at": min(raised_at + timedelta(hours=30), self.now),
                "settled_reason": "It pays",
                "settled_hash": "0" * 64,
            }
        return row

    def _words(self) -> Iterator[Row]:
        dice = random.Random(4)
        texts = [
            " ".join(f"w{int(dice.paretovariate(0.6)) % 50000}" for _ in range(30))
            for _ in range(TEXTS)
        ]
        rare = {self.count // 2, self.count // 3}
        for number in range(self.count):
            words = [texts[number % TEXTS], f"n{number}"]
            if number % 2:
                words.append("everywhere")
            if number in rare:
                words.append("unheard")
            yield {"decision_id": self.first + number, "words": " ".join(words)}


def _settlement(row: Row) -> Row:
    at = row["settled_at"]
    return {
        "decision_id": row["id"],
        "round": 1,
        "outcome": "approved",
        "option_position": 1,
        "moves": False,
        "by": row["holder"],
        "by_escalation": False,
        "same_person": False,
        "impact": row["impact"],
        "reason": "It pays",
        "at": at,
        "hash": "0" * 64,
        "took_seconds": int((at - row["raised_at"]).total_seconds()),
    }


def _pour(engine: Engine, name: str, rows: Iterable[Row]) -> None:
    """Insert rows as quickly as each database takes them.

    The values are as the driver has them, without objects.
    """
    table, rows = Base.metadata.tables[name], iter(rows)
    first = next(rows, None)
    if first is None:
        return
    columns = [table.columns[name] for name in first]
    given = [
        column.type.dialect_impl(engine.dialect).bind_processor(engine.dialect)
        for column in columns
    ]

    def values() -> Iterator[tuple[Any, ...]]:
        for row in chain((first,), rows):
            yield tuple(
                make(value) if make else value
                for make, value in zip(given, row.values(), strict=True)
            )

    _insert(engine, table, columns, values())


def _insert(
    engine: Engine, table: Table, columns: list[Column[Any]], values: Iterator[tuple[Any, ...]]
) -> None:
    names = ", ".join(f'"{column.name}"' for column in columns)
    connection = engine.raw_connection()
    cursor = connection.cursor()
    if engine.dialect.name == "sqlite":
        cursor.execute("PRAGMA cache_size = -1000000")
        cursor.execute("BEGIN")
        marks = ", ".join("?" * len(columns))
        # sqlite3 takes an iterator too, though its type asks for a sequence.
        cursor.executemany(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})',
            values,  # type: ignore[arg-type]
        )
    else:
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in values:
                copy.write_row(row)
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) "
            f'FROM "{table.name}"))'
            if "id" in table.columns
            else "SELECT 1"
        )
    connection.commit()
    connection.close()


def _without_index(engine: Engine, work: Any) -> None:
    """Run `work` with the GIN index dropped, then make it again.

    PostgreSQL builds a GIN index many times faster than it adds to one.
    """
    if engine.dialect.name == "sqlite":
        work()
        return
    index = next(index for index in Base.metadata.tables["decision_words"].indexes)
    with engine.begin() as connection:
        made = connection.execute(
            text(f"SELECT indexdef FROM pg_indexes WHERE indexname = '{index.name}'")
        ).scalar_one()
        connection.execute(text(f"DROP INDEX {index.name}"))
    work()
    with engine.begin() as connection:
        connection.execute(text(made))
