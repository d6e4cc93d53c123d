"""The Bolt app, the Starlette app around it, and the loops that keep Slack up to date."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import traceback
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot import log as logs
from bot import migrate
from bot.admission import Admission, Next
from bot.answering import Answering, Body
from bot.board import Boards
from bot.database import Database
from bot.dispatch import Dispatch
from bot.installations import Installations
from bot.outbox.loop import Outbox
from bot.people import People
from bot.settings import Settings
from bot.slack_asgi import SlackRequestHandler
from bot.socket_mode import SocketMode
from bot.timeouts import Timeouts
from bot.timers import Timers
from bot.transaction import TooLate, Unsure, Unusable

log = structlog.get_logger("app")

READY_WITHIN = 2.0
EVERYTHING = re.compile(r"[\s\S]*")
# Seconds that a planned stop waits for requests in Socket Mode, and then for messages being sent.
# This is longer than `Timeouts.send`, so that a call to Slack that has begun can end and its row
# can be marked.
STOP_WITHIN = 12.0


def utc_now() -> datetime:
    """Return the time. Code that needs the time is given a clock; this is the real one."""
    return datetime.now(UTC)


class Bot:
    """The parts of one running bot. `clock` says at what time each thing happens.

    A caller that passes an `engine` closes it.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
        *,
        engine: Engine | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        logs.quieten()
        self.settings = settings
        self.database = Database(settings.database_url, engine)
        timeouts = timeouts or Timeouts()
        self.installations = Installations(settings, timeouts, self.database)
        self.people = People(self.installations.client_for, timeouts, self.installations.homes)
        answering = Answering(self.installations.client_for, timeouts)
        sender_for, tenant = self.installations.sender_for, self.installations.our_tenant
        self.outbox = Outbox(self.database, self.people, sender_for, tenant, clock)
        self.timers = Timers(self.database, self.people, tenant, clock, self.outbox.wake)
        self.dispatch = Dispatch(
            database=self.database,
            people=self.people,
            client_for=self.installations.client_for,
            tenant=lambda: self.installations.tenant,
            clock=clock,
            wake=self._wake,
            public_url=lambda: settings.public_url,
            timeouts=timeouts,
            answering=answering,
        )
        self.timeouts = timeouts
        self.boards = Boards(self.database, self.people, clock)
        admission = Admission(self.installations, answering, timeouts)
        self.bolt = _bolt(self.dispatch, admission, self.installations)
        self._loops: list[asyncio.Task[None]] = []

    def web(self, *, loops: bool = True) -> Starlette:
        """Return the web app: Slack's requests, boards, `/healthz` and `/readyz`.

        In Socket Mode, Slack's requests come by socket instead. If `loops` is False, the caller
        drives the outbox and the timers itself, or calls `start_loops` later.
        """

        @contextlib.asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            await self.installations.identify(READY_WITHIN)
            socket = None
            if self.settings.socket_mode:
                socket = SocketMode(self.bolt, self.settings, self.installations.client_for)
            if loops:
                self.start_loops()
            if socket:
                await socket.connect(READY_WITHIN)
            yield
            if socket:
                await socket.close(STOP_WITHIN)
            await self._stop()

        routes = [
            *self.boards.routes,
            Route("/healthz", self._health),
            Route("/readyz", self._ready),
        ]
        if not self.settings.socket_mode:
            secret = self.settings.slack_signing_secret.get_secret_value()
            slack = SlackRequestHandler(self.bolt, secret, self.timeouts)
            routes.insert(0, Route("/slack/events", slack, methods=["POST"]))
        app = Starlette(routes=routes, lifespan=lifespan)
        # Starlette would redirect to whatever host the request names.
        app.router.redirect_slashes = False
        return app

    def start_loops(self) -> None:
        """Send what is owed and fire what is due, from now until the web app stops."""
        self._loops = [
            asyncio.create_task(self.outbox.run()),
            asyncio.create_task(self.timers.run()),
        ]

    def _wake(self) -> None:
        self.outbox.wake()
        self.timers.wake()

    async def _stop(self) -> None:
        for loop in self._loops[1:]:
            loop.cancel()
        await self.outbox.stop(STOP_WITHIN)
        for loop in self._loops:
            loop.cancel()
        if self._loops:
            await asyncio.wait(self._loops)
        self.database.close()
        await self.close_connections()

    async def close_connections(self) -> None:
        """Close the connections to Slack."""
        await self.people.close()
        await self.installations.close()

    async def _health(self, request: Request) -> JSONResponse:
        """Answer 200 while nothing needs a restart.

        The loops of outbox and timers run, and the SQLite file is the one that was opened.
        """
        return _answer(self._faults())

    async def _ready(self, request: Request) -> JSONResponse:
        """Answer 200 while requests can be answered.

        `/healthz` has no fault, the database has the schema of this release or of a newer one, and
        Slack has said who we are.
        """
        faults = self._faults()
        try:
            async with asyncio.timeout(READY_WITHIN):
                has = await asyncio.to_thread(migrate.current, self.database.engine)
                if has != migrate.newest() and not migrate.is_newer(self.database.engine):
                    faults.append("the schema is not this release's")
        except Exception as error:
            log.error("ready: database", error=type(error).__name__)
            faults.append("the database does not answer")
        if await self.installations.identify(READY_WITHIN) is None:
            faults.append("Slack has not yet said who we are")
        return _answer(faults)

    def _faults(self) -> list[str]:
        faults = ["a loop has stopped" for loop in self._loops if loop.done()]
        if not self.database.is_where_it_was():
            faults.append("the database file was moved or replaced")
        return faults


