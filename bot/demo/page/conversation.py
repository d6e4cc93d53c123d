"""The messages of a channel or a thread, oldest first. Only what changed is redrawn."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.demo.page.dates import day_heading
from bot.demo.page.desk import Desk
from bot.demo.page.dom import Tag, button
from bot.demo.page.message import MessageRow, Open, fingerprint, moment
from bot.demo.workspace import Channel, Message

# A page of a busy channel: enough to scroll, few enough to draw at once.
SHOWN = 40
# Messages of one person this close together share one head.
TOGETHER_SECONDS = 300


class Conversation:
    """A list that follows the workspace. In a thread there is no way to open a thread."""

    def __init__(self, desk: Desk, channel: Channel, thread: str | None, open_thread: Open | None) -> None:
        self.desk, self.channel, self.thread, self.open_thread = desk, channel, thread, open_thread
        self.limit = SHOWN
        self.rows: dict[str, MessageRow] = {}
        self.headings: dict[str, Tag] = {}
        name = f"Thread in #{channel.name}" if thread else f"Messages in {desk.place_of(channel)}"
        self.root = Tag("div", "log", role="log", aria_label=name, tabindex="0")
        with self.root:
            self.earlier = button("Show earlier messages", "earlier", self._more)
            self.list = Tag("div", "log-list")
        self.refresh()

    def _more(self) -> None:
        self.limit += 2 * SHOWN
        self.refresh()

    def refresh(self) -> None:
        """Keep rows that look the same; draw, replace or take away the others."""
        everything = self.desk.workspace.conversation(self.channel.id, self.desk.person.id, self.thread)
        messages = everything[-self.limit :]
        self.earlier.set_visibility(len(everything) > len(messages))
        wanted = {_key(one): one for one in messages}
        for key in [key for key in self.rows if key not in wanted]:
            self.rows.pop(key).root.delete()
        self._headings(messages)
        before: Message | None = None
        at = 0
        for key, message in wanted.items():
            at += self._day(message) in self.headings and self._starts_day(message, before)
            self._row(key, message, before, at)
            before, at = message, at + 1

    def _row(self, key: str, message: Message, before: Message | None, at: int) -> None:
        follows = before is not None and not self._starts_day(message, before) and _together(before, message)
        replies = self._replies(message)
        row = self.rows.get(key)
        if row and row.mark == fingerprint(message, replies, follows):
            return
        if row:
            row.root.delete()
        with self.list:
            row = MessageRow(self.desk, message, replies=replies, follows=follows, open_thread=self.open_thread)
        row.root.move(target_index=at)
        self.rows[key] = row

    def _headings(self, messages: list[Message]) -> None:
        """One line above each day, placed before its first message; a thread needs none."""
        if self.thread:
            return
        days = {self._day(one): one for one in reversed(messages)}
        for day in [day for day in self.headings if day not in days]:
            self.headings.pop(day).delete()
        for at, (day, first) in enumerate(sorted(days.items())):
            if day not in self.headings:
                words = day_heading(moment(first.ts), zone=self.desk.person.time_zone, now=self.desk.workspace.clock())
                with self.list:
                    self.headings[day] = Tag("h3", "day", words)
                index = at + sum(_key(one) in self.rows and self._day(one) < day for one in messages)
                self.headings[day].move(target_index=index)

    def _day(self, message: Message) -> str:
        return moment(message.ts).astimezone(ZoneInfo(self.desk.person.time_zone)).date().isoformat()

    def _starts_day(self, message: Message, before: Message | None) -> bool:
        return not self.thread and (before is None or self._day(before) != self._day(message))

    def _replies(self, message: Message) -> int:
        if self.thread or (message.thread_ts and message.thread_ts != message.ts) or message.ephemeral_to:
            return 0
        replies = self.desk.workspace.conversation(self.channel.id, self.desk.person.id, message.ts)
        return sum(one.ts != message.ts for one in replies)


def _key(message: Message) -> str:
    return f"{message.ts}:{message.ephemeral_to or ''}"


def _together(before: Message, message: Message) -> bool:
    near = float(message.ts) - float(before.ts) < TOGETHER_SECONDS
    alike = not before.ephemeral_to and not message.ephemeral_to and not message.reply_broadcast
    return before.user == message.user and near and alike and not message.blocks
