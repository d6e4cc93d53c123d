"""One browser tab: who acts in it, where they are looking, and what they do. It draws nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import structlog

from bot.demo.member import Member
from bot.demo.page.mrkdwn import Reader
from bot.demo.page.reading import Reading
from bot.demo.page.surface import Choice, Press, Surface
from bot.demo.workspace import Channel, Person, Workspace

log = structlog.get_logger()

HOME = "home"


@dataclass(frozen=True)
class Offers:
    """What the bot's manifest offers in a client: slash commands, and shortcuts in the menu of a message."""

    commands: list[dict[str, str]] = field(default_factory=list)
    shortcuts: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> Offers:
        features = manifest.get("features", {})
        shortcuts = [one for one in features.get("shortcuts", []) if one["type"] == "message"]
        return cls(features.get("slash_commands", []), shortcuts)


class Known:
    """What ids are called for one viewer; a private channel they are not in has no name for them."""

    def __init__(self, workspace: Workspace, viewer: str) -> None:
        self.workspace, self.viewer = workspace, viewer

    def person(self, id: str) -> str:
        person = self.workspace.people.get(id)
        return display_name(person) if person else ""

    def channel(self, id: str) -> str:
        channel = self.workspace.channels.get(id)
        if not channel or channel.is_im or (channel.is_private and self.viewer not in channel.members):
            return ""
        return channel.name


def display_name(person: Person) -> str:
    return person.real_name or person.name


class Desk:
    """The tab's state. `tell` shows a sentence to the person; `changed` redraws what depends on where they look."""

    def __init__(self, workspace: Workspace, offers: Offers, reading: Reading) -> None:
        self.workspace, self.offers, self.reading = workspace, offers, reading
        self.person: Person = self.actors()[0]
        self.place = ""
        self.thread: str | None = None
        self.draft = ""
        self.tell: Callable[[str], None] = lambda sentence: None
        self.changed: Callable[[], None] = lambda: None

    # ---- where ---------------------------------------------------------------------------------------------------

    def look(self, person: str = "", place: str = "", thread: str = "", draft: str = "") -> None:
        """Take a view from an address; what is unknown or hidden from this person falls back to what they have."""
        known = {one.name.lower(): one for one in self.actors()}
        self.person = known.get(person.lower(), self.person)
        places = [HOME, *(self.place_of(one) for one in self.channels())]
        self.place = place if place in places else (self.place if self.place in places else places[1])
        self.thread = thread or None
        self.draft = draft

    def address(self, *, person: str = "", place: str = "", thread: str | None = None) -> str:
        asked = {"as": person or self.person.name, "in": place or self.place}
        return "/?" + urlencode(asked | ({"thread": thread} if thread else {}))

    def actors(self) -> list[Person]:
        """Everyone one can act as: people, not bots."""
        return [one for one in self.workspace.people.values() if not one.is_bot]

    @property
    def external(self) -> bool:
        return self.person.team_id != self.workspace.bot.team_id

    def channels(self) -> list[Channel]:
        """The channels this person is in, then their direct messages with the bot; other companies have none."""
        mine = [
            one for one in self.workspace.channels.values() if not one.is_im and self.person.id in one.members
        ]  # fmt: skip
        return mine if self.external else [*mine, self.workspace.direct(self.person.id)]

    def place_of(self, channel: Channel) -> str:
        """A channel's word in the address."""
        return self.workspace.bot.name if channel.is_im else channel.name

    @property
    def channel(self) -> Channel | None:
        """The channel on screen; none on the bot's Home."""
        return next((one for one in self.channels() if self.place_of(one) == self.place), None)

    # ---- for drawing ---------------------------------------------------------------------------------------------

    @property
    def member(self) -> Member:
        return Member(self.workspace, self.person)

    def reader(self) -> Reader:
        names = Known(self.workspace, self.person.id)
        return Reader(self.person.id, names, self.person.time_zone, self.workspace.clock())

    def surface(self, press: Press) -> Surface:
        people = [
            Choice(one.id, display_name(one), one.title)
            for one in self.workspace.people.values()
            if not one.deleted and one.id != self.workspace.bot.id
        ]
        channels = [Choice(one.id, f"#{one.name}") for one in self.channels() if not one.is_im]
        return Surface(self.reader(), press, people, channels)

    # ---- acts ----------------------------------------------------------------------------------------------------

    async def attempt(self, act: Awaitable[Any]) -> Any:
        """Do something; what goes wrong is told in words, and the trace goes to the log."""
        try:
            return await act
        except Exception as error:
            log.exception("the demo page could not do that")
            self.tell(f"That did not work: {error or type(error).__name__}")
            return None
