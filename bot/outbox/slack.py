"""Slack's calls that post, update and look for messages. Files are sent by `bot/uploads.py`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outbox import files
from bot.outbox.jobs import Job
from bot.outbox.refusals import Meaning, meaning
from bot.slack_client import MISSHAPEN, UNREACHABLE, SlackClient, error_name
from handlers.answers import Message

log = structlog.get_logger("outbox")

# An address that is safe inside our markup.
_LINK = re.compile(r"https://[^\s<>|]{1,500}")
EVENT_TYPE = "tradeoff_post"
# Time before and after a send in which its message is looked for. Slack may carry out a call a
# while after we have given it up.
EARLIER, LATER = timedelta(seconds=5), timedelta(minutes=1)
# The same for a second search, because our clock may have been changed. If it is five minutes off,
# every request of Slack's is refused, so a larger change would have been noticed.
CLOCKS_MAY_DIFFER = timedelta(minutes=10)
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """Place of a message in Slack: the channel, and its `ts` there."""

    channel: str
    ts: str


class Unclear(Exception):
    """Raised if Slack accepted the message, but its answer does not say where the message is."""


class Ambiguous(Exception):
    """Raised if the message may have been posted, and cannot be looked for."""


async def post(client: SlackClient, job: Job, message: Message) -> Sent:
    """Post this message, and return its place. Raise Unclear."""
    thread: dict[str, Any] = (
        {"thread_ts": job.thread_ts, "reply_broadcast": job.to_all} if job.thread_ts else {}
    )
    answer = await client.chat_postMessage(
        channel=job.channel,
        text=message.text,
        blocks=message.blocks or None,
        unfurl_links=False,
        unfurl_media=False,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"post": job.claim.post_id}},
        **thread,
    )
    channel, ts = answer.get("channel"), answer.get("ts")
    if not isinstance(ts, str) or not isinstance(channel, str):
        raise Unclear("no ts")
    return Sent(channel, ts)


async def permalink(client: SlackClient, at: Sent) -> str | None:
    """Return the address of this message; None without an answer that is safe to show."""
    try:
        answer = await client.chat_getPermalink(channel=at.channel, message_ts=at.ts)
    except (*UNREACHABLE, *MISSHAPEN) as error:
        log.info("no permalink", error=type(error).__name__)
        return None
    link = answer.get("permalink")
    return link if isinstance(link, str) and _LINK.fullmatch(link) else None


async def update(client: SlackClient, job: Job, at: Sent) -> None:
    """Redraw the message at this place."""
    message = job.message
    await client.chat_update(
        channel=at.channel, ts=at.ts, text=message.text, blocks=message.blocks, parse="none"
    )


async def look_for(client: SlackClient, job: Job, now: datetime) -> Sent | None:
    """Return the place of a message whose earlier post was interrupted.

    Return None if no such message is found. Raise Ambiguous if it cannot be looked for.
    """
    try:
        place = await _place(client, job)
        slack_now = _date(place) or now
        channel = place["channel"]["id"]
        for seconds in (_seconds(job, now, slack_now), _minutes(job, now, slack_now)):
            async for message in _messages(client, job, channel, seconds):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("post") == job.claim.post_id or files.names(message, job):
                    return Sent(channel, message["ts"])
    except SlackApiError as error:
        if meaning(error) in (Meaning.TOO_FAST, Meaning.OWN_FAULT, Meaning.NO_TOKEN):
            raise
        raise Ambiguous(f"cannot look: {error_name(error)}") from error
    return None


async def _place(client: SlackClient, job: Job) -> AsyncSlackResponse:
    """Ask Slack where to look; the answer also gives Slack's time."""
    if job.is_direct and not job.channel.startswith("D"):
        return await client.conversations_open(users=job.channel)
    return await client.conversations_info(channel=job.channel)


def _date(answer: AsyncSlackResponse) -> datetime | None:
    said = next((answer.headers[name] for name in answer.headers if name.lower() == "date"), "")
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _seconds(job: Job, now: datetime, slack_now: datetime) -> dict[str, str]:
    """Return the span of time, by Slack's clock, in which the message can have been posted."""
    sent_at, ahead = job.sent_at or now, slack_now - now
    return _between(sent_at + ahead - EARLIER, sent_at + ahead + LATER)


def _minutes(job: Job, now: datetime, slack_now: datetime) -> dict[str, str]:
    """Return a wider span, because our clock may have been set back or forward since the send."""
    sent_at, ahead = job.sent_at or now, slack_now - now
    moments = (sent_at, sent_at + ahead)
    return _between(min(moments) - CLOCKS_MAY_DIFFER, max(moments) + CLOCKS_MAY_DIFFER)


def _between(oldest: datetime, latest: datetime) -> dict[str, str]:
    return {"oldest": str(oldest.timestamp()), "latest": str(latest.timestamp())}


async def _messages(
    client: SlackClient, job: Job, channel: str, seconds: dict[str, str]
) -> AsyncIterator[dict[str, Any]]:
    """Yield every message of this span of time. Raise Ambiguous if they are too many to read."""
    cursor = ""
    for _ in range(MOST_PAGES):
        asked: dict[str, Any] = {**seconds, "limit": 200, "include_all_metadata": True}
        asked |= {"cursor": cursor} if cursor else {}
        if job.thread_ts:
            page = await client.conversations_replies(channel=channel, ts=job.thread_ts, **asked)
        else:
            page = await client.conversations_history(channel=channel, **asked)
        for message in page["messages"]:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    if page.get("has_more"):
        raise Ambiguous("cannot look: too many messages")
