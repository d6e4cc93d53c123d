"""Mount of the page at `/` of the server that plays Slack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI
from nicegui import app as nicegui_app
from nicegui import context, ui
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.staticfiles import StaticFiles

from bot.demo.page.desk import Desk, Offers
from bot.demo.page.layout import Layout
from bot.demo.page.progress import Hint, Progress
from bot.demo.page.reading import Reading
from bot.demo.slack.delivery import Delivery

STATIC = Path(__file__).parent / "static"
# Seconds for which the server waits for a page that does not answer. After that, the page is loaded
# anew, and a command that was sent just before is lost. A busy browser may not answer for a while.
PATIENCE = 15.0
_HEAD = """
<link rel="stylesheet" href="/page-static/page.css">
<script src="/page-static/page.js"></script>
<script src="/page-static/pickers.js"></script>
"""


@dataclass
class Page:
    """Page of one workspace."""

    delivery: Delivery
    offers: Offers
    reading: Reading
    progress: Progress

    def everything_read(self) -> None:
        """Clear all unread marks. Called when the workspace has been seeded."""
        self.reading.all_read()

    def draw(self, person: str, place: str, thread: str, say: str) -> None:
        """Build one tab's page."""
        ui.add_head_html(_HEAD)
        # Quasar wraps the page in a landmark `main`; ours is the one around the conversation.
        if slot := context.client.content.parent_slot:
            slot.parent.tag = "div"
            slot.parent.classes("nicegui-content")
        ui.page_title(f"{self.delivery.workspace.bot.name} demo")
        desk = Desk(self.delivery, self.offers, self.reading, self.progress)
        Layout(desk).look(person, place, thread, say)


def mount_page(
    server: Starlette, delivery: Delivery, *, manifest: dict[str, Any], hints: list[Hint]
) -> Page:
    """Add the page to a server that does not run yet.

    Call it once in a process, because NiceGUI has one application. Views have addresses:
    `/?as=alice&in=checkout&thread=…&say=…`; `in=home` is the bot's Home.
    """
    offers = Offers.of(manifest)
    workspace = delivery.workspace
    workspace.commands = {command["command"] for command in offers.commands}
    page = Page(delivery, offers, Reading(workspace), Progress(hints))

    # "as" and "in" cannot be names of arguments in Python, so the query is read from the request.
    @ui.page("/")
    def root(request: Request) -> None:
        query = request.query_params
        page.draw(
            query.get("as", ""), query.get("in", ""), query.get("thread", ""), query.get("say", "")
        )

    nicegui_app.mount("/page-static", StaticFiles(directory=STATIC))
    # NiceGUI asks for FastAPI but uses only what Starlette has.
    ui.run_with(
        cast(FastAPI, server),
        title=workspace.bot.name,
        tailwind=False,
        show_welcome_message=False,
        language="en-GB",
        reconnect_timeout=PATIENCE,
    )
    return page
