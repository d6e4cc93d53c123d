"""Files for Slack: get an address, send the bytes, say that they are complete.

Only `share` makes anything visible, so every step before it may be done again after a fault. See
docs/reference/slack.md, Rate limits and sending.
"""

from __future__ import annotations

import asyncio
import io
import os
from typing import IO

import aiohttp

from bot.proxies import proxy_for
from bot.slack_client import SlackClient

# Seconds for sending the bytes of a picture, for which its message waits, and of an export, which
# may be large. API calls have a limit of their own.
SEND_WITHIN, SEND_LARGE_WITHIN = 20, 120
# Slack inspects a file before a block can show it. The bot asks LOOKS times whether that is done.
# The first pause is in seconds; each further one is twice as long.
LOOKS, FIRST_PAUSE = 8, 0.05


class UploadFailed(OSError):
    """Raised if Slack did not take the bytes. Nobody has seen the file; it may be sent again."""


async def upload(
    client: SlackClient,
    channel: str | None,
    filename: str,
    title: str,
    data: bytes | IO[bytes],
    comment: str = "",
) -> str:
    """Send a file, share it, and return its id.

    `channel` is the `C…` or `D…` id of a conversation; None shares it with nobody, for an image
    block.
    """
    file_id = await send(client, filename, data)
    await share(client, channel, file_id, title, comment)
    return file_id


async def send(
    client: SlackClient, filename: str, data: bytes | IO[bytes], within: float = SEND_WITHIN
) -> str:
    """Send the bytes to Slack and return the id of the file, which nobody sees yet.

    Raise UploadFailed if Slack refuses the bytes.
    """
    place = await client.files_getUploadURLExternal(filename=filename, length=_length(data))
    body = io.BytesIO(data) if isinstance(data, bytes) else data
    async with client.connections.session.post(
        place["upload_url"],
        data=body,
        proxy=proxy_for(place["upload_url"]),
        ssl=True if client.ssl is None else client.ssl,
        timeout=aiohttp.ClientTimeout(total=within),
    ) as answer:
        if answer.status != 200:
            raise UploadFailed(f"the upload was answered with {answer.status}")
    return str(place["file_id"])


async def share(
    client: SlackClient, channel: str | None, file_id: str, title: str, comment: str = ""
) -> None:
    """Say that the file is complete, and show it in the conversation, if any, with this comment."""
    # Never send an `alt_txt` with the upload: a later share silently does not happen
    # (python-slack-sdk#1818).
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": title}], channel_id=channel, initial_comment=comment or None
    )


async def until_ready(client: SlackClient, file_id: str) -> bool:
    """Wait until an image block may name this file; return False if Slack takes too long."""
    for look in range(LOOKS):
        answer = await client.files_info(file=file_id)
        if answer["file"].get("mimetype"):
            return True
        await asyncio.sleep(FIRST_PAUSE * 2**look)
    return False


def _length(data: bytes | IO[bytes]) -> int:
    if isinstance(data, bytes):
        return len(data)
    end = data.seek(0, os.SEEK_END)
    data.seek(0)
    return end
