"""One message as it stands in a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.demo.page.blocks import draw_blocks
from bot.demo.page.dates import clock_time
from bot.demo.page.desk import Desk, display_name
from bot.demo.page.dom import Tag, button, html, icon, menu, menu_item
from bot.demo.page.mrkdwn import escaped_html, mrkdwn
from bot.demo.page.sidebar import avatar
from bot.demo.page.surface import Block
from bot.demo.slack.sent_file import File
from bot.demo.slack.workspace import Message

# Slack's own name as an author.
SLACK = "Slackbot"
Open = Callable[[str], None]


def sent_at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


class MessageRow:
    """A message with its buttons, its menu, and the way into its thread."""

    def __init__(
        self, desk: Desk, message: Message, *, replies: int, follows: bool, open_thread: Open | None
    ) -> None:
        self.desk = desk
        self.message = message
        self.open_thread = open_thread
        self.author = desk.workspace.people.get(message.user)
        css = (
            "message"
            + (" follows" if follows else "")
            + (" private" if message.ephemeral_to else "")
        )
        self.root = Tag("article", css, tabindex="-1", data_ts=message.ts, aria_label=self._label())
        with self.root:
            self._head(follows)
            with Tag("div", "body"):
                self._body()
                self._foot(replies)
            if not message.ephemeral_to:
                self._menu()

    def _label(self) -> str:
        name = display_name(self.author) if self.author else SLACK
        private = ", only visible to you" if self.message.ephemeral_to else ""
        return (
            f"{name} at {clock_time(sent_at(self.message.ts), self.desk.person.time_zone)}{private}"
        )

    def _head(self, follows: bool) -> None:
        time = clock_time(sent_at(self.message.ts), self.desk.person.time_zone)
        if follows:
            html(f'<time class="aside">{time}</time>', "gutter")
            return
        author = self.author
        html(
            avatar(author) if author else '<span class="avatar" aria-hidden="true">S</span>',
            "gutter",
        )
        name = escaped_html(display_name(author)) if author else SLACK
        badge = '<span class="badge">App</span>' if author and author.is_bot else ""
        title = (
            f'<span class="title">{escaped_html(author.title)}</span>'
            if author and not author.is_bot
            else ""
        )
        html(f"<strong>{name}</strong>{badge}{title}<time>{time}</time>", "head")

    def _body(self) -> None:
        message = self.message
        if message.ephemeral_to:
            html(f"{icon('eye')} Only visible to you", "only-you")
        if message.reply_broadcast:
            words = (
                "Replied to a thread, and here"
                if self.open_thread
                else f"Also sent to #{self._place()}"
            )
            Tag("p", "also-sent", words)
        if message.blocks:
            draw_blocks(message.blocks, self.desk.surface(self._press))
        elif message.text:
            html(mrkdwn(message.text, self.desk.reader()), "text")
        for attachment in message.attachments:
            words = attachment.get("text") or attachment.get("fallback") or ""
            html(mrkdwn(words, self.desk.reader()), "text")
        for file in message.files:
            _file(file)
        if message.edited_ts and self.author and not self.author.is_bot:
            Tag("small", "edited", "(edited)")

    def _place(self) -> str:
        return self.desk.workspace.channels[self.message.channel].name

    def _foot(self, replies: int) -> None:
        if not self.open_thread:
            return
        open_thread = partial(self.open_thread, self.message.thread_ts or self.message.ts)
        if replies:
            button(f"{replies} {'reply' if replies == 1 else 'replies'}", "replies", open_thread)
        elif self.message.reply_broadcast:
            button("See the thread", "replies", open_thread)

    def _menu(self) -> None:
        """Draw Reply and the shortcuts of apps, shown on hover and when focus comes here."""
        shortcuts = [] if self.desk.external else self.desk.offers.shortcuts
        with Tag("div", "tools", role="toolbar", aria_label="Message actions"):
            if self.open_thread:
                act = partial(self.open_thread, self.message.thread_ts or self.message.ts)
                with button("", "tool", act, aria_label="Reply in thread", title="Reply in thread"):
                    html(icon("reply"), tag="span")
            if shortcuts:
                _, items = menu("More actions", "⋯", "tool-menu")
                with items:
                    for shortcut in shortcuts:
                        menu_item(
                            shortcut["name"],
                            self._shortcut(shortcut["callback_id"]),
                            about=shortcut.get("description", ""),
                        )

    def _shortcut(self, callback_id: str) -> Callable[[], Awaitable[Any]]:
        return lambda: self.desk.shortcut(self.message, callback_id)

    async def _press(self, block_id: str, element: Block, value: Any) -> None:
        await self.desk.press(self.message, block_id, element, value)


def _file(file: File) -> None:
    """Draw a file: its name, how large it is, and the way to save it."""
    with Tag("div", "file"):
        Tag("strong", "file-name", file.title)
        Tag("span", "file-size", f"{file.name}, {_size(file.length)}")
        Tag(
            "a",
            "button",
            "Download",
            href=f"/files/{file.id}",
            download=file.name,
            aria_label=f"Download {file.name}",
        )


def _size(length: int) -> str:
    for unit in ("bytes", "kB"):
        if length < 1000:
            return f"{length:.0f} {unit}"
        length = round(length / 1000)
    return f"{length:.0f} MB"
