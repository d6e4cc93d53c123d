"""Left column: the person who acts, their channels, and the bot's app, with unread marks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.demo.page.desk import HOME, Desk, display_name
from bot.demo.page.dom import Tag, html, icon, markup
from bot.demo.page.mrkdwn import escaped_html
from bot.demo.slack.workspace import Channel, Person

Go = Callable[[str], None]


class Sidebar:
    """Left column, drawn anew for another person, or if channels or people have changed.

    Counts and the mark of the current place change without that: an open menu stays open, and
    opening a channel costs little.
    """

    def __init__(self, desk: Desk, go: Go) -> None:
        self.desk = desk
        self.go = go
        self.drawn: object = None
        self.counts: dict[str, tuple[Tag, Tag]] = {}
        self.actors: dict[str, Tag] = {}
        self.root = Tag("aside", "sidebar", aria_label="Workspace")

    def refresh(self) -> None:
        desk = self.desk
        channels = [
            (channel.id, channel.name, channel.is_archived, channel.is_private)
            for channel in desk.channels()
        ]
        looks = (desk.person.id, channels, [actor.id for actor in desk.actors()])
        if looks != self.drawn:
            self.drawn = looks
            self._draw()
        for channel in desk.channels():
            here = desk.place in (desk.place_of(channel), HOME if channel.is_im else "")
            self.counts[channel.id][0].set("aria-current", "page" if here else None)
            if here:
                self._count(channel.id, 0)
            else:
                self._count_channel(channel)
        for name, link in self.actors.items():
            link.set("href", desk.address(person=name))
        waiting = {actor.id: self._waiting(actor) for actor in desk.actors()}
        for id, count in waiting.items():
            self._count(id, count)
        self.dot.set_visibility(any(count for id, count in waiting.items() if id != desk.person.id))

    def _draw(self) -> None:
        self.root.clear()
        self.counts.clear()
        self.actors.clear()
        with self.root:
            self._switcher()
            with Tag("nav", "places", aria_label="Channels and apps"):
                self._channels()
                if not self.desk.external:
                    self._app()

    def _count_channel(self, channel: Channel) -> None:
        """Make a channel with news bold; show a number only for mentions and direct messages."""
        me, reading = self.desk.person.id, self.desk.reading
        unread = reading.unread(me, channel.id)
        self._count(channel.id, unread)
        is_quiet = unread and not channel.is_im and not reading.mentions(me, channel.id)
        badge = self.counts[channel.id][1]
        badge.classes(add="quiet") if is_quiet else badge.classes(remove="quiet")

    def _count(self, key: str, count: int) -> None:
        entry, tag = self.counts[key]
        tag.set_text("9+" if count > 9 else str(count))
        tag.set("aria-label", f"{count} unread")
        tag.set_visibility(count > 0)
        entry.classes(add="unread") if count else entry.classes(remove="unread")

    def _waiting(self, person: Person) -> int:
        """Count unread direct messages from the bot: they show whose turn it is."""
        if person.team_id != self.desk.workspace.bot.team_id:
            return 0
        return self.desk.reading.unread(person.id, self.desk.workspace.direct(person.id).id)

    def _switcher(self) -> None:
        me = self.desk.person
        with Tag("details", "menu switcher"):
            with Tag(
                "summary",
                "",
                aria_label=f"You are {display_name(me)}, {me.title}. Act as someone else",
                role="button",
            ):
                html(avatar(me), "avatar-box")
                with Tag("span", "who"):
                    Tag("small", "", "You are")
                    Tag("strong", "", display_name(me))
                    Tag("span", "title", me.title)
                Tag("span", "turn", "Switch")
                self.dot = Tag(
                    "span", "dot", role="img", aria_label="Someone else has unread messages"
                )
            with Tag("div", "menu-items people", role="menu", aria_label="Act as"):
                for actor in self.desk.actors():
                    self._actor(actor)

    def _actor(self, person: Person) -> None:
        current = "true" if person is self.desk.person else None
        attributes = {"role": "menuitem", "tabindex": "-1", "aria_current": current}
        with Tag("a", "menu-item actor", href="/", **attributes) as link:
            html(who(person, person.title), "actor-face", tag="span")
            self.counts[person.id] = link, Tag("span", "count")
        self.actors[person.name] = link
        follow(link, lambda: self.go(self.desk.address(person=person.name)))

    def _channels(self) -> None:
        Tag("h2", "", "Channels")
        with Tag("ul", ""):
            for channel in self.desk.channels():
                if not channel.is_im:
                    self._place(channel, channel_sign(channel))

    def _app(self) -> None:
        Tag("h2", "", "Apps")
        with Tag("ul", ""):
            self._place(self.desk.workspace.direct(self.desk.person.id), icon("app"))

    def _place(self, channel: Channel, sign: str) -> None:
        place = self.desk.place_of(channel)
        address = self.desk.address(place=place)
        with Tag("li"), Tag("a", "place", href=address) as link:
            html(sign, "sign", tag="span")
            Tag("span", "name", place + (" (archived)" if channel.is_archived else ""))
            self.counts[channel.id] = link, Tag("span", "count")
        follow(link, partial(self.go, address))


def who(person: Person, about: str) -> str:
    """Write a person's letter, name and a word about them."""
    words = markup("strong", "", escaped_html(display_name(person)))
    words += markup("span", "title", escaped_html(about))
    return markup("span", "avatar-box", avatar(person)) + markup("span", "who", words)


def avatar(person: Person) -> str:
    """Draw a person's letter on their colour; the bot gets its sign."""
    if person.is_bot:
        return f'<span class="avatar app" aria-hidden="true">{icon("app")}</span>'
    letter = escaped_html(display_name(person)[:1].upper())
    return (
        f'<span class="avatar" style="--hue: {escaped_html(person.color)}" '
        f'aria-hidden="true">{letter}</span>'
    )


def channel_sign(channel: Channel) -> str:
    if channel.is_private:
        return icon("lock")
    return icon("shared" if channel.is_ext_shared else "hash")


def follow(link: Tag, go: Callable[[], None]) -> None:
    """Let a click call `go`; with a modifier key, the browser opens the link's address itself."""
    script = (
        "(e) => { if (!e.metaKey && !e.ctrlKey && !e.shiftKey) { e.preventDefault(); emit() } }"
    )
    link.on("click", lambda: go(), js_handler=script)
