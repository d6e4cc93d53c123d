"""Board pages over HTTP: the link is checked, the board is read and written as HTML.

A page is read only, has no script, and is not kept by browsers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.database import Database
from bot.memory import finders
from bot.people import People
from bot.transaction import Unusable
from handlers.board.link import NoBoard, read_link, show
from handlers.board.page import Board
from handlers.requests import Asking, LookedUp, NotYetKnown

log = structlog.get_logger("board")

PAGES = Path(__file__).parent / "pages"
STATUS = {NoBoard.FORGED: 404, NoBoard.ENDED: 410, NoBoard.UNSURE: 503}

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
PRIVATE = {**SAFE, "Cache-Control": "private, no-store"}


class Boards:
    """Routes of `/board/…`: a page for each link, and a style sheet.

    A link that does not work gets a plain page that shows nothing of the board.
    """

    def __init__(self, database: Database, people: People, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        # Pages are built one at a time, so that a request from Slack waits for one page at most.
        self._turn = asyncio.Lock()
        self.routes = [Route("/board/style.css", _style), Route("/board/{token:path}", self._page)]

    async def _page(self, request: Request) -> Response:
        try:
            found = await self._found(request.path_params["token"])
        except (SQLAlchemyError, Unusable) as error:
            log.error("board: database", error=type(error).__name__)
            found = NoBoard.UNSURE
        if isinstance(found, NoBoard):
            page = await asyncio.to_thread(
                _written, "no_board.html", unsure=found is NoBoard.UNSURE
            )
            return HTMLResponse(page, STATUS[found], PRIVATE)
        return HTMLResponse(
            await asyncio.to_thread(_written, "board.html", board=found), headers=PRIVATE
        )

    async def _found(self, token: str) -> Board | NoBoard:
        """Check the link, then read its board in one transaction.

        If the board needs names that are not cached, ask Slack for them and read it again.
        """
        link = await self._database.read(partial(read_link, token))
        if link is None:
            return NoBoard.FORGED
        asking = partial(
            Asking,
            workspace=link.tenant,
            at=self._clock(),
        )
        looked_up = LookedUp()

        def work(session: Session) -> Board | NoBoard:
            found = finders(self._people, session, link.tenant)
            return show(asking(looked_up=looked_up, **found), session, link)

        while True:
            try:
                async with self._turn:
                    return await self._database.read(work)
            except NotYetKnown as ask:
                looked_up = await self._people.look_up(link.tenant, ask, looked_up)


async def _style(request: Request) -> Response:
    headers = {**SAFE, "Cache-Control": "public, max-age=3600"}
    return Response(_style_sheet(), media_type="text/css", headers=headers)


@cache
def _style_sheet() -> str:
    return (PAGES / "board.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _written(name: str, **shown: object) -> str:
    return _templates().get_template(name).render(**shown)
