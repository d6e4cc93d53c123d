"""Sends a file that is owed: made in turns, brought to Slack, then shared with the one who asked. `outbox.py` calls this."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import partial

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import export_writer, uploads
from bot.database import Database
from bot.installations import UNREACHABLE, error_name
from bot.outbox import rows
from bot.outbox.rows import Job
from bot.people import People, members_of
from handlers.requests import Known

# A person waits for it: after so many tries they are told instead.
MOST_TRIES = 5
# What a workspace says that takes no files, or not such ones (files.getUploadURLExternal).
REFUSED_FOR_GOOD = {
    "file_uploads_disabled",
    "file_uploads_except_images_disabled",
    "file_type_not_allowed",
    "file_upload_size_restricted",
    "ekm_access_denied",
    "access_denied",
}
# Its own troubles, which pass ("unknown": a proxy answered in its place).
IN_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "unknown"}


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
) -> str:
    """Make the file and send it: the conversation that it stands in. Raises NotShared or NotTheirs; what else it raises may have shared it."""
    export = job.message.file
    assert export
    with tempfile.TemporaryFile() as out:
        try:
            channel = str((await client.conversations_open(users=job.channel))["channel"]["id"])
            await export_writer.write_in_turns(
                database,
                export,
                out,
                lambda session: rows.hold_on(session, job, clock() + rows.LEASE),
                partial(people.look_up, job.team, known=Known()),
            )
            await database.run(partial(rows.hold_on, job=job, until=clock() + rows.LONG_LEASE))
            file_id = await uploads.send(client, export.name, out, uploads.SEND_LARGE_WITHIN)
            if export.scope.channel and not await _may_read(
                client, export.scope.channel, job.channel
            ):
                raise NotTheirs
        except SlackApiError as error:
            if error_name(error) in IN_PASSING:
                raise NotShared(error_name(error)) from error
            raise
        except UNREACHABLE as error:
            raise NotShared(type(error).__name__) from error
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