def _answer(faults: list[str]) -> JSONResponse:
    return JSONResponse({"ok": not faults, "faults": faults}, status_code=503 if faults else 200)


def _bolt(dispatch: Dispatch, admission: Admission, installations: Installations) -> AsyncApp:
    """Return a Bolt app with one listener for each surface; our table of routes does the rest.

    See docs/explanation/decisions/0003.
    """

    # Bolt fills arguments by name and would fill a method's `self` too.
    async def admit(
        body: Body, context: AsyncBoltContext, ack: AsyncAck, next_: Next
    ) -> BoltResponse | None:
        return await admission.admit(body, context, ack, next_)

    async def authorize() -> AuthorizeResult | None:
        return installations.identity

    app = AsyncApp(
        name="tradeoff",
        client=installations.client_for(""),
        logger=logging.getLogger("slack_bolt"),
        # Our own handler verifies before it parses; Bolt would do it again.
        request_verification_enabled=False,
        signing_secret="verified in door.py",
        before_authorize=admit,
        # Bolt takes None as a refusal, though its types do not say so.
        authorize=authorize,  # type: ignore[arg-type]
        process_before_response=True,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.command(EVERYTHING)(dispatch.command)
    app.action(EVERYTHING)(dispatch.action)
    app.view(EVERYTHING)(dispatch.view)
    app.shortcut(EVERYTHING)(dispatch.shortcut)
    app.event(EVERYTHING)(dispatch.event)
    app.error(_not_understood)
    return app


async def _not_understood(error: Exception, **_: Any) -> BoltResponse:
    """Answer a request over which the admission or a listener raised an exception.

    The status is 503 if the record could not be used in time. Otherwise it is 400: most likely, the
    request does not have the shape of Slack's. The answer has no text. The log gets one line.
    """
    if isinstance(error, (TooLate, Unsure, Unusable)):
        log.warning("request not read in time", error=type(error).__name__)
        return BoltResponse(status=503, body="")
    frame = traceback.extract_tb(error.__traceback__)[-1]
    log.error(
        "request not understood", error=type(error).__name__, where=f"{frame.name}:{frame.lineno}"
    )
    return BoltResponse(status=400, body="")
