"""How long Home takes to open over a record of so many decisions: `python -m bench.home 10000 [database url]`.

From the signed event to the published view, with Slack answering at once; one decision in twenty is open.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, func, insert, select, text
from sqlalchemy.engine import Engine

from bot import migrate
from bot.app import Bot
from bot.demo.member import Member
from bot.demo.server import running, serving
from bot.demo.workspace import Channel, Workspace
from bot.settings import Settings
from models.tables import Base

OPEN_ONE_IN = 20
ROUNDS = 15


async def measure(url: str, count: int) -> None:
    workspace = Workspace()
    for name in ("alice", "bob", "erin", "sam"):
        workspace.add_person(name)
    async with running(workspace) as slack:
        bot = Bot(_settings(url, workspace))
        async with serving(bot.web(loops=False)) as slack.delivery.bot_url:
            people = {one.name: Member(workspace, one) for one in list(workspace.people.values()) if not one.is_bot}
            await _stories(people, workspace)
            with bot.database.engine.begin() as connection:
                _multiply(connection, count)
            _analyze(bot.database.engine)
            for name, person in people.items():
                await _time(name, person, bot)


def _settings(url: str, workspace: Workspace) -> Settings:
    return Settings(
        _env_file=None, database_url=url, slack_bot_token=workspace.token, slack_signing_secret=workspace.signing_secret,
        slack_app_token="", slack_api_url=f"{workspace.base_url}/api/",
    )  # type: ignore[call-arg, arg-type]  # fmt: skip


async def _stories(people: dict[str, Member], workspace: Workspace) -> None:
    """In each of four channels: one decided, one that waits for its impact, one for its decision."""
    for number in range(4):
        channel = workspace.add_channel(f"team{number}", list(people), private=number == 3)
        await people["alice"].types(channel, "/tradeoff setup")
        await people["alice"].submits(product_owner="alice", project_manager="bob", sponsor="sam")
        for title, kind in (
            ("Decided", "requirements"),
            ("For its impact", "priority"),
            ("For a decision", "requirements"),
        ):
            await _raise(people["erin"], channel, f"{title} {number}", kind)


async def _raise(person: Member, channel: Channel, title: str, kind: str) -> None:
    await person.types(channel, f"/tradeoff {title}")
    fields = {"kind": kind, "why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}
    fields |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    assert await person.submits(fields) == {}


def _multiply(connection: Connection, count: int) -> None:
    """Copy the decisions of the stories until there are so many; all but one in twenty are settled, a day apart and less."""
    table = Base.metadata.tables["decision"]
    models = [dict(row) for row in connection.execute(select(table)).mappings()]
    settled = [one for one in models if one["title"].startswith("Decided")]
    waiting = [one for one in models if one not in settled]
    first = connection.execute(select(func.max(table.c.id))).scalar_one() + 1
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for id in range(first, first + count):
        is_open = id % OPEN_ONE_IN == 0
        like = (waiting if is_open else settled)[id // OPEN_ONE_IN % len(waiting if is_open else settled)]
        row = {**like, "id": id, "number": id, "raised_with": f"bench{id}", "title": f"Decision {id}"}
        if not is_open:
            at = now - timedelta(minutes=(first + count - id) * 60)
            row |= {"state": "decided", "outcome": "approved", "option_position": 1, "settled_by": row["holder"], "settled_at": at,
                    "settled_reason": "It pays", "settled_hash": "0" * 64}  # fmt: skip
            ends.append(_settlement(id, row, at))
        rows.append(row)
    _insert(connection, table, rows)
    _insert(connection, Base.metadata.tables["settlement"], ends)


def _settlement(id: int, row: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "decision_id": id, "round": 1, "outcome": "approved", "option_position": 1, "moves": False, "by": row["holder"],
        "by_escalation": False, "same_person": False, "impact": row["impact"], "reason": "It pays", "at": at, "hash": "0" * 64,
    }  # fmt: skip


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        connection.execute(insert(table), rows[start : start + 5000])


def _analyze(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


async def _time(name: str, person: Member, bot: Bot) -> None:
    spent, worked, statements = [], [], [0]

    def count(*_: Any) -> None:
        statements[0] += 1

    for _ in range(ROUNDS):
        began, busy = time.perf_counter(), time.process_time()
        await person.opens_home()
        spent.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    event.listen(bot.database.engine, "before_cursor_execute", count)
    await person.opens_home()
    event.remove(bot.database.engine, "before_cursor_execute", count)
    home = person.workspace.home(person.id)
    assert home
    heading = home.view["blocks"][0].get("text", {}).get("text", "")
    first, *warm = spent
    print(
        f"{name:6} first {first:6.1f} ms  p50 {statistics.median(warm):6.1f} ms  worst {max(warm):6.1f} ms  "
        f"cpu {statistics.median(worked):6.1f} ms  {statements[0]:3} statements  {len(home.view['blocks']):2} blocks  {heading}"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate.upgrade(url)
        print(f"{count:,} decisions, {url.split(':')[0]}")
        asyncio.run(measure(url, count))


if __name__ == "__main__":
    main()
