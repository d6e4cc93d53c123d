"""Text box in which a person writes. Enter sends; after /, @ or #, names are suggested.

The page's script makes the suggestions, without asking the server.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from bot.demo.page.desk import Desk
from bot.demo.page.dom import Tag, html, icon
from bot.demo.slack.workspace import Channel

Send = Callable[[str, bool], Awaitable[bool]]


class Composer:
    """One text box. `send(text, also_to_channel)` returns whether the text was taken.

    A text that was not taken is put back into the box. The page's script keeps a text that was not
    sent, under the person, the channel and the thread.
    """

    def __init__(
        self, desk: Desk, channel: Channel, send: Send, *, thread: bool = False, draft: str = ""
    ) -> None:
        self.desk = desk
        self.send = send
        self.thread = thread
        self.also = False
        place = desk.place_of(channel) if channel.is_im else f"#{channel.name}"
        label = f"Reply in the thread in {place}" if thread else f"Message {place}"
        with Tag("div", "composer"):
            with Tag("div", "composer-box"):
                self.list = Tag(
                    "ul",
                    "completions",
                    role="listbox",
                    aria_label="Suggestions",
                    id=f"list-{id(self)}",
                )
                key = f"{desk.person.id} {channel.id} {desk.thread if thread else ''}"
                self.box = self._text(label, draft, key)
                with Tag("button", "send", type="button", aria_label="Send", title="Send (Enter)"):
                    html(icon("send"), tag="span")
            if thread:
                with Tag("label", "option also"):
                    box = Tag("input", "", type="checkbox")
                    box.on_value("change", self._also, read="e.target.checked")
                    Tag("span", "", f"Also send to {place}")

    def _text(self, label: str, draft: str, key: str) -> Tag:
        box = Tag(
            "textarea",
            "composer-input",
            draft or None,
            rows="1",
            placeholder=label,
            aria_label=label,
            aria_autocomplete="list",
            aria_haspopup="listbox",
            aria_controls=self.list.props["id"],
            data_complete=json.dumps(self._completions()),
            data_draft=key,
            data_grow="",
            maxlength="12000",
        )
        box.on_value("send", self._send, read="e.detail")
        return box

    def _completions(self) -> dict[str, list[dict[str, str]]]:
        """Return what the script suggests after /, @ and #.

        Slack has no commands in threads or for people of other companies, so none is suggested.
        """
        commands = (
            []
            if self.thread or self.desk.external
            else [
                {
                    "name": command["command"],
                    "hint": command.get("usage_hint", ""),
                    "about": command.get("description", ""),
                }
                for command in [*self.desk.offers.commands, *self._own()]
            ]
        )
        people = [
            {"name": f"@{person.name}", "about": person.title}
            for person in self.desk.workspace.people.values()
        ]
        channels = [
            {"name": f"#{channel.name}", "about": channel.topic}
            for channel in self.desk.channels()
            if not channel.is_im
        ]
        return {"/": commands, "@": people, "#": channels}

    def _own(self) -> list[dict[str, str]]:
        bot = self.desk.workspace.bot.name
        return [
            {
                "command": "/invite",
                "usage_hint": f"@{bot}",
                "description": f"Add {bot} to this channel",
            }
        ]

    def _also(self, on: bool) -> None:
        self.also = on

    async def _send(self, text: Any) -> None:
        if not await self.send(str(text), self.also) and not self.box.is_deleted:
            ui.run_javascript(f"demo.fill('{self.box.html_id}', {json.dumps(str(text))})")
