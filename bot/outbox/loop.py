"""The outbox's loop: it makes Slack show what the record says.

Each row is claimed, drawn from the record as it is at that moment, sent, and marked. A crash loses
nothing. A retry draws the message again, so that it does not show an older state.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.database import Database
from bot.digest_chart import process
from bot.outbox import claims, files, jobs, marks, slack
from bot.outbox.jobs import Job
from bot.outbox.outcomes import Attempt, Mark, mark_after
from bot.people import People
from bot.slack_client import SlackClient, error_name
from handlers.digest import posting
from handlers.requests import LookedUp

T = TypeVar("T")

log = structlog.get_logger("outbox")

# Seconds after which the loop looks for work even if nobody wakes it. Another replica may have
# stopped and left rows whose lease has ended since.
LOOK_EVERY = 5.0
# Seconds to wait after a wake. Acts come in bursts, and one pass serves several of them.
GATHER = 0.1
# The most messages that are under way at the same time.
AT_ONCE = 100
# The outbox leaves most of the database's connections to people.
STATEMENTS_AT_ONCE = 3
RENEW_EVERY = claims.LEASE.total_seconds() / 3
# A message that waits longer than this, although it could have been sent, is worth a warning.
LATE = timedelta(minutes=1)


class Outbox:
    """Sender of owed messages. Any number of replicas may run it: rows are claimed with a lease.

    `tenant` returns the tenant whose messages are sent; empty if Slack has not said who we are.
    """

    def __init__(
        self,
        database: Database,
        people: People,
        client_for: Callable[[str], SlackClient],
        tenant: Callable[[], Awaitable[str]],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._people = people
        self._tenant = tenant
        self._client_for = client_for
        self._clock = clock
        self._woken = asyncio.Event()
        self._statements = asyncio.Semaphore(STATEMENTS_AT_ONCE)
        self._gathering: asyncio.TimerHandle | None = None
        self._claiming = asyncio.Lock()
        self._under_way: dict[asyncio.Task[None], Attempt] = {}
        self._stopping = False
        self._reported_at: datetime | None = None

    def wake(self) -> None:
        """Look for owed messages soon: a transaction was committed, and a message may be owed."""
        if self._gathering is None:
            loop = asyncio.get_running_loop()
            self._gathering = loop.call_later(GATHER, self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        self._woken.set()

    async def run(self) -> None:
        """Send what is due, then wait until something is due or `wake` is called.

        End after `stop`.
        """
        failures = 0
        while not self._stopping:
            self._woken.clear()
            try:
                while await self._take():
                    pass
                pause, failures = await self._pause(), 0
                await self._report()
            except Exception:
                log.exception("outbox failed; trying again")
                failures += 1
                pause = min(GATHER * 2**failures, LOOK_EVERY)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def stop(self, within: float) -> None:
        """Claim nothing more, and release the claims whose sending has not begun.

        Wait up to `within` seconds for the others: their messages may be in Slack, and the rows
        must say so.
        """
        self._stopping = True
        self._woken.set()
        under_way = dict(self._under_way)
        left = [attempt.claim for attempt in under_way.values() if not attempt.begun]
        for task, attempt in under_way.items():
            if not attempt.begun:
                task.cancel()
        if under_way:
            await asyncio.wait(under_way, timeout=within)
        await self._run(partial(claims.release, claims=left))

    async def send_due(self) -> int:
        """Try to send all that is due now, files too; return how many messages were tried."""
        tried = 0
        while sent := await self.send_at_once():
            tried += sent
        return tried

    async def send_at_once(self) -> int:
        """Try to send what can be claimed now; return how many messages were tried."""
        tasks = await self._take()
        await asyncio.gather(*tasks)
        return len(tasks)

    async def next_due(self) -> datetime | None:
        """Return when a message falls due, or may be sent at Slack's pace; None if none waits."""
        return await self._read(partial(claims.next_due, now=self._clock()))

    async def _take(self) -> list[asyncio.Task[None]]:
        """Claim the messages that may be sent now, and start a task for each."""
        async with self._claiming:
            most = AT_ONCE - len(self._under_way)
            if self._stopping or most <= 0:
                return []
            slow = sum(attempt.claim.is_slow for attempt in self._under_way.values())
            most_slow = claims.SLOW_AT_ONCE - slow
            tenant = await self._tenant()
            claim = partial(claims.claim, tenant=tenant, most=most, most_slow=most_slow)
            return self._begin_all(await self._run(partial(claim, now=self._clock())))

    def _begin_all(self, claimed: list[claims.Claim]) -> list[asyncio.Task[None]]:
        """Start a task for each message; those of one decision are drawn together."""
        of_decision = defaultdict[int, list[claims.Claim]](list)
        for held in claimed:
            of_decision[held.decision_id or 0].append(held)
        together = {
            decision_id: asyncio.create_task(self._draw_together(several))
            for decision_id, several in of_decision.items()
            if decision_id and len(several) > 1
        }
        return [self._begin(Attempt(held, together.get(held.decision_id or 0))) for held in claimed]

    def _begin(self, attempt: Attempt) -> asyncio.Task[None]:
        task = asyncio.create_task(self._do(attempt))
        self._under_way[task] = attempt
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task)
        self._woken.set()

    async def _pause(self) -> float:
        due_at = await self.next_due()
        until = (due_at - self._clock()).total_seconds() if due_at else LOOK_EVERY
        return min(max(until, 0.01), LOOK_EVERY)

    async def _report(self) -> None:
        """Write to the log, at most once a minute, that messages have waited too long."""
        now = self._clock()
        if self._reported_at and timedelta() <= now - self._reported_at < LATE:
            return
        self._reported_at = now
        since = await self._read(partial(claims.oldest_overdue, now=now))
        if since and now - since > LATE:
            log.warning("messages wait", oldest_seconds=round((now - since).total_seconds()))

    async def _run(self, work: Callable[[Session], T]) -> T:
        async with self._statements:
            return await self._database.run(work)

    async def _read(self, work: Callable[[Session], T]) -> T:
        async with self._statements:
            return await self._database.read(work)

    # ---- one message -----------------------------------------------------------------------------

    async def _do(self, attempt: Attempt) -> None:
        """Send one message, and mark its row with the result, unless its claim was lost."""
        async with self._lease_renewed(attempt):
            mark: Mark | None
            try:
                mark = await self._send(attempt)
            except Exception as error:
                mark = mark_after(attempt, error, self._clock())
            if mark:
                attempt.begun = True
                await self._mark(attempt, mark)
        if attempt.job and attempt.job.needs_link and attempt.sent:
            await self._learn_link(attempt.job, attempt.sent)

    async def _learn_link(self, job: Job, at: slack.Sent) -> None:
        """Ask Slack for the address of a card, after the card's row has been marked.

        If Slack does not answer, it is asked again after the next drawing of the card.
        """
        with contextlib.suppress(Exception):
            link = await slack.permalink(self._client_for(job.tenant), at)
            if link:
                await self._run(partial(marks.linked, job=job, ts=at.ts, link=link))

    @contextlib.asynccontextmanager
    async def _lease_renewed(self, attempt: Attempt) -> AsyncIterator[None]:
        """Renew the lease until the block ends."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(RENEW_EVERY)
                with contextlib.suppress(Exception):
                    await self._run(partial(claims.hold, held=attempt.claim, now=self._clock()))

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()

    async def _mark(self, attempt: Attempt, mark: Mark) -> None:
        """Write the result to the row, and retry until that succeeds.

        Only this task knows Slack's answer.
        """
        for tries in itertools.count(1):
            try:
                await self._run(mark)
                return
            except Exception:
                log.exception("mark failed; trying again", post=attempt.claim.post_id)
            await asyncio.sleep(min(GATHER * 2**tries, LOOK_EVERY))

    async def _send(self, attempt: Attempt) -> Mark | None:
        """Post, update or look for this message, and return how to mark its row.

        Return None if it is marked already.
        """
        job = attempt.job = await self._draw(attempt)
        if job is None:
            return None
        if job.hidden and job.ts is None and not job.maybe_sent:
            return partial(marks.kept_back, job=job, now=self._clock())
        client = self._client_for(job.tenant)
        at = slack.Sent(job.channel, job.ts) if job.ts else None
        if job.maybe_sent:
            at = await slack.look_for(client, job, self._clock())
            if at is None:
                return partial(marks.post_anew, job=job, now=self._clock())
        if job.message.file:
            channel = at.channel if at else await self._send_file(client, attempt, job)
            return partial(marks.shown, job=job, now=self._clock(), channel=channel, ts=None)
        if at is None:
            at = await self._post(client, attempt, job)
        elif not job.is_in_slack:
            attempt.begun = True
            await slack.update(client, job, at)
        attempt.sent = at
        if job.is_in_slack:
            return partial(marks.unchanged, jobs=[job])
        return partial(marks.shown, job=job, now=self._clock(), channel=at.channel, ts=at.ts)

    async def _draw_together(self, several: list[claims.Claim]) -> dict[int, Job | None]:
        """Draw these messages of one decision, and return them by the ids of their posts.

        The rows of messages that Slack shows already are marked in one transaction; such a message
        is None in the result. A message that is missing from the result is drawn alone.
        """
        draw = partial(jobs.draw_together, claims=several, people=self._people)
        try:
            drawn = await self._read(partial(draw, now=self._clock()))
            in_slack = [job for job in drawn.values() if job.is_in_slack and not job.needs_link]
            if in_slack:
                await self._run(partial(marks.unchanged, jobs=in_slack))
            return drawn | dict.fromkeys(job.claim.post_id for job in in_slack)
        except Exception:
            # Each message is now drawn alone. The faulty one fails again, and is logged then.
            return {}

    async def _draw(self, attempt: Attempt) -> Job | None:
        """Draw the message; look up who may read it if that is not known, and draw it again.

        Return None if its row is marked already (`_draw_together`).
        """
        if attempt.together:
            # Other messages wait for the same drawing. `shield` keeps it running if `stop` cancels
            # this task.
            drawn = await asyncio.shield(attempt.together)
            if attempt.claim.post_id in drawn:
                return drawn[attempt.claim.post_id]
        looked_up = LookedUp()
        while True:
            draw = partial(jobs.draw, claim=attempt.claim, people=self._people, looked_up=looked_up)
            try:
                return await self._read(partial(draw, now=self._clock()))
            except jobs.Unknown as unknown:
                looked_up = await self._people.look_up(unknown.tenant, unknown.ask, looked_up)

    async def _send_file(self, client: SlackClient, attempt: Attempt, job: Job) -> str:
        async def begin() -> None:
            attempt.begun = True
            now = self._clock()
            hold = partial(claims.hold, held=attempt.claim, now=now, sending=True, sent_at=now)
            await self._run(hold)

        return await files.send(self._database, client, self._people, job, self._clock, begin)

    async def _post(self, client: SlackClient, attempt: Attempt, job: Job) -> slack.Sent:
        """Post the message, with its picture if it has one and Slack takes it."""
        picture = job.message.picture
        file_id = await process.uploaded(client, picture) if picture else None
        attempt.begun = True
        begin = partial(claims.begin, held=attempt.claim, now=self._clock())
        await self._run(partial(begin, workspace_id=job.workspace_id, lane=job.lane))
        if file_id:
            try:
                return await slack.post(client, job, posting.with_picture(job.message, file_id))
            except SlackApiError as error:
                if error_name(error) != "invalid_blocks":
                    raise
                log.warning("picture refused; posting without it", post=job.claim.post_id)
        return await slack.post(client, job, job.message)
