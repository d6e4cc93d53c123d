"""The channel that most stories begin with: set up once in each process, and copied after that.

Setting it up takes a quarter of the time of a short story. The copy has the database file and the
state of the demo Slack.
"""

from __future__ import annotations

import pickle
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from bot.demo.slack.workspace import Channel, Workspace
from support.harness import GENEROUS, Actor, Harness

# Attributes of the demo Slack that have changed when the channel is set up.
TOUCHED = ("channels", "messages", "calls", "rates", "_stacks", "_homes", "_last_ts", "_counter")


@dataclass
class Kept:
    """Copy of a channel that was set up: the record, and the pickled state of the demo Slack."""

    database: Path
    slack: bytes


_kept: dict[tuple[str, ...], Kept] = {}


def set_up_once(harness: Harness, channel: Channel, by: Actor) -> Channel:
    """Set this channel up, or copy the channel that was set up earlier; return the channel.

    Nothing is copied on PostgreSQL, or if the bot has called more of Slack than `auth.test`.
    """
    workspace = harness.workspace
    called = any(method != "auth.test" for method, *_ in workspace.calls)
    if called or not harness.url.startswith("sqlite"):
        by.sets_up(channel)
        return channel
    key = (channel.id, *workspace.people)
    path = Path(harness.url.removeprefix("sqlite:///"))
    if key not in _kept:
        by.sets_up(channel)
        _kept[key] = Kept(_copy_of(path, len(_kept)), _state_of(workspace))
        return channel
    # When the bot starts, it asks Slack who it is, and reads the record. Wait until it has done so.
    harness.run(harness.bot.installations.identify(GENEROUS))
    # The file is overwritten, not replaced: a bot stops if the file of its record is replaced.
    _copy(_kept[key].database, path)
    vars(workspace).update(pickle.loads(_kept[key].slack))
    return workspace.channels[channel.id]


def _copy_of(path: Path, number: int) -> Path:
    copy = path.with_name(f"set-up-{number}.db")
    _copy(path, copy)
    return copy


def _copy(from_: Path, to: Path) -> None:
    with sqlite3.connect(from_) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def _state_of(workspace: Workspace) -> bytes:
    return pickle.dumps({name: vars(workspace)[name] for name in TOUCHED})
