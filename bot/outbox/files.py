"""Sends a file that is owed: made in turns, brought to Slack, then shared with the one who asked.

`loop.py` calls this.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import export_writer, uploads
from bot.database import Database
from bot.installations import UNREACHABLE, error_name
from bot.outbox import claims, refusals
from bot.outbox.jobs import Job
from bot.people import People, members_of
from handlers.requests import Known

# A person waits for it: after so many tries they are told instead.
MOST_TRIES = 5


class NotTheirs(Exception):
    """Whoever asked for it is no longer in the private channel that it tells of."""


class NotShared(Exception):
    """It failed before anybody could see anything: it may be done again."""


async def send(
    database: Database,
    client: AsyncWebClient,
    people: People,
    job: Job,
    clock: Callable[[], datetime],
    begin: Callable[[], Awaitable[None]],
) -> str:
    """Make the file and send it: the conversation that it stands in. Raises NotShared or NotTheirs.

    `begin` is awaited just before anybody can see it.
    """
    export = job.message.file
    assert export
    with tempfile.TemporaryFile() as out:
        try:
            channel = str((await client.conversations_open(users=job.channel))["channel"]["id"])
            await export_writer.write_in_turns(
                database,
                export,
                out,
                lambda session: claims.hold(session, job.claim, clock()),
                partial(people.look_up, job.team, known=Known()),
            )
            file_id = await uploads.send(client, export.name, out, uploads.SEND_LARGE_WITHIN)
            if export.scope.channel and not await _may_read(
                client, export.scope.channel, job.channel
            ):
                raise NotTheirs
        except SlackApiError as error:
            if refusals.meaning(error) is refusals.Meaning.OWN_FAULT:
                raise NotShared(error_name(error)) from error
            raise
        except UNREACHABLE as error:
            raise NotShared(type(error).__name__) from error
    await begin()
    await uploads.share(client, channel, file_id, export.title, job.message.text)
    return channel


async def _may_read(client: AsyncWebClient, channel: str, person: str) -> bool:
    """Asked anew, past all caches: it was long in the making, or Slack was away."""
    if not (await client.conversations_info(channel=channel))["channel"].get("is_private"):
        return True
    return person in await members_of(client, channel)


def names(message: dict[str, object], job: Job) -> bool:
    """Whether this message brings the file."""
    export, files = job.message.file, message.get("files")
    return (
        export is not None
        and isinstance(files, list)
        and any(one.get("name") == export.name for one in files)
    )
