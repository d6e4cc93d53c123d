"""Fires what is due. Each timer runs in one transaction together with the mark that it ran: never twice, and never not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.database import Database
from bot.people import People
from handlers import routes
from handlers.requests import Due, Known, NotYetKnown
from models.tables.timer import Timer
from models.tables.workspace import Workspace

log = structlog.get_logger("timers")

# Another replica may have set a timer that we have not heard of.
LOOK_EVERY = timedelta(seconds=20)
# Acts come in bursts: one look for several.
GATHER = 0.1
RETRY_AFTER = timedelta(minutes=1)

# Asked whenever something was committed: built once.
_NEXT_DUE = select(func.min(Timer.due_at)).where(Timer.fired_at.is_(None))
_DUE = (
    select(Timer)
    .where(Timer.fired_at.is_(None), Timer.due_at <= bindparam("now"))
    .order_by(Timer.due_at, Timer.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


class Timers:
    """Any number of replicas may run this: a row is locked while it fires."""

    def __init__(
        self,
        database: Database,
        people: People,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        self._wake_outbox = wake
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was committed: a timer may be new."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled: fire what is due, then sleep until the next, or until woken."""
        while True:
            self._woken.clear()
            try:
                await self.fire_due()
                pause = await self._pause()
            except Exception:
                log.exception("timers failed; trying again")
                pause = LOOK_EVERY.total_seconds()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)
                await asyncio.sleep(GATHER)

    async def fire_due(self) -> int:
        """Fire all that is due now; how many."""
        fired = 0
        while await self._fire_one():
            fired += 1
        if fired:
            self._wake_outbox()
        return fired

    async def next_due(self) -> datetime | None:
        """When the next timer is due, if there is one."""
        return await self._database.run(lambda session: session.scalar(_NEXT_DUE))

    async def _pause(self) -> float:
        due_at = await self.next_due()
        until = (due_at - self._clock()).total_seconds() if due_at else LOOK_EVERY.total_seconds()
        return min(max(until, 0.0), LOOK_EVERY.total_seconds())

    async def _fire_one(self) -> bool:
        """One timer, in one transaction with the mark that it fired; again with what it asks to know of Slack."""
        now, known, taken = self._clock(), Known(), list[tuple[int, str]]()

        def fire(session: Session) -> None:
            taken.clear()
            timer = session.scalar(_DUE, {"now": now})
            if timer is None:
                return
            team = session.get_one(Workspace, timer.workspace_id).team
            taken.append((timer.id, team))
            due = Due(
                workspace=team,
                at=now,
                known=known,
                timer=timer,
                find_person=partial(self._people.known_person, team),
                find_place=partial(self._people.known_place, team),
            )
            routes.timers[timer.kind](due, session)
            timer.fired_at = now

        def put_off(session: Session) -> None:
            timer = session.get_one(Timer, taken[0][0])
            timer.attempts += 1
            timer.due_at = now + RETRY_AFTER * timer.attempts

        while True:
            try:
                await self._database.run(fire)
            except NotYetKnown as ask:
                known = await self._people.look_up(taken[0][1], ask, known)
            except Exception:
                log.exception("timer failed", timer=taken)
                if not taken:
                    raise
                await self._database.run(put_off)
                return True
            else:
                return bool(taken)
