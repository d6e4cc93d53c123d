"""Export files, made batch by batch, each batch in a transaction of its own.

Requests and other messages go on between the batches.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from sqlalchemy.orm import Session

from bot.database import Database
from bot.people import People
from bot.proxies import web_client
from bot.settings import Settings
from bot.timeouts import Timeouts
from handlers.export.files import ExportFile
from handlers.export.request import FORMS
from handlers.requests import LookedUp, NotYetKnown
from models.reads import export as reads_export
from models.reads.export import Export, ExportScope

# Seconds for the names of one batch, and the most pauses in one call that Slack may ask for
# (users.info takes over a hundred calls a minute).
SLACK_WITHIN, MOST_PAUSES = 300, 60


def know_nothing(asked: NotYetKnown) -> LookedUp:
    """Answer that nothing is known: without a Slack to ask, ids stand for names."""
    return LookedUp()


async def _no_home() -> tuple[str, ...]:
    """Return no workspace: an export needs people's names, and not whether they are colleagues."""
    return ()


def asking(settings: Settings) -> Callable[[NotYetKnown], LookedUp]:
    """Return a function that asks Slack on this thread, as fast as Slack allows.

    No person waits for the answer, so a pause that Slack asks for is waited out.
    """
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return know_nothing
    pauses = [AsyncRateLimitErrorRetryHandler(max_retry_count=MOST_PAUSES)]
    client = web_client(settings.slack_api_url, token, timeout=2, retry_handlers=pauses)
    people = People(lambda tenant: client, Timeouts(look_up=SLACK_WITHIN), _no_home)
    return lambda asked: asyncio.run(people.look_up("", asked, LookedUp()))


def wanted(form: str, scope: ExportScope, at: datetime) -> Export:
    """Return the export that the command line asks for."""
    return Export(FORMS[form], scope, at)


def how_many(database: Database, export: Export) -> int:
    return database.read_here(partial(reads_export.count, scope=export.scope))


def write(
    database: Database,
    export: Export,
    out: IO[bytes],
    step: Callable[[int], object],
    ask: Callable[[NotYetKnown], LookedUp] = know_nothing,
) -> int:
    """Write the whole file on this thread and return how many decisions are in it.

    `step` is called after each batch with the number of its decisions.
    """
    file, total = ExportFile(export, out), 0
    while True:
        try:
            count = database.read_here(file.step)
        except NotYetKnown as asked:
            file.names.learn(asked, ask(asked))
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
    ask: Callable[[NotYetKnown], LookedUp],
) -> int:
    """Write the file to `path`, completely or not at all.

    If `path` exists and is no regular file, such as a pipe, write into it. Raise OSError if the
    file cannot be written.
    """
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
    ask: Callable[[NotYetKnown], Awaitable[LookedUp]],
) -> None:
    """Write the whole file on the database's threads.

    `between` runs before each batch, in a transaction that writes.
    """
    file = ExportFile(export, out)
    while True:
        await database.run(between)
        try:
            if not await database.read(file.step):
                return
        except NotYetKnown as asked:
            file.names.learn(asked, await ask(asked))
