"""Makes a file of decisions, batch by batch, each in a transaction of its own: requests and other messages go on between them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.database import Database
from bot.people import People
from bot.settings import Settings
from bot.timeouts import Timeouts
from handlers.export.files import Making
from handlers.requests import Known, NotYetKnown
from models.reads import export as reads_export
from models.reads.export import Export, Format, Scope

# Seconds for the names of one batch, Slack's pauses with them (users.info: over a hundred a minute).
SLACK_WITHIN, MOST_PAUSES = 300, 60


def nobody(asked: NotYetKnown) -> Known:
    """Where there is no Slack to ask: ids stand for names."""
    return Known()


def asking(settings: Settings) -> Callable[[NotYetKnown], Known]:
    """Asks Slack on this thread, as fast as Slack allows. Nobody waits for an answer here, so a pause is no fault."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return nobody
    client = AsyncWebClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=2,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=MOST_PAUSES)],
    )
    people = People(lambda team: client, Timeouts(look_up=SLACK_WITHIN))
    return lambda asked: asyncio.run(people.look_up("", asked, Known()))


def wanted(form: str, channel: str | None, at: datetime) -> Export:
    """What the command line asks for: all there is, or all of one channel."""
    return Export(Format(form), Scope(channel=channel), at)


def how_many(database: Database, export: Export) -> int:
    return database.run_here(partial(reads_export.count, scope=export.scope))


def write(
    database: Database,
    export: Export,
    out: IO[bytes],
    step: Callable[[int], object],
    ask: Callable[[NotYetKnown], Known] = nobody,
) -> int:
    """The whole file, on this thread; how many decisions are in it. `step` is told after each batch how many it had."""
    making, total = Making(export, out), 0
    while True:
        try:
            count = database.run_here(making.step)
        except NotYetKnown as asked:
            making.names.learn(asked, ask(asked))
            continue
        if not count:
            return total
        total += count
        step(count)


def write_to(
    path: Path,
    database: Database,
    export: Export,
    step: Callable[[int], object],
    ask: Callable[[NotYetKnown], Known],
) -> int:
    """The same into this file, which is there whole or not at all; or into what is there and is no file. Raises OSError."""
    if path.exists() and not path.is_file():
        with path.open("wb") as pipe:
            return write(database, export, pipe, step, ask)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
        try:
            total = write(database, export, out.file, step, ask)
            Path(out.name).replace(path)
        except BaseException:
            Path(out.name).unlink()
            raise
    return total


async def write_in_turns(
    database: Database,
    export: Export,
    out: IO[bytes],
    between: Callable[[Session], None],
    ask: Callable[[NotYetKnown], Awaitable[Known]],
) -> None:
    """The whole file, on the database's threads; `between` is done in the same transaction as each batch."""
    making = Making(export, out)

    def work(session: Session) -> int:
        between(session)
        return making.step(session)

    while True:
        try:
            if not await database.run(work):
                return
        except NotYetKnown as asked:
            making.names.learn(asked, await ask(asked))
