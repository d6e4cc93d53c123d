"""Header of a conversation: its name, who is in it, and what can be done with the channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.demo.page.desk import HOME, Desk
from bot.demo.page.dom import Tag, button, html, icon, markup, menu, menu_item
from bot.demo.page.sidebar import Go, channel_sign, follow, who
from bot.demo.slack.workspace import Channel


class Header:
    """Header, redrawn when the channel or its people change."""

    def __init__(self, desk: Desk, go: Go) -> None:
        self.desk = desk
        self.go = go
        self.drawn: object = None
        self.root = Tag("header", "top")

    def refresh(self) -> None:
        channel = self.desk.channel
        facts = (
            (channel.name, sorted(channel.members), channel.is_archived, channel.topic)
            if channel
            else None
        )
        looks = (self.desk.person.id, self.desk.place, facts)
        if looks == self.drawn:
            return
        self.drawn = looks
        self.root.clear()
        with self.root:
            with Tag(
                "button",
                "tool drawer-button",
                type="button",
                aria_label="Show channels",
                data_drawer="",
            ):
                html(icon("menu"), tag="span")
            if channel is None or channel.is_im:
                self._app()
            else:
                self._channel(channel)

    def _app(self) -> None:
        name = self.desk.workspace.bot.name
        html(icon("app"), "sign", tag="span")
        Tag("h1", "", name)
        tabs = [(HOME, "Home")] * self.desk.offers.home + [(name, "Messages")]
        with Tag("nav", "tabs", aria_label=f"Tabs of {name}"):
            for place, label in tabs:
                address = self.desk.address(place=place)
                current = "page" if self.desk.place == place else None
                follow(
                    Tag("a", "tab", label, href=address, aria_current=current),
                    partial(self.go, address),
                )

    def _channel(self, channel: Channel) -> None:
        html(channel_sign(channel), "sign", tag="span")
        with Tag("div", "top-text"):
            Tag("h1", "", channel.name)
            Tag("p", "topic", " · ".join(self._facts(channel)))
        self._people(channel)
        if not self.desk.external and not channel.is_archived:
            self._actions(channel)

    def _facts(self, channel: Channel) -> list[str]:
        facts = ["Private"] if channel.is_private else []
        if channel.is_ext_shared:
            facts.append("Shared with another company")
        if channel.is_archived:
            facts.append("Archived")
        if self.desk.workspace.bot.id not in channel.members:
            facts.append(f"{self.desk.workspace.bot.name} is not in this channel")
        return [*facts, channel.topic] if channel.topic else facts

    def _people(self, channel: Channel) -> None:
        """Show how many people are here; unfolded, who they are."""
        people = [
            person for person in self.desk.workspace.people.values() if person.id in channel.members
        ]
        count = f"{len(people)} members"
        with Tag("details", "menu members"):
            sign = {"role": "button", "aria_label": f"{count}. Show who"}
            html(f"{icon('people')}<span>{len(people)}</span>", tag="summary", **sign)
            entries = "".join(
                markup("li", "actor", who(person, "App" if person.is_bot else person.title))
                for person in people
            )
            html(entries, "menu-items people", tag="ul", aria_label="Members")

    def _actions(self, channel: Channel) -> None:
        desk, member = self.desk, self.desk.member
        bot = desk.workspace.bot

        def act(doing: Callable[[Channel], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
            return lambda: desk.attempt(doing(channel))

        _, items = menu("Channel actions", "⋯", "right")
        with items:
            if bot.id in channel.members:
                menu_item(
                    f"Remove {bot.name}",
                    act(member.removes_bot),
                    about="It can no longer post here",
                )
            else:
                menu_item(
                    f"Add {bot.name}",
                    act(member.invites_bot),
                    about="Invite the app to this channel",
                )
            menu_item(
                "Archive this channel",
                act(member.archives),
                about="Nobody can post here any more",
                danger=True,
            )


def thread_header(place: str, close: Callable[[], None]) -> None:
    with Tag("header", "top"):
        with Tag("div", "top-text"):
            Tag("h2", "", "Thread")
            Tag("p", "topic", place)
        with button(
            "",
            "tool",
            close,
            aria_label="Close the thread",
            title="Close the thread (Esc)",
            data_close="",
        ):
            html(icon("close"), tag="span")
