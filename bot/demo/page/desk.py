"""One browser tab: who acts in it, what they see, and what they do. It draws nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import structlog

from bot.demo.page.mrkdwn import Reader
from bot.demo.page.progress import Progress
from bot.demo.page.reading import Reading
from bot.demo.page.surface import Block, Choice, Surface
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.elements import FIELDS, inputs, state_of
from bot.demo.slack.member import Member
from bot.demo.slack.workspace import Channel, Message, Person, View, Workspace

log = structlog.get_logger()

HOME = "home"
# Slack's own commands that the page carries out, if they name the bot.
OWN_COMMANDS = ("/invite", "/remove")
NO_ANSWER = "The app did not answer. Try again."


@dataclass(frozen=True)
class Offers:
    """Parts of the bot's manifest that a client shows: slash commands, message shortcuts, tabs."""

    commands: list[dict[str, str]] = field(default_factory=list)
    shortcuts: list[dict[str, str]] = field(default_factory=list)
    home: bool = True
    read_only: bool = False

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> Offers:
        features = manifest.get("features", {})
        shortcuts = [
            shortcut for shortcut in features.get("shortcuts", []) if shortcut["type"] == "message"
        ]
        tabs = features.get("app_home", {})
        return cls(
            features.get("slash_commands", []),
            shortcuts,
            home=tabs.get("home_tab_enabled", True),
            read_only=tabs.get("messages_tab_read_only_enabled", False),
        )


class ViewerNames:
    """Names of ids for one viewer; a private channel that they are not in has no name for them."""

    def __init__(self, workspace: Workspace, viewer: str) -> None:
        self.workspace = workspace
        self.viewer = viewer

    def person(self, id: str) -> str:
        person = self.workspace.people.get(id)
        return display_name(person) if person else ""

    def channel(self, id: str) -> str:
        channel = self.workspace.channels.get(id)
        if (
            not channel
            or channel.is_im
            or (channel.is_private and self.viewer not in channel.members)
        ):
            return ""
        return channel.name


def display_name(person: Person) -> str:
    return person.real_name or person.name


