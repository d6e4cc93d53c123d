"""One message of a conversation, as HTML."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.demo.page.blocks import blocks_html
from bot.demo.page.dates import clock_time
from bot.demo.page.desk import Desk, display_name
from bot.demo.page.dom import html, icon, markup, menu_html, menu_item_html
from bot.demo.page.mrkdwn import escaped_html, mrkdwn
from bot.demo.page.sidebar import avatar
from bot.demo.slack import readable
from bot.demo.slack.sent_file import File
from bot.demo.slack.workspace import Message

# Slack's own name as an author.
SLACK = "Slackbot"
# Characters of a thread's first message that a reply in the channel quotes.
QUOTED = 80


def sent_at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


class MessageRow:
    """A message with its buttons, its menu, and the way into its thread.

    In the thread itself, there is no link to the thread.
    """

    def __init__(
        self, desk: Desk, message: Message, *, replies: int, follows: bool, in_thread: bool
    ) -> None:
        self.desk = desk
        self.message = message
        self.in_thread = in_thread
        self.author = desk.workspace.people.get(message.user)
        css = (
            "message"
            + (" follows" if follows else "")
            + (" private" if message.ephemeral_to else "")
        )
        inside = self._head(follows) + markup("div", "body", self._body() + self._foot(replies))
        if not message.ephemeral_to:
            inside += self._tools()
        label = {"data_ts": message.ts, "aria_label": self._label()}
        self.root = html(inside, css, tag="article", tabindex="-1", **label)

    def _label(self) -> str:
        name = display_name(self.author) if self.author else SLACK
        private = ", only visible to you" if self.message.ephemeral_to else ""
        return f"{name} at {self._time()}{private}"

    def _time(self) -> str:
        return clock_time(sent_at(self.message.ts), self.desk.person.time_zone)

    def _head(self, follows: bool) -> str:
        time = self._time()
        if follows:
            return markup("div", "gutter", markup("time", "aside", time))
        author = self.author
        sign = avatar(author) if author else '<span class="avatar" aria-hidden="true">S</span>'
        name = escaped_html(display_name(author)) if author else SLACK
        about = ""
        if author and author.is_bot:
            about = markup("span", "badge", "App")
        elif author:
            about = markup("span", "title", escaped_html(author.title))
        words = f"<strong>{name}</strong>{about}<time>{time}</time>"
        return markup("div", "gutter", sign) + markup("div", "head", words)

    def _body(self) -> str:
        message = self.message
        parts = []
        if message.ephemeral_to:
            parts.append(markup("div", "only-you", f"{icon('eye')} Only visible to you"))
        if message.reply_broadcast:
            parts.append(markup("p", "also-sent", self._also_sent()))
        if message.blocks:
            parts.append(blocks_html(message.blocks, self.desk.surface()))
        elif message.text:
            parts.append(self._text(message.text))
        for attachment in message.attachments:
            parts.append(self._text(attachment.get("text") or attachment.get("fallback") or ""))
        parts += [_file(file) for file in message.files]
        if message.edited_ts and self.author and not self.author.is_bot:
            parts.append(markup("small", "edited", "(edited)"))
        return "".join(parts)

    def _text(self, text: str) -> str:
        return markup("div", "text", mrkdwn(text, self.desk.reader()))

    def _also_sent(self) -> str:
        """Say in the thread that a reply is in the channel too; in the channel, link the thread."""
        workspace = self.desk.workspace
        if self.in_thread:
            return escaped_html(f"Also sent to #{workspace.channels[self.message.channel].name}")
        first = workspace.message(self.message.channel, self._thread)
        text = readable.plain(first.text, workspace, display_name) if first else "a thread"
        words = text.partition("\n")[0]
        link = {"type": "button", "data_thread": self._thread}
        short = words if len(words) <= QUOTED else f"{words[:QUOTED]}…"
        return "replied to a thread: " + markup("button", "link", escaped_html(short), **link)

    @property
    def _thread(self) -> str:
        return self.message.thread_ts or self.message.ts

    def _foot(self, replies: int) -> str:
        if self.in_thread or not replies:
            return ""
        label = f"{replies} {'reply' if replies == 1 else 'replies'}"
        return markup("button", "replies", label, type="button", data_thread=self._thread)

    def _tools(self) -> str:
        """Write Reply and the menu of shortcuts, shown while mouse or focus is in the message."""
        tools = ""
        if not self.in_thread:
            words = {"aria_label": "Reply in thread", "title": "Reply in thread"}
            tools += markup(
                "button", "tool", icon("reply"), type="button", data_thread=self._thread, **words
            )
        shortcuts = [] if self.desk.external else self.desk.offers.shortcuts
        if shortcuts:
            items = [
                menu_item_html(
                    shortcut["name"],
                    shortcut.get("description", ""),
                    data_shortcut=shortcut["callback_id"],
                )
                for shortcut in shortcuts
            ]
            tools += menu_html("More actions", "tool-menu", items)
        return markup("div", "tools", tools, role="toolbar", aria_label="Message actions")


def _file(file: File) -> str:
    """Write a file: its title, its name, its size, and a link that saves it."""
    name = escaped_html(file.name)
    save = {"href": f"/files/{file.id}", "download": file.name}
    return markup(
        "div",
        "file",
        markup("strong", "file-name", escaped_html(file.title))
        + markup("span", "file-size", f"{name}, {_size(file.length)}")
        + markup("a", "button", "Download", aria_label=f"Download {file.name}", **save),
    )


def _size(length: int) -> str:
    for unit in ("bytes", "kB"):
        if length < 1000:
            return f"{length:.0f} {unit}"
        length = round(length / 1000)
    return f"{length:.0f} MB"
