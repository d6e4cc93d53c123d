"""Makes Slack show what the record says: the only caller of `chat.*`.

A row is claimed, drawn from today's record, sent, and marked at once. A crash loses nothing; a retry cannot show old truth.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.database import Database
from bot.digest_chart import process
from bot.installations import UNREACHABLE, error_name
from bot.outbox import files, rows
from bot.outbox.rows import Job
from bot.people import People
from handlers.answers import Message
from handlers.digest import posting

log = structlog.get_logger("outbox")

# Another replica may have left work behind; a lease may have run out.
LOOK_EVERY = 5.0
# What one act owes is committed at once, but acts come in bursts: one pass for several.
GATHER = 0.1
NO_TOKEN_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=5)
# Slack refuses us at five minutes; so far its time stamps may be behind our own.
CLOCKS_MAY_DIFFER = timedelta(minutes=10)

# Slack will answer the same to the same message again (docs/reference/slack.md, Rate limits and
# sending): a person must change something first.
GONE_CHANNEL = {
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "user_not_found",
    "is_inactive",
}
REFUSED_FOR_GOOD = GONE_CHANNEL | {
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_too_long",
    "no_text",
    "invalid_arguments",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "thread_not_found",
    "user_disabled",
    "team_access_not_granted",
    "missing_scope",
}
NO_TOKEN = {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
EVENT_TYPE = "tradeoff_post"


@dataclass(frozen=True, slots=True)
class Sent:
    channel: str
    ts: str


class Ambiguous(Exception):
    """It may have been posted or not: to be looked up before it is tried again."""


class Outbox:
    """Any number of replicas may run this: rows are claimed with a lease."""

    def __init__(
        self,
        database: Database,
        people: People,
        client_for: Callable[[str], AsyncWebClient],
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._people, self._client_for, self._clock = (
            database,
            people,
            client_for,
            clock,
        )
        self._woken = asyncio.Event()
        self._sending = asyncio.Lock()
        # Files take their time; the messages do not wait for them.
        self._files: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something was committed: a message may be owed."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled: send what is due, then sleep until something is, or until woken."""
        while True:
            self._woken.clear()
            try:
                await asyncio.shield(self._send_messages())
                pause = await self._pause()
            except Exception:
                log.exception("outbox failed; trying again")
                pause = LOOK_EVERY
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)
                await asyncio.sleep(GATHER)

    async def drained(self) -> None:
        """Wait until what is being sent has been sent and marked."""
        async with self._sending:
            await asyncio.gather(*self._files)

    async def send_due(self) -> int:
        """Send all that is due now, files too; how many."""
        sent = await self._send_messages()
        await asyncio.gather(*self._files)
        return sent

    async def _send_messages(self) -> int:
        """Send all that is due now; files are begun, and end when they end."""
        async with self._sending:
            sent = 0
            while jobs := await self._database.run(partial(rows.claim, now=self._clock())):
                self._begin([job for job in jobs if job.message.file])
                await asyncio.gather(*(self._do(job) for job in jobs if not job.message.file))
                sent += len(jobs)
            return sent

    def _begin(self, jobs: list[Job]) -> None:
        for job in jobs:
            task = asyncio.create_task(self._do(job))
            self._files.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._files.discard(task)
        self.wake()

    async def next_due(self) -> datetime | None:
        """When the next message is due, if any is."""
        return await self._database.run(rows.next_due)

    async def _pause(self) -> float:
        due_at = await self.next_due()
        until = (due_at - self._clock()).total_seconds() if due_at else LOOK_EVERY
        return min(max(until, 0.05), LOOK_EVERY)

    async def _do(self, job: Job) -> None:
        """Send one message and mark its row, whatever came of it."""
        try:
            mark = await self._send(job)
        except SlackApiError as error:
            mark = self._after_refusal(job, error)
        except Ambiguous as error:
            log.error(
                "posted or not: a person must look",
                post=job.post_id,
                drawing=job.drawing,
                error=str(error),
            )
            mark = partial(rows.unknown, error=str(error))
        except files.NotShared as error:
            mark = self._after_lost_file(job, str(error))
        except files.NotTheirs:
            mark = partial(rows.park, error="not_theirs", tell=False)
        except UNREACHABLE as error:
            mark = self._after_fault(job, error)
        except Exception:
            log.exception("message not sent", post=job.post_id)
            mark = partial(
                rows.put_off,
                until=self._clock() + _pause_after(job),
                error="our own fault",
                maybe_sent=False,
            )
        await self._database.run(partial(self._mark, job, mark))

    def _mark(self, job: Job, mark: Callable[..., None], session: Session) -> None:
        mark(session=session, job=job, now=self._clock())

    async def _send(self, job: Job) -> Callable[..., None]:
        client = self._client_for(job.team)
        ts, channel = job.ts, job.channel
        if job.maybe_sent:
            found = await self._look_for(client, job)
            if found is None:
                return partial(rows.post_anew)
            ts, channel = found.ts, found.channel
        if job.message.file:
            place = (
                channel
                if job.maybe_sent
                else await files.send(self._database, client, self._people, job, self._clock)
            )
            return partial(rows.shown, channel=place, ts=None)
        if ts is None:
            sent = await self._post(client, job)
        elif job.unchanged and not job.maybe_sent:
            sent = Sent(channel, ts)
        else:
            sent = await self._update(client, job, channel, ts)
        return partial(rows.shown, channel=sent.channel, ts=sent.ts)

    async def _post(self, client: AsyncWebClient, job: Job) -> Sent:
        if job.message.picture and (file_id := await process.uploaded(client, job.message.picture)):
            try:
                return await self._post_message(
                    client, job, posting.with_picture(job.message, file_id)
                )
            except SlackApiError as error:
                if error_name(error) != "invalid_blocks":
                    raise
                log.warning("picture refused; posting without it", post=job.post_id)
        return await self._post_message(client, job, job.message)

    async def _post_message(self, client: AsyncWebClient, job: Job, message: Message) -> Sent:
        extra: dict[str, Any] = (
            {"thread_ts": job.thread_ts, "reply_broadcast": job.to_all} if job.thread_ts else {}
        )
        answer = await client.chat_postMessage(
            channel=job.channel,
            text=message.text,
            blocks=message.blocks or None,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"post": job.post_id}},
            **extra,
        )
        return Sent(answer["channel"], answer["ts"])

    async def _update(self, client: AsyncWebClient, job: Job, channel: str, ts: str) -> Sent:
        await client.chat_update(
            channel=channel, ts=ts, text=job.message.text, blocks=job.message.blocks, parse="none"
        )
        return Sent(channel, ts)

    async def _look_for(self, client: AsyncWebClient, job: Job) -> Sent | None:
        """The message that an earlier, interrupted post may have left; None when it is certainly not there."""
        channel = job.channel
        try:
            if job.is_direct:
                channel = (await client.conversations_open(users=job.channel))["channel"]["id"]
            since: dict[str, Any] = {
                "oldest": str((job.first_tried_at - CLOCKS_MAY_DIFFER).timestamp()),
                "limit": 200,
                "include_all_metadata": True,
            }
            if job.thread_ts:
                answer = await client.conversations_replies(
                    channel=channel, ts=job.thread_ts, **since
                )
            else:
                answer = await client.conversations_history(channel=channel, **since)
        except SlackApiError as error:
            if error_name(error) in ("missing_scope", "not_in_channel", "channel_not_found"):
                raise Ambiguous(f"cannot look: {error_name(error)}") from error
            raise
        for message in answer["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("post") == job.post_id or files.names(message, job):
                return Sent(channel, message["ts"])
        if answer.get("has_more"):
            raise Ambiguous("too many messages since")
        return None

    def _after_refusal(self, job: Job, error: SlackApiError) -> Callable[..., None]:
        name, headers = error_name(error), error.response.headers
        log.warning("message refused", post=job.post_id, drawing=job.drawing, error=name)
        now = self._clock()
        if name == "ratelimited":
            pause = timedelta(seconds=int(headers.get("Retry-After", "1")))
            return partial(rows.put_off, until=now + pause, error=name, maybe_sent=job.maybe_sent)
        if name in NO_TOKEN:
            return partial(
                rows.put_off, until=now + NO_TOKEN_PAUSE, error=name, maybe_sent=job.maybe_sent
            )
        if job.message.file and (
            name in files.REFUSED_FOR_GOOD or job.attempts >= files.MOST_TRIES
        ):
            return partial(rows.park, error=name, tell=False)
        if name in REFUSED_FOR_GOOD:
            return partial(rows.park, error=name, tell=name in GONE_CHANNEL)
        return partial(
            rows.put_off, until=now + _pause_after(job), error=name, maybe_sent=job.ts is None
        )

    def _after_lost_file(self, job: Job, error: str) -> Callable[..., None]:
        """Nobody has seen anything: again, unless that was tried often enough."""
        log.warning("file not sent", post=job.post_id, error=error)
        if job.attempts >= files.MOST_TRIES:
            return partial(rows.park, error=error, tell=False)
        return partial(
            rows.put_off, until=self._clock() + _pause_after(job), error=error, maybe_sent=False
        )

    def _after_fault(self, job: Job, error: BaseException) -> Callable[..., None]:
        log.warning(
            "message not sent", post=job.post_id, drawing=job.drawing, error=type(error).__name__
        )
        never_left = isinstance(error, ClientConnectorError)
        maybe_sent = job.maybe_sent or (job.ts is None and not never_left)
        return partial(
            rows.put_off,
            until=self._clock() + _pause_after(job),
            error=type(error).__name__,
            maybe_sent=maybe_sent,
        )


def _pause_after(job: Job) -> timedelta:
    return min(timedelta(seconds=2**job.attempts), LONGEST_PAUSE)
