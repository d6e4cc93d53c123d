"""Large record: people's acts make a few decisions, and the others are copies of these."""

from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    select,
    text,
)

from bench import copies
from bot.app import Bot
from bot.demo.slack.member import Member
from bot.demo.slack.server import running, serving
from bot.demo.slack.workspace import Channel, Workspace
from bot.settings import Settings
from bot.timeouts import Timeouts
from models.tables import Base
from models.tables.base import UtcDateTime

NAMES = ("alice", "bob", "erin", "sam")
# A channel has 250 decisions and raises ten a week; one in twenty is open. A larger workspace has
# more channels and people.
A_CHANNEL = 250
A_WEEK = 10
OPEN_ONE_IN = 20
# Words are taken from this many texts. The word "everywhere" is in every second decision, and
# "unheard" in only two decisions.
TEXTS = 4000
# Seconds that each side waits while the record is filled.
UNHURRIED = 60.0
OUR_CHANNELS = 4
# Number of times that a command is typed before we give up on its form.
PATIENCE = 5
# Messages that are owed at the moment of measuring, each to a different person.
OWED = 50

Row = dict[str, Any]

_shared = MetaData()
_TURN = Table(
    "bench_turn",
    _shared,
    Column("turn", Integer, primary_key=True),
    *(
        Column(name, UtcDateTime)
        for name in ("raised_at", "stated_at", "settled_at", "reviewed_at", "later")
    ),
    Column("due_on", Date),
    Column("review_on", Date),
    Column("review_over", Boolean),
    Column("recent", Boolean),
    prefixes=["TEMPORARY"],
)
_PLACE = Table(
    "bench_place",
    _shared,
    Column("place", Integer, primary_key=True),
    *(
        Column(name, Integer)
        for name in (
            "workspace_id",
            "channel_id",
            "rights_version_id",
            "model_decided",
            "model_impact",
            "model_decide",
        )
    ),
    *(Column(name, Text) for name in ("holder", "counterpart", "raised_by")),
    prefixes=["TEMPORARY"],
)
_TEXT = Table(
    "bench_text",
    _shared,
    Column("n", Integer, primary_key=True),
    Column("words", Text),
    prefixes=["TEMPORARY"],
)


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
async def filled(
    url: str, count: int, channels: int = 0
) -> AsyncIterator[tuple[Bot, Workspace, dict[str, Member]]]:
    """Run a bot over `count` decisions; yield the bot, the workspace and its people by name."""
    workspace = Workspace()
    for name in NAMES:
        workspace.add_person(name)
    async with running(workspace) as slack:
        # Nobody is measured here, so a busy machine may take its time.
        slack.delivery.patience = UNHURRIED
        slack.delivery.triggers.life = UNHURRIED
        patient = Timeouts(
            request=UNHURRIED, look_up=UNHURRIED, answer=UNHURRIED, database=UNHURRIED
        )
        bot = Bot(settings(url, workspace), timeouts=patient)
        async with serving(bot.web(loops=False)) as slack.delivery.bot_url:
            people = {
                person.name: Member(slack.delivery, person)
                for person in list(workspace.people.values())
                if not person.is_bot
            }
            await act(people, workspace)
            multiply(bot.database.engine, count, channels or max(count // A_CHANNEL, OUR_CHANNELS))
            yield bot, workspace, people


async def act(people: dict[str, Member], workspace: Workspace) -> None:
    """Raise three decisions in each of four channels, as models for the copies.

    Copies of the first are decided, copies of the second await impact, and copies of the third
    await a decision.
    """
    for number in range(OUR_CHANNELS):
        channel = workspace.add_channel(
            f"team{number}", list(people), private=number == OUR_CHANNELS - 1
        )
        await _opens(people["alice"], channel, "/tradeoff setup")
        roles = {"product_owner": "alice", "project_manager": "bob", "sponsor": "sam"}
        assert await people["alice"].submits(roles) == {}
        for title, kind in (
            ("Decided", "requirements"),
            ("For its impact", "priority"),
            ("To decide", "requirements"),
        ):
            await _raise(people["erin"], channel, f"{title} {number}", kind)


async def _opens(person: Member, channel: Channel, line: str) -> None:
    """Type the line again until a form opens: on a busy machine, an answer may come too late."""
    for _ in range(PATIENCE):
        await person.types(channel, line)
        if person.modal:
            return
    raise AssertionError(f"{line} opens no form")


async def _raise(person: Member, channel: Channel, title: str, kind: str) -> None:
    await _opens(person, channel, f"/tradeoff {title}")
    fields = {"kind": kind, "why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}
    fields |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    assert await person.submits(fields) == {}


def multiply(engine: Engine, count: int, channels: int) -> None:
    """Copy the decisions until there are `count` more, spread over the channels.

    The oldest copies come first.
    """
    # The bot's own engine gives up on a statement after two seconds.
    engine = create_engine(engine.url, execution_options={"no_parameters": True})
    with engine.connect() as connection:
        _prepare(connection)
        _shared.create_all(connection)
        turns = -(-count // channels)
        connection.execute(insert(_TURN), list(_turns(turns)))
        connection.execute(insert(_PLACE), _places(connection, channels))
        connection.execute(insert(_TEXT), list(_texts()))
        with _without_indexes(connection):
            for statement in _statements(connection, count, channels, turns):
                connection.exec_driver_sql(statement)
        connection.commit()
    _finish(engine)
    engine.dispose()


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for pragma in ("cache_size=-1000000", "synchronous=OFF", "temp_store=MEMORY"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
    else:
        # Foreign keys are not checked. All keys of the copies exist, and the check would take as
        # long as the copying.
        connection.exec_driver_sql("SET session_replication_role = replica")


def _finish(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns:
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                    f' (SELECT coalesce(max(id), 1) FROM "{table.name}"))'
                )
        connection.exec_driver_sql("VACUUM ANALYZE")
        # Otherwise the new rows are written to disk while we measure.
        connection.exec_driver_sql("CHECKPOINT")


# ---- what the statements share -------------------------------------------------------------------


def _turns(turns: int) -> Iterator[Row]:
    now = datetime.now(UTC)
    for turn in range(turns):
        raised_at = now - timedelta(weeks=(turns - turn) / A_WEEK)
        settled_at = min(raised_at + timedelta(hours=30), now)
        review_on = (settled_at + timedelta(days=28)).date()
        yield {
            "turn": turn,
            "raised_at": raised_at,
            "stated_at": min(raised_at + timedelta(hours=10), now),
            "settled_at": settled_at,
            "reviewed_at": min(settled_at + timedelta(days=29), now),
            "later": now + timedelta(days=2),
            "due_on": (raised_at + timedelta(days=30)).date(),
            "review_on": review_on,
            "review_over": review_on < now.date(),
            "recent": turn >= turns - A_CHANNEL,
        }


def _places(connection: Connection, channels: int) -> list[Row]:
    """Make the channels that are missing; return a row for each channel, with people and models."""
    tables = Base.metadata.tables
    models = connection.execute(select(tables["decision"]).order_by("id")).mappings().all()
    rights = connection.execute(select(tables["rights_version"]).order_by("id")).mappings().all()
    ours = connection.execute(select(tables["channel"]).order_by("id")).mappings().all()
    more = range(max(channels - len(ours), 0))
    first, version = ours[-1]["id"] + 1, rights[-1]["id"] + 1
    if more:
        connection.execute(
            insert(tables["channel"]),
            [{**ours[0], "id": first + n, "slack_id": f"CBENCH{n}"} for n in more],
        )
        connection.execute(
            insert(tables["rights_version"]),
            [
                {
                    **rights[0],
                    "id": version + n,
                    "channel_id": first + n,
                    "product_owner": f"UPO{n}",
                    "project_manager": f"UPM{n}",
                }
                for n in more
            ],
        )
    places = [
        _place(number, models[3 * number : 3 * number + 3], {})
        for number in range(min(len(ours), channels))
    ]
    for n in more:
        people = {"holder": f"UPO{n}", "counterpart": f"UPM{n}", "raised_by": f"UEN{n}"}
        other = {"channel_id": first + n, "rights_version_id": version + n, **people}
        places.append(_place(len(ours) + n, models[:3], other))
    return places


def _place(place: int, models: Any, other: Row) -> Row:
    like = models[0]
    same = ("workspace_id", "channel_id", "rights_version_id", "holder", "counterpart", "raised_by")
    names = ("model_decided", "model_impact", "model_decide")
    return {
        "place": place,
        **{name: like[name] for name in same},
        **{name: model["id"] for name, model in zip(names, models, strict=True)},
        **other,
    }


def _texts() -> Iterator[Row]:
    dice = random.Random(4)
    for n in range(TEXTS):
        words = " ".join(f"w{int(dice.paretovariate(0.6)) % 50000}" for _ in range(30))
        yield {"n": n, "words": words}


# ---- the statements ------------------------------------------------------------------------------


def _statements(connection: Connection, count: int, channels: int, turns: int) -> Iterator[str]:
    table = Base.metadata.tables["decision"]
    first = connection.scalar(select(func.max(table.c.id))) + 1
    yield _copies(first, count, channels, turns)
    yield _promised(channels, turns)
    columns = [column.name for column in table.columns]
    for fill in (*copies.of_decisions(columns), *copies.of_channels()):
        yield fill.sql
    yield _words(connection, first, count)
    yield from _owed()
    yield "UPDATE workspace SET last_number = (SELECT max(number) FROM decision)"


def _copies(first: int, count: int, channels: int, turns: int) -> str:
    is_open = (
        f"n / {channels} % {OPEN_ONE_IN} = {OPEN_ONE_IN - 1}"
        f" AND n / {channels} >= {turns - A_CHANNEL}"
    )
    impact_next = f"n / {channels} / {OPEN_ONE_IN} % 2 = 0"
    return f"""
        CREATE TEMPORARY TABLE bench_copy AS
        WITH RECURSIVE series (n) AS (
            SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < {count - 1}
        )
        SELECT {first} + n AS id, n / {channels} AS turn, {is_open} AS open,
               CASE WHEN NOT ({is_open}) THEN model_decided WHEN {impact_next} THEN model_impact
               ELSE model_decide END AS model_id,
               workspace_id, channel_id, rights_version_id, holder, counterpart, raised_by,
               1 + place + n / {channels} / {copies.A_COMMITMENT} * {channels} AS commitment_id
        FROM series JOIN bench_place ON place = n % {channels}
    """


def _promised(channels: int, turns: int) -> str:
    """Make one commitment for each hundred decisions of a channel; only the last is still open."""
    last = (turns - 1) // copies.A_COMMITMENT
    is_open = f"turn / {copies.A_COMMITMENT} = {last}"
    return f"""
        INSERT INTO commitment (id, channel_id, name, promised_to, scope, baseline_on, promised_on,
                                state, made_by, made_at, made_with, closed_by, closed_at)
        SELECT DISTINCT commitment_id, channel_id, 'Beta', 'Customers', 'All of it', due_on, due_on,
               CASE WHEN {is_open} THEN 'open' ELSE 'met' END, holder, raised_at,
               'bench' || commitment_id, CASE WHEN {is_open} THEN NULL ELSE holder END,
               CASE WHEN {is_open} THEN NULL ELSE settled_at END
        FROM bench_copy JOIN bench_turn USING (turn) WHERE turn % {copies.A_COMMITMENT} = 0
    """


def _words(connection: Connection, first: int, count: int) -> str:
    n = f"(bench_copy.id - {first})"
    words = f"""
        bench_text.words || ' n' || {n} || CASE WHEN {n} % 2 = 1 THEN ' everywhere' ELSE '' END
        || CASE WHEN {n} IN ({count // 2}, {count // 3}) THEN ' unheard' ELSE '' END
    """
    if connection.dialect.name == "postgresql":
        words = f"CAST({words} AS tsvector)"
    return f"""
        INSERT INTO decision_words (decision_id, words)
        SELECT bench_copy.id, {words}
        FROM bench_copy JOIN bench_text ON bench_text.n = {n} % {TEXTS}
    """


def _owed() -> Iterator[str]:
    """Owe OWED messages, the same number for every size of the record."""
    yield "UPDATE post SET shown = wanted WHERE shown < wanted"
    yield f"""
        INSERT INTO post (channel_id, key, drawing, round, person, state, wanted, shown, due_at,
                          sending, attempts)
        SELECT channel_id, 'owed:' || id, 'rights', 1, 'UOWED' || id, 'owed', 1, 0, settled_at,
               FALSE, 0
        FROM bench_copy JOIN bench_turn USING (turn) ORDER BY id LIMIT {OWED}
    """


@contextlib.contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Drop PostgreSQL's indexes that are not keys, and make them again afterwards.

    Building an index at the end is many times faster than adding each row to it.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    found = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        ).execution_options(no_parameters=False)
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, definition in found:
        connection.exec_driver_sql(definition)
