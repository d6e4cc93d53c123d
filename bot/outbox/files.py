"""Sending of a file: it is made batch by batch, uploaded, and shared with the person who asked.

`loop.py` calls this.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from slack_sdk.errors import SlackApiError

from bot import export_writer, uploads
from bot.database import Database
from bot.outbox import claims, refusals
from bot.outbox.jobs import Job
from bot.people import People, members_of
from bot.slack_client import UNREACHABLE, SlackClient, error_name
from handlers.requests import LookedUp, NotYetKnown
from models.rules import Standing

# Tries after which the person who waits for the file is told that it failed.
MOST_TRIES = 5


class NotTheirs(Exception):
    """Raised if the person who asked for the file may no longer read the channel."""


class NotShared(Exception):
    """Raised if Slack failed before anybody could see the file; it may be sent again."""


async def send(
    database: Database,
    client: SlackClient,
    people: People,
    job: Job,
    clock: Callable[[], datetime],
    begin: Callable[[], Awaitable[None]],
) -> str:
    """Make the file, send it, and return the conversation that it is in.

    `begin` is awaited just before anybody can see the file. Raise NotShared, NotTheirs, or
    SlackApiError if Slack refuses.
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
                partial(people.look_up, job.tenant, looked_up=LookedUp()),
            )
            file_id = await uploads.send(client, export.name, out, uploads.SEND_LARGE_WITHIN)
            about = export.scope.channel
            if about and not await _may_read(client, people, job, about):
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


async def _may_read(client: SlackClient, people: People, job: Job, channel: str) -> bool:
    """Return True if the person who asked may read this channel now.

    Slack is asked anew, without the cache, because minutes may have passed since the person asked.
    A public channel is open to full members, and to others who are in it.
    """
    found = await client.conversations_info(channel=channel)
    if not found["channel"].get("is_private"):
        people.forget_person(job.tenant, job.lane)
        ask = NotYetKnown(people=[job.lane])
        looked_up = await people.look_up(job.tenant, ask, LookedUp())
        if looked_up.people[job.lane].standing is Standing.MEMBER:
            return True
    return job.lane in await members_of(client, channel)


def names(message: dict[str, object], job: Job) -> bool:
    """Return True if this message has a file with the name of the job's export."""
    export, files = job.message.file, message.get("files")
    return (
        export is not None
        and isinstance(files, list)
        and any(file.get("name") == export.name for file in files)
    )