class Desk:
    """State of the tab. `tell` shows a sentence to the person."""

    def __init__(
        self, delivery: Delivery, offers: Offers, reading: Reading, progress: Progress
    ) -> None:
        self.delivery = delivery
        self.workspace = delivery.workspace
        self.offers = offers
        self.reading = reading
        self.progress = progress
        self.person: Person = self.actors()[0]
        self.place = ""
        self.thread: str | None = None
        self.draft = ""
        self.tell: Callable[[str], None] = lambda sentence: None

    # ---- where -----------------------------------------------------------------------------------

    def look(self, person: str = "", place: str = "", thread: str = "", draft: str = "") -> None:
        """Take a view from an address.

        An unknown person, or a place that the person does not see, leaves the tab where it is.
        """
        by_name = {person.name.lower(): person for person in self.actors()}
        self.person = by_name.get(person.lower(), self.person)
        places = [HOME, *(self.place_of(channel) for channel in self.channels())]
        self.place = next(name for name in (place, self.place, places[1]) if name in places)
        self.thread = thread or None
        self.draft = draft

    def address(self, *, person: str = "", place: str = "", thread: str | None = None) -> str:
        query = {"as": person or self.person.name, "in": place or self.place}
        return "/?" + urlencode(query | ({"thread": thread} if thread else {}))

    def actors(self) -> list[Person]:
        """Return everyone that the visitor can act as: people whose account is open, not bots."""
        return [
            person
            for person in self.workspace.people.values()
            if not person.is_bot and not person.deleted
        ]

    @property
    def external(self) -> bool:
        return self.person.team_id != self.workspace.bot.team_id

    def channels(self) -> list[Channel]:
        """Return the channels this person is in, then their direct messages with the bot.

        People of other companies have no direct messages with it.
        """
        mine = [
            channel
            for channel in self.workspace.channels.values()
            if not channel.is_im and self.person.id in channel.members
        ]
        return mine if self.external else [*mine, self.workspace.direct(self.person.id)]

    def place_of(self, channel: Channel) -> str:
        """Return a channel's word in the address."""
        return self.workspace.bot.name if channel.is_im else channel.name

    @property
    def channel(self) -> Channel | None:
        """Channel on screen; None on the bot's Home."""
        return next(
            (channel for channel in self.channels() if self.place_of(channel) == self.place), None
        )

    # ---- for drawing -----------------------------------------------------------------------------

    def reader(self) -> Reader:
        names = ViewerNames(self.workspace, self.person.id)
        return Reader(self.person.id, names, self.person.time_zone, self.workspace.clock())

    def surface(self) -> Surface:
        people = [
            Choice(person.id, display_name(person), person.title)
            for person in self.workspace.people.values()
            if not person.deleted and person.id != self.workspace.bot.id
        ]
        channels = [
            Choice(channel.id, f"#{channel.name}")
            for channel in self.channels()
            if not channel.is_im
        ]
        return Surface(self.reader(), people, channels)

    # ---- acts ------------------------------------------------------------------------------------

    @property
    def member(self) -> Member:
        return Member(self.delivery, self.person)

    async def attempt(self, act: Awaitable[Any]) -> Any:
        """Do something; say in words what goes wrong, and write the trace to the log."""
        try:
            return await act
        except Exception as error:
            log.exception("the demo page could not do that")
            self.tell(f"That did not work: {error or type(error).__name__}")
            return None

    async def say(self, channel: Channel, text: str, thread: str | None, also: bool) -> bool:
        """Post a message or run a command.

        Return False if it was not taken, so that no words are lost.
        """
        return bool(await self.attempt(self._say(channel, text.strip(), thread, also)))

    async def _say(self, channel: Channel, text: str, thread: str | None, also: bool) -> bool:
        member = self.member
        if text.startswith("/") and not thread:
            self.progress.did(self.person.name, typed=text)
            command, _, rest = text.partition(" ")
            for_the_bot = rest.strip().lstrip("@") == self.workspace.bot.name and not channel.is_im
            if command in OWN_COMMANDS and for_the_bot and not self.external:
                await (
                    member.invites_bot(channel)
                    if command == "/invite"
                    else member.removes_bot(channel)
                )
            else:
                await member.types(channel, text)
            return True
        message = await member.says(channel, text, thread)
        if thread and also:
            message.reply_broadcast = True
            self.workspace.changed()
        return True

    async def press(self, where: Message | View, block_id: str, element: Block, value: Any) -> None:
        """Press or pick an element.

        An entry of an overflow menu is sent as the whole option, as Slack does.
        """
        if element["type"] == "overflow":
            value = next(option for option in element["options"] if option["value"] == value)
        if isinstance(where, Message) and element["type"] == "button":
            self.progress.did(self.person.name, pressed=element["text"]["text"])
        if isinstance(where, View) and element["type"] in FIELDS:
            where.values[block_id][element["action_id"]] = state_of(element, value)
        answer = await self.attempt(self.member.press_element(where, block_id, element, value))
        if isinstance(where, View) and answer and answer.status != 200:
            self.tell(NO_ANSWER)

    async def shortcut(self, message: Message, callback_id: str) -> None:
        answer = await self.attempt(self.member.shortcut(message, callback_id))
        if answer and answer.status != 200:
            self.tell(NO_ANSWER)

    async def submit(self, view: View, values: dict[tuple[str, str], Any]) -> dict[str, str] | None:
        """Send the top form as it is filled in, and return the errors by block id.

        The key "" is for the form as a whole. Return None if the form could not be sent.
        """
        self.fill(view, values)
        errors: dict[str, str] | None = await self.attempt(self.member.submit_view(view))
        if errors == {} and not self.workspace.modals(self.person.id):
            self.progress.sent_last_form(self.person.name, view.view["title"]["text"])
            self.workspace.changed()
        return errors

    def fill(self, view: View, values: dict[tuple[str, str], Any]) -> None:
        for block, element in inputs(view.view["blocks"]):
            key = (block["block_id"], element["action_id"])
            if key in values:
                view.values[key[0]][key[1]] = state_of(element, values[key])
