"""Story of the demo, kept for later starts of the same day, because playing it takes long.

A story is kept for one day and one state of the code. `python -m bot.demo.seed.kept` plays and
keeps it before the first start.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import pickle
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo.slack.workspace import Workspace

# Parts of the demo's Slack that the story changes.
FIELDS = ("people", "channels", "messages", "files", "groups", "bot", "_homes", "_last_ts")
PRODUCT = Path(__file__).parents[3]
# Errors after which no story is restored or kept. `Path.home` raises RuntimeError if the user has
# no home. A machine that lost its power can leave half a file.
NOT_KEPT = (OSError, RuntimeError, EOFError, pickle.UnpicklingError)


def _place(day: date) -> Path:
    """Return the folder for the story of this day, played by this code."""
    code = hashlib.sha256(sys.version.encode())
    for folder in ("bot", "handlers", "models", "alembic"):
        for path in sorted((PRODUCT / folder).rglob("*.py")):
            code.update(path.read_bytes())
    return Path.home() / ".cache" / "tradeoff-demo" / f"{day}-{code.hexdigest()[:16]}"


def restore(workspace: Workspace, record: Path, day: date) -> bool:
    """Restore this Slack and its record to the story's end. Return False if no story is kept."""
    try:
        place = _place(day)
        state = pickle.loads((place / "slack").read_bytes())
        record.write_bytes((place / "record").read_bytes())
    except NOT_KEPT:
        return False
    for name in FIELDS:
        setattr(workspace, name, state[name])
    workspace._counter = itertools.count(state["next number"])
    return True


def keep(workspace: Workspace, record: Path, day: date) -> None:
    """Keep this Slack and its record, and delete the stories of other days."""
    try:
        place = _place(day)
        place.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=place.parent) as made:
            new = Path(made) / "new"
            new.mkdir()
            state = {name: getattr(workspace, name) for name in FIELDS}
            # Without it, a new conversation would get the id of an existing one.
            state["next number"] = next(workspace._counter)
            (new / "slack").write_bytes(pickle.dumps(state))
            with (
                closing(sqlite3.connect(record)) as source,
                closing(sqlite3.connect(new / "record")) as copy,
            ):
                source.backup(copy)
            for old in place.parent.iterdir():
                if not old.name.startswith((str(day), "tmp")):
                    shutil.rmtree(old)
            new.rename(place)
    except NOT_KEPT:
        # The folder cannot be written, or another demo has kept the story first.
        return


async def _play_ahead() -> None:
    from bot.demo.run import product, quiet

    quiet()
    with TemporaryDirectory(prefix="tradeoff-demo-") as folder:
        async with product(Path(folder)):
            pass


if __name__ == "__main__":
    asyncio.run(_play_ahead())
