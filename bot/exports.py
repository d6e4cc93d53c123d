"""Makes a file of decisions, batch by batch, each in a transaction of its own: requests and other messages go on between them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from bot.database import Database
from handlers.export_files import Making
from models import exporting
from models.exporting import Export, Format, Scope


def wanted(form: str, channel: str | None, at: datetime) -> Export:
    """What the command line asks for: all there is, or all of one channel."""
    return Export(Format(form), Scope(channel=channel), at)


def how_many(database: Database, export: Export) -> int:
    return database.run_here(partial(exporting.count, scope=export.scope))


def write(database: Database, export: Export, out: IO[bytes], step: Callable[[int], object]) -> int:
    """The whole file, on this thread; how many decisions are in it. `step` is told after each batch how many it had."""
    making, total = Making(export, out), 0
    while count := database.run_here(making.step):
        total += count
        step(count)
    return total


def write_to(path: Path, database: Database, export: Export, step: Callable[[int], object]) -> int:
    """The same into this file, which is there whole or not at all; or into what is there and is no file. Raises OSError."""
    if path.exists() and not path.is_file():
        with path.open("wb") as pipe:
            return write(database, export, pipe, step)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
        try:
            total = write(database, export, out.file, step)
            Path(out.name).replace(path)
        except BaseException:
            Path(out.name).unlink()
            raise
    return total


async def write_in_turns(
    database: Database, export: Export, out: IO[bytes], between: Callable[[Session], None]
) -> None:
    """The whole file, on the database's threads; `between` is done in the same transaction as each batch."""
    making = Making(export, out)

    def work(session: Session) -> int:
        between(session)
        return making.step(session)

    while await database.run(work):
        pass
