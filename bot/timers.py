"""Timers: one transaction does a timer's work and marks it as fired, so it fires exactly once.

Timers of one subject (a decision, a person or a channel) fire in their order. Subjects do not wait
for each other's calls to Slack. If a timer fails, the others still fire.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import bindparam, exists, func, select, text, update
from sqlalchemy.orm import Session

from bot.database import Database
from bot.memory import finders
from bot.people import People
from handlers import routes
from handlers.requests import Due, LookedUp, NotYetKnown
from models.tables.timer import Timer
from models.tables.workspace import Workspace
from models.verbs import clock_set_back

T = TypeVar("T")

log = structlog.get_logger("timers")

# Time between two looks without a wake: another replica may have set a timer.
LOOK_EVERY = timedelta(seconds=20)
# Seconds to wait after a wake. Acts come in bursts, and one look serves several of them.
GATHER = 0.1
RETRY_AFTER, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
# The most subjects whose timers are handled at the same time; each may have to wait for Slack.
AT_ONCE = 100
# The timers leave most of the database's connections to people.
STATEMENTS_AT_ONCE = 3

# A timer that has been due for longer than this is worth a warning.
LATE = timedelta(minutes=1)
_UNFIRED = "fired_at IS NULL"
# Condition that a timer is of our tenant. With our token, Slack finds no people or channels of
# other tenants. If the condition compared `Timer.workspace_id` with an id, SQLite would read all
# timers of the tenant, and not only those that have not fired.
_IS_OURS = exists().where(
    Workspace.id == Timer.workspace_id, Workspace.tenant == bindparam("tenant")
)
# These statements run often, so they are built once. All but the last read only plain columns, so
# that an unreadable row does not stop the other timers.
_NEXT_DUE = select(func.min(Timer.due_at)).where(text(_UNFIRED))
_OUR_NEXT_DUE = _NEXT_DUE.where(_IS_OURS)
_DUE = (
    select(
        Timer.id,
        Timer.decision_id,
        Timer.person,
        Timer.channel_id,
    )
    .where(text(_UNFIRED), Timer.due_at <= bindparam("now"), _IS_OURS)
    .order_by(Timer.due_at, Timer.id)
    .limit(AT_ONCE)
)
_BY_ID = (
    select(Timer)
    .where(Timer.id == bindparam("id"), text(_UNFIRED), Timer.due_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)


class Timers:
    """Runner of the timers. Any number of replicas may run it: a row is locked while it fires.

    `tenant` returns the tenant whose timers are fired; empty if Slack has not said who we are.
    """

    def __init__(
        self,
        database: Database,
        people: People,
        tenant: Callable[[], Awaitable[str]],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._people = people
        self._tenant = tenant
        self._clock = clock
        self._wake_outbox = wake
        self._woken = asyncio.Event()
        self._statements = asyncio.Semaphore(STATEMENTS_AT_ONCE)
        self._under_way: dict[object, asyncio.Task[int]] = {}
        self._looked_at: datetime | None = None

    def wake(self) -> None:
        """Look for due timers soon: a transaction was committed, and a timer may be new."""
        self._woken.set()

    async def run(self) -> None:
        """Fire what is due, then sleep until the next timer or until `wake` is called.

        End when cancelled.
        """
        try:
            while True:
                self._woken.clear()
                try:
                    await self._take()
                    pause = await self._pause()
                except Exception:
                    log.exception("timers failed; trying again")
                    pause = GATHER * 10
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()
                    await asyncio.sleep(GATHER)
        finally:
            await self._give_up()

    async def fire_due(self) -> int:
        """Fire all that is due now, and return how many timers were fired or put off."""
        total = 0
        while True:
            await self._take()
            fired = sum(await asyncio.gather(*self._under_way.values()))
            total += fired
            if not fired:
                return total

    async def _take(self) -> None:
        """Start a task for each subject with a timer that is due, unless one is under way."""
        tenant, now = await self._tenant(), self._clock()
        if tenant and (self._looked_at is None or now < self._looked_at - LATE):
            # The clock was set back, perhaps before this process began.
            was_ahead = await self._run(partial(clock_set_back.catch_up, tenant=tenant, now=now))
            if was_ahead:
                log.warning("the clock was set back; timers are set anew")
        self._looked_at = now if tenant else None
        due = await self._read(partial(_due_by_subject, tenant=tenant, now=now))
        for subject, ids in due.items():
            if subject not in self._under_way and len(self._under_way) < AT_ONCE:
                task = asyncio.create_task(self._fire_in_turn(ids))
                self._under_way[subject] = task
                task.add_done_callback(partial(self._ended, subject))

    def _ended(self, subject: object, task: asyncio.Task[int]) -> None:
        """Look for more due timers at once if any has fired.

        If none has, another replica has locked them, and the loop looks again after its pause.
        """
        del self._under_way[subject]
        if task.cancelled():
            return
        error = task.exception()
        if error:
            log.error("timers failed; trying again", exc_info=error)
        elif task.result():
            self._wake_outbox()
            self.wake()

    async def _give_up(self) -> None:
        under_way = list(self._under_way.values())
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)

    async def next_due(self) -> datetime | None:
        """Return when our first unfired timer is or was due; None if there is none."""
        return await self._read(partial(our_next_due, tenant=await self._tenant()))

    async def _pause(self) -> float:
        """Return how many seconds to sleep.

        A timer that is due now is under way, here or on another replica: look again in a second.
        """
        due_at, now = await self.next_due(), self._clock()
        if due_at is None:
            return LOOK_EVERY.total_seconds()
        if now - due_at > LATE:
            log.warning("timers wait", oldest_seconds=round((now - due_at).total_seconds()))
        return (
            min((due_at - now).total_seconds(), LOOK_EVERY.total_seconds()) if due_at > now else 1
        )

    async def _run(self, work: Callable[[Session], T]) -> T:
        async with self._statements:
            return await self._database.run(work)

    async def _read(self, work: Callable[[Session], T]) -> T:
        async with self._statements:
            return await self._database.read(work)

    async def _fire_in_turn(self, ids: list[int]) -> int:
        return sum([await self._fire(id) for id in ids])

    async def _fire(self, id: int) -> bool:
        """Fire one timer, or put it off if that fails.

        Return False if another replica has fired the timer or is firing it.
        """
        now = self._clock()
        try:
            return await self._fire_knowing(id, now)
        except Exception as error:
            log.exception("timer failed", timer=id)
            await self._run(partial(_put_off, id=id, now=now, error=type(error).__name__))
            return True

    async def _fire_knowing(self, id: int, now: datetime) -> bool:
        """Fire one timer; if its handler needs something from Slack, look it up and fire again."""
        looked_up = LookedUp()
        while True:
            try:
                return await self._run(
                    partial(self._fire_once, id=id, now=now, looked_up=looked_up)
                )
            except NotYetKnown as ask:
                tenant = await self._read(partial(_tenant_of, id=id))
                # The timer's row is gone: another replica has fired it, and its handler deleted it.
                if tenant is None:
                    return False
                looked_up = await self._people.look_up(tenant, ask, looked_up)

    def _fire_once(self, session: Session, id: int, now: datetime, looked_up: LookedUp) -> bool:
        timer = session.scalar(_BY_ID, {"id": id, "now": now})
        if timer is None:
            return False
        tenant = session.get_one(Workspace, timer.workspace_id).tenant
        due = Due(
            workspace=tenant,
            at=now,
            looked_up=looked_up,
            timer=timer,
            **finders(self._people, session, tenant),
        )
        routes.timers[timer.kind](due, session)
        timer.fired_at = now
        return True


def next_due(session: Session) -> datetime | None:
    """Return when the first unfired timer of any tenant is or was due; None if there is none."""
    return session.scalar(_NEXT_DUE)


def our_next_due(session: Session, tenant: str) -> datetime | None:
    """Return when the first unfired timer of this tenant is or was due; None if there is none."""
    return session.scalar(_OUR_NEXT_DUE, {"tenant": tenant})


def _due_by_subject(session: Session, tenant: str, now: datetime) -> dict[object, list[int]]:
    """Return the ids of the timers that are due, by subject, each subject's in their order."""
    subjects = defaultdict[object, list[int]](list)
    for id, decision_id, person, channel_id in session.execute(
        _DUE, {"now": now, "tenant": tenant}
    ):
        subjects[decision_id or person or (channel_id,)].append(id)
    return subjects


def _tenant_of(session: Session, id: int) -> str | None:
    found = select(Workspace.tenant).join(Timer, Timer.workspace_id == Workspace.id)
    return session.scalar(found.where(Timer.id == id))


def _put_off(session: Session, id: int, now: datetime, error: str) -> None:
    """Count one more failure of this timer, and postpone it by a minute more each time.

    Postpone it by an hour at most. Do nothing if its row is gone. The statements use plain columns,
    because the row may be unreadable.
    """
    failures = session.scalar(select(Timer.attempts).where(Timer.id == id))
    if failures is None:
        return
    attempts = failures + 1
    due_at = now + min(RETRY_AFTER * attempts, LONGEST_RETRY)
    session.execute(
        update(Timer)
        .where(Timer.id == id, text(_UNFIRED))
        .values(attempts=attempts, due_at=due_at, last_error=error),
        execution_options={"synchronize_session": False},
    )
