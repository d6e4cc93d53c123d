"""The left column: who I am, my channels, the bot's app; unread marks on all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.demo.page.desk import HOME, Desk, display_name
from bot.demo.page.dom import Tag, html, icon
from bot.demo.page.mrkdwn import escaped
from bot.demo.workspace import Channel, Person

Go = Callable[[str], None]


class Sidebar:
    """Redrawn only when something in it is different."""

    def __init__(self, desk: Desk, go: Go) -> None:
        self.desk, self.go = desk, go
        self.drawn: object = None
        self.root = Tag("aside", "sidebar", aria_label="Workspace")

    def refresh(self) -> None:
        desk = self.desk
        unread = {one.id: desk.reading.unread(desk.person.id, one.id) for one in desk.channels()}
        waiting = {one.id: self._waiting(one) for one in desk.actors()}
        channels = [(one.id, one.name, one.is_archived, one.is_private) for one in desk.channels()]
        wanted = (desk.person.id, desk.place, unread, waiting, channels)
        if wanted == self.drawn:
            return
        self.drawn = wanted
        self.root.clear()
        with self.root:
            self._switcher(waiting)
            with Tag("nav", "places", aria_label="Channels and apps"):
                self._channels(unread)
                if not desk.external:
                    self._app(unread)

    def _waiting(self, person: Person) -> int:
        """Unread direct messages from the bot: whose turn it is."""
        if person.team_id != self.desk.workspace.bot.team_id:
            return 0
        return self.desk.reading.unread(person.id, self.desk.workspace.direct(person.id).id)

    def _switcher(self, waiting: dict[str, int]) -> None:
        me = self.desk.person
        others = sum(count for id, count in waiting.items() if id != me.id)
        with Tag("details", "menu switcher"):
            with Tag(
                "summary", "", aria_label=f"You are {display_name(me)}, {me.title}. Act as someone else", role="button"
            ):
                html(avatar(me), "avatar-box")
                with Tag("span", "who"):
                    Tag("small", "", "You are")
                    Tag("strong", "", display_name(me))
                    Tag("span", "title", me.title)
                Tag("span", "turn", "Switch")
                if others:
                    Tag("span", "dot", aria_label="Someone else has unread messages")
            with Tag("div", "menu-items people", role="menu", aria_label="Act as"):
                for one in self.desk.actors():
                    self._actor(one, waiting[one.id])

    def _actor(self, person: Person, waiting: int) -> None:
        current = "true" if person is self.desk.person else None
        address = self.desk.address(person=person.name)
        with Tag("a", "menu-item actor", href=address, role="menuitem", tabindex="-1", aria_current=current) as link:
            html(avatar(person), "avatar-box")
            with Tag("span", "who"):
                Tag("strong", "", display_name(person))
                Tag("span", "title", person.title)
            if waiting:
                _count(waiting)
        follow(link, partial(self.go, address))

    def _channels(self, unread: dict[str, int]) -> None:
        Tag("h2", "", "Channels")
        with Tag("ul", ""):
            for channel in self.desk.channels():
                if not channel.is_im:
                    self._place(
                        channel.name, channel.name, channel_sign(channel), unread[channel.id], channel.is_archived
                    )

    def _app(self, unread: dict[str, int]) -> None:
        bot = self.desk.workspace.bot
        Tag("h2", "", "Apps")
        with Tag("ul", ""):
            count = unread[self.desk.workspace.direct(self.desk.person.id).id]
            self._place(bot.name, bot.name, icon("app"), count, current=self.desk.place in (bot.name, HOME))

    def _place(
        self, place: str, name: str, sign: str, unread: int, archived: bool = False, current: bool = False
    ) -> None:
        current = current or place == self.desk.place
        address = self.desk.address(place=place)
        css = "place unread" if unread and not current else "place"
        with Tag("li"), Tag("a", css, href=address, aria_current="page" if current else None) as link:
            html(sign, "sign", tag="span")
            Tag("span", "name", name + (" (archived)" if archived else ""))
            if unread and not current:
                _count(unread)
        follow(link, partial(self.go, address))


def _count(count: int) -> None:
    Tag("span", "count", "9+" if count > 9 else str(count), aria_label=f"{count} unread")


def avatar(person: Person) -> str:
    """A person's letter on their colour; the bot gets its sign."""
    if person.is_bot:
        return f'<span class="avatar app" aria-hidden="true">{icon("app")}</span>'
    letter = escaped(display_name(person)[:1].upper())
    return f'<span class="avatar" style="--hue: {escaped(person.color)}" aria-hidden="true">{letter}</span>'


def channel_sign(channel: Channel) -> str:
    return icon("lock" if channel.is_private else "shared" if channel.is_ext_shared else "hash")


def follow(link: Tag, go: Callable[[], None]) -> None:
    """Go there within the page; with a modifier key the browser opens the address itself."""
    script = "(e) => { if (!e.metaKey && !e.ctrlKey && !e.shiftKey) { e.preventDefault(); emit() } }"
    link.on("click", lambda: go(), js_handler=script)
