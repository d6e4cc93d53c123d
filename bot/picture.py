"""The digest's picture, from figures to a file in Slack. Whatever goes wrong, the digest goes without: its numbers stand in the text."""

from __future__ import annotations

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import uploads
from bot.installations import UNREACHABLE, error_name
from models.trend import Trend

log = structlog.get_logger("picture")


async def uploaded(client: AsyncWebClient, trend: Trend) -> str | None:
    """Draw it off the event loop and bring it to Slack; the id of the file, None where that failed."""
    try:
        png = await asyncio.to_thread(_drawn, trend)
        file_id = await uploads.upload(client, None, "weeks.png", "The last weeks", png)
        return file_id if await uploads.until_ready(client, file_id) else None
    except SlackApiError as error:
        log.warning("no picture", error=error_name(error))
    except UNREACHABLE as error:
        log.warning("no picture", error=type(error).__name__)
    return None


def _drawn(trend: Trend) -> bytes:
    # Matplotlib takes seconds to load: only who posts a digest pays for it, and not on the event loop.
    from bot import chart

    return chart.draw(trend)
