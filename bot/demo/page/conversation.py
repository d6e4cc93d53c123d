"""Messages of a channel or a thread, oldest first. Only what changed is redrawn."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from nicegui.element import Element

from bot.demo.page.dates import day_heading
from bot.demo.page.desk import Desk
from bot.demo.page.dom import Tag, button
from bot.demo.page.message import MessageRow, sent_at
from bot.demo.slack.workspace import Channel, Message

# As many messages as fill a window are drawn at once. A page of earlier ones is drawn a moment
# later, and another each time somebody scrolls up to the top.
FIRST = 12
PAGE = 40
FIRST_LOOK_SECONDS = 0.15
# Messages of one person that follow each other within so many seconds share one head, unless one
# of them is private, or the later one has blocks or was also sent to the channel.
TOGETHER_SECONDS = 300


@dataclass(frozen=True)
class _Item:
    """One line of the list: what it is, what it looks like, and how to draw it."""

    key: str
    looks: str
    draw: Callable[[], Element]


class Conversation:
    """List of messages that follows the workspace."""

    def __init__(self, desk: Desk, channel: Channel, thread: str | None) -> None:
        self.desk = desk
        self.channel = channel
        self.thread = thread
        self.limit = FIRST
        self.drawn: dict[str, tuple[str, Element]] = {}
        # As in Slack, the mark of new messages stays in its place until the person looks elsewhere.
        me = desk.person.id
        self.first_new = "" if thread else desk.reading.first_unread(me, channel.id)
        name = f"Thread in #{channel.name}" if thread else f"Messages in {desk.place_of(channel)}"
        self.root = Tag("div", "log", role="log", aria_label=name, tabindex="0")
        with self.root:
            self.earlier = button("Show earlier messages", "earlier", self._more)
            self.nothing = Tag("p", "empty", "")
            self.list = Tag("div", "log-list")
        asyncio.get_running_loop().call_later(FIRST_LOOK_SECONDS, self._more)

    def _more(self) -> None:
        if not self.root.is_deleted:
            self.limit += PAGE
            self.refresh()

    def reach(self, ts: str) -> None:
        """Draw the messages as far back as this one."""
        messages = self._messages()
        at = next((at for at, message in enumerate(messages) if message.ts == ts), len(messages))
        self.limit = max(self.limit, len(messages) - at + FIRST)
        self.refresh()

    def _messages(self) -> list[Message]:
        workspace = self.desk.workspace
        return workspace.conversation(self.channel.id, self.desk.person.id, self.thread)

    def refresh(self) -> None:
        """Keep what looks the same; draw, replace or take away the rest."""
        everything = self._messages()
        items = {item.key: item for item in self._items(everything[-self.limit :])}
        self.earlier.set_visibility(len(everything) > self.limit)
        self.nothing.set_visibility(not everything)
        self.nothing.set_text(self._first_step())
        for key, (looks, element) in list(self.drawn.items()):
            if key not in items or items[key].looks != looks:
                element.delete()
                del self.drawn[key]
        for at, item in enumerate(items.values()):
            if item.key not in self.drawn:
                with self.list:
                    element = item.draw()
                element.move(target_index=at)
                self.drawn[item.key] = (item.looks, element)

    def _first_step(self) -> str:
        """Say what to do where nothing has been said yet."""
        bot = self.desk.workspace.bot
        if self.channel.is_im:
            return f"Nothing here yet. {bot.name} writes here when something waits for you."
        if bot.id not in self.channel.members:
            return f"Nothing here yet. Send /invite @{bot.name} to add the app."
        return "Nothing here yet. Type / to see the commands."

    def _items(self, messages: list[Message]) -> Iterator[_Item]:
        before: Message | None = None
        replies = self._replies()
        for message in messages:
            if new_day := not self.thread and (
                before is None or self._day(before) != self._day(message)
            ):
                words = day_heading(
                    sent_at(message.ts),
                    zone=self.desk.person.time_zone,
                    now=self.desk.workspace.clock(),
                )
                yield _Item(self._day(message), words, partial(Tag, "h2", "day", words))
            if is_new := message.ts == self.first_new:
                yield _Item("new", "", partial(Tag, "p", "new", "New"))
            breaks = new_day or is_new
            follows = bool(before and not breaks and _together(before, message))
            yield self._item(message, follows, replies[message.ts])
            before = message

    def _item(self, message: Message, follows: bool, replies: int) -> _Item:
        looks = (
            message.text,
            message.blocks,
            message.edited_ts,
            message.reply_broadcast,
            len(message.files),
            replies,
            follows,
        )

        def draw() -> Element:
            row = MessageRow(
                self.desk, message, replies=replies, follows=follows, in_thread=bool(self.thread)
            )
            return row.root

        return _Item(f"{message.ts} {message.ephemeral_to or ''}", json.dumps(looks), draw)

    def _day(self, message: Message) -> str:
        return (
            sent_at(message.ts).astimezone(ZoneInfo(self.desk.person.time_zone)).date().isoformat()
        )

    def _replies(self) -> Counter[str]:
        """Count the replies of each thread of the channel."""
        if self.thread:
            return Counter()
        every = self.desk.workspace.messages.get(self.channel.id, [])
        return Counter(
            message.thread_ts
            for message in every
            if message.thread_ts and message.thread_ts != message.ts and not message.ephemeral_to
        )


def _together(before: Message, message: Message) -> bool:
    near = float(message.ts) - float(before.ts) < TOGETHER_SECONDS
    plain = not (
        before.ephemeral_to or message.ephemeral_to or message.reply_broadcast or message.blocks
    )
    return before.user == message.user and near and plain
