"""Time that Home takes to open over a record with a given number of decisions.

Run `python -m bench.home 10000 [database url]`. The time is from the signed event to the published
view, while Slack answers at once.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bench import many
from bot import migrate
from bot.app import Bot
from bot.demo.slack.member import Member

ROUNDS = 15


async def measure(url: str, count: int) -> None:
    async with many.filled(url, count) as (bot, _, people):
        for name, person in people.items():
            await _time(name, person, bot)


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
        f"{name:6} first {first:6.1f} ms  p50 {statistics.median(warm):6.1f} ms  worst "
        f"{max(warm):6.1f} ms  cpu {statistics.median(worked):6.1f} ms  "
        f"{statements[0]:3} statements  {len(home.view['blocks']):2} blocks  {heading}"
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
