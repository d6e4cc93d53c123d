"""The whole page of one tab: its columns, and their changes.

They change when the person looks elsewhere, or when the workspace changes.
"""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl, urlsplit

from nicegui import background_tasks, context, ui
from nicegui.events import GenericEventArguments

from bot.demo.page.composer import Composer
from bot.demo.page.conversation import Conversation
from bot.demo.page.desk import HOME, Desk
from bot.demo.page.dom import Tag
from bot.demo.page.header import Header, thread_header
from bot.demo.page.hints import Hints, Ways, point_script
from bot.demo.page.home import Home
from bot.demo.page.modals import Modals
from bot.demo.page.presses import Presses
from bot.demo.page.sidebar import Sidebar
from bot.demo.slack.workspace import Channel

# Changes come in bursts (a command, its post, its direct messages); the page is redrawn once.
COALESCE_SECONDS = 0.04


# Person, place, whether the channel is archived, and thread.
Spot = tuple[str, str, bool, str | None]


class Layout:
    """Parts of the page, kept up to date."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.client = context.client
        self.loop = asyncio.get_running_loop()
        self.due = False
        self.talk: Conversation | Home | None = None
        self.thread: Conversation | None = None
        self.at: Spot | None = None
        desk.tell = self.tell
        ui.on("demo-go", self._asked)
        ui.on("demo-back", lambda event: self._show(str(event.args)))
        self._frame()
        self.modals = Modals(desk)
        presses = Presses(desk, self.modals)
        ui.on("demo-press", presses.pressed)
        ui.on("demo-shortcut", presses.chosen)
        ui.on("demo-thread", lambda event: self.open_thread(str(event.args)))
        self._stop = desk.workspace.watch(self._changed)
        self.client.on_delete(self._stop)

    def _frame(self) -> None:
        with Tag("nav", "", aria_label="Shortcuts"):
            Tag("a", "skip", "Skip to the message box", href="#", data_skip="")
        with Tag("div", "desk"):
            self.sidebar = Sidebar(self.desk, self.go)
            Tag("div", "scrim", data_drawer_close="")
            with Tag("main", "main"):
                self.header = Header(self.desk, self.go)
                self.hints = Hints(self.desk, Ways(self.go, self._point))
                self.middle = Tag("div", "middle")
            self.side = Tag("aside", "side", aria_label="Thread")
        self.status = Tag("div", "toast", "", role="status", aria_live="polite")

    # ---- looking ---------------------------------------------------------------------------------

    def go(self, address: str) -> None:
        """Look elsewhere, and let the browser's address and its back button know."""
        self._show(urlsplit(address).query)
        self._script(f"demo.address({json.dumps(self.desk.address(thread=self.desk.thread))})")

    def open_thread(self, ts: str) -> None:
        self.go(self.desk.address(thread=ts))

    def close_thread(self) -> None:
        self.go(self.desk.address())

    def _asked(self, event: GenericEventArguments) -> None:
        """Follow a click on a channel mention or on the address of a message.

        The event has the channel's id, and a time stamp or nothing.
        """
        channel_id, ts = event.args
        channel = next(
            (channel for channel in self.desk.channels() if channel.id == channel_id), None
        )
        if channel is None:
            self.tell("You are not in that channel.")
            return
        self.go(self.desk.address(place=self.desk.place_of(channel)))
        if ts and isinstance(self.talk, Conversation):
            self.talk.reach(ts)
            self._script(f"demo.showMessage({json.dumps(ts)})")

    def _point(self, ts: str, label: str) -> None:
        """Bring a button of a message into view, however old the message is."""
        if isinstance(self.talk, Conversation):
            self.talk.reach(ts)
            self._script(point_script(ts, label))

    def _show(self, query: str) -> None:
        parts = dict(parse_qsl(query.lstrip("?")))
        self.look(
            parts.get("as", ""), parts.get("in", ""), parts.get("thread", ""), parts.get("say", "")
        )

    def look(self, person: str, place: str, thread: str, draft: str) -> None:
        """Show a view. Parts that it shares with the last view stay, with the text typed there."""
        desk = self.desk
        desk.look(person, place, thread, draft)
        at = self._spot()
        before, self.at = self.at, at
        if before is None or before[0] != at[0]:
            self.modals.forget()
        if before is None or before[:3] != at[:3] or draft:
            self._fill_middle()
        if before != at:
            self._fill_side()
        self.refresh()

    def _spot(self) -> Spot:
        channel = self.desk.channel
        place = self.desk.place if channel or self.desk.place == HOME else ""
        return self.desk.person.id, place, bool(channel and channel.is_archived), self.desk.thread

    def _fill_middle(self) -> None:
        self.middle.clear()
        channel = self.desk.channel
        with self.middle:
            if channel is None:
                self.talk = Home(self.desk)
            else:
                self.talk = Conversation(self.desk, channel, None)
                self._composer(channel, None)
        if isinstance(self.talk, Home):
            background_tasks.create(self.talk.open())
        self._script("demo.arrive()")

    def _fill_side(self) -> None:
        self.side.clear()
        self.thread = None
        channel, thread = self.desk.channel, self.desk.thread
        self.side.set("data-open", "" if channel and thread else None)
        if channel is None or thread is None:
            return
        with self.side:
            place = self.desk.place_of(channel) if channel.is_im else f"#{channel.name}"
            thread_header(place, self.close_thread)
            self.thread = Conversation(self.desk, channel, thread)
            self._composer(channel, thread)
        self._script("demo.arriveInThread()")

    def _composer(self, channel: Channel, thread: str | None) -> None:
        if channel.is_archived:
            Tag("p", "closed", "This channel is archived. Nobody can post here.")
            return
        if channel.is_im and self.desk.offers.read_only:
            Tag("p", "closed", "This app takes no messages. Try a channel.")
            return

        async def send(text: str, also: bool) -> bool:
            return await self.desk.say(channel, text, thread, also)

        Composer(
            self.desk,
            channel,
            send,
            thread=thread is not None,
            draft="" if thread else self.desk.draft,
        )

    # ---- following -------------------------------------------------------------------------------

    def _changed(self) -> None:
        """Redraw soon, once for a burst of changes. This may be called on any thread."""
        if not self.due:
            self.due = True
            self.loop.call_soon_threadsafe(self.loop.call_later, COALESCE_SECONDS, self._follow)

    def _follow(self) -> None:
        self.due = False
        if not self.client.is_deleted:
            self.refresh()

    def refresh(self) -> None:
        """Let each part redraw itself if it looks different now."""
        desk = self.desk
        if self._spot() != self.at:
            self.look("", "", desk.thread or "", "")
            return
        # A tab that was closed lingers for some seconds; nobody reads there.
        if desk.channel and self.client.has_socket_connection:
            desk.reading.read(desk.person.id, desk.channel.id)
        with self.client.layout:
            for part in (
                self.sidebar,
                self.header,
                self.hints,
                self.talk,
                self.thread,
                self.modals,
            ):
                if part:
                    part.refresh()

    def tell(self, sentence: str) -> None:
        """Show a sentence at the foot of the page, where screen readers read it out."""
        self._script(f"demo.tell({json.dumps(sentence)})")

    def _script(self, code: str) -> None:
        self.client.run_javascript(code)
