"""Requests: what happened in Slack, in the form in which handlers get it.

A request has typed fields with our own names, and the time of its arrival. Only the fields of
forms, messages and events are still as Slack names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from models.acts import Act
from models.rules import Person
from models.tables.timer import Timer


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, as Slack knows it now.

    `is_known` is False if Slack did not describe it: we may not see it, or no answer came in time.
    `is_closed` is True if Slack answered that we may not see it. The record keeps only the id; the
    name is for texts in which Slack shows no names, such as files and errors of forms.
    """

    id: str
    is_known: bool = True
    is_direct: bool = False
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False
    is_closed: bool = False
    bot_is_member: bool = False
    name: str = ""


# A form's state as Slack sends it: {block_id: {action_id: {"type": …, "value": …}}}.
FormState = Mapping[str, Mapping[str, Mapping[str, Any]]]


class NotYetKnown(Exception):
    """Raised by a handler that needs a person, channel or member list that is not loaded.

    Dispatch fetches it and runs the handler again.
    """

    def __init__(
        self,
        people: Iterable[str] = (),
        places: Iterable[str] = (),
        rooms: Iterable[str] = (),
        anew: Iterable[str] = (),
        member: str = "",
    ) -> None:
        super().__init__("people or places to look up first")
        self.people = tuple(people)
        self.places = tuple(places)
        self.rooms = tuple(rooms)
        # Places that Slack is asked about again, although an answer is cached.
        self.anew = tuple(anew)
        # The only person whose membership in these rooms matters; empty if all members matter.
        self.member = member


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Facts looked up in Slack for this request, each by its Slack id.

    `rooms` has the members of conversations. `anew` has the conversations about which Slack was
    asked again although an answer was cached. `shared` has, by person, the channels that both the
    person and the bot are in. Members or channels are None if Slack did not name them.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    rooms: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    anew: frozenset[str] = frozenset()
    shared: Mapping[str, frozenset[str] | None] = field(default_factory=dict)


def _nobody(person: str) -> Person | None:
    return None


def _nowhere(channel: str) -> Place | None:
    return None


def _no_room(channel: str) -> frozenset[str] | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A workspace and a moment, with look-ups in Slack.

    A look-up raises NotYetKnown if Slack has to be asked first. `find_person`, `find_place` and
    `find_room` return what is cached; they ask nobody.
    """

    workspace: str
    at: datetime
    looked_up: LookedUp = field(default_factory=LookedUp)
    find_person: Callable[[str], Person | None] = _nobody
    find_place: Callable[[str], Place | None] = _nowhere
    find_room: Callable[[str], frozenset[str] | None] = _no_room

    def look_up(self, *ids: str) -> list[Person]:
        """Return these people as Slack knows them now, in this order.

        The standing of a person is UNKNOWN if Slack did not say it.
        """
        found = {id: self.looked_up.people.get(id) or self.find_person(id) for id in ids}
        missing = [id for id, person in found.items() if person is None]
        if missing:
            raise NotYetKnown(people=missing)
        return [person for id in ids if (person := found[id])]

    def look_at(self, channel: str) -> Place:
        """Return this conversation as Slack knows it now."""
        return self.look_at_all([channel])[channel]

    def look_at_all(self, channels: Iterable[str]) -> dict[str, Place]:
        """Return these conversations as Slack knows them now, all asked for at once."""
        found = {channel: self.place_of(channel) for channel in channels}
        missing = [channel for channel, place in found.items() if place is None]
        if missing:
            raise NotYetKnown(places=missing)
        return {channel: place for channel, place in found.items() if place}

    def place_of(self, channel: str) -> Place | None:
        """Return this conversation if it is loaded already; None if not."""
        return self.looked_up.places.get(channel) or self.find_place(channel)

    def look_at_anew(self, channels: Iterable[str]) -> dict[str, Place]:
        """Return these conversations after asking Slack again, although an answer may be cached.

        If Slack is silent, or was asked too often, the cached answer counts (`bot/people.py`).
        """
        asked = list(channels)
        missing = [channel for channel in asked if channel not in self.looked_up.anew]
        if missing:
            raise NotYetKnown(anew=missing)
        return self.look_at_all(asked)

    def is_known_member(self, person: str, channel: str) -> bool:
        """Return True if loaded facts say that this person is in this conversation.

        False means only that they do not say so: Slack is not asked.
        """
        members = self.looked_up.rooms.get(channel) or self.find_room(channel)
        if members is not None and person in members:
            return True
        return channel in (self.looked_up.shared.get(person) or ())

    def look_in(self, channel: str) -> frozenset[str] | None:
        """Return the members of this conversation now; None if Slack did not name them."""
        return self.look_in_all([channel])[channel]

    def look_in_all(self, channels: Iterable[str]) -> dict[str, frozenset[str] | None]:
        """Return the members of these conversations now, all asked for at once."""
        # An empty room is an empty set, which counts as false: with `or`, it would be looked up
        # again.
        loaded = self.looked_up.rooms
        rooms = {
            channel: loaded[channel] if channel in loaded else self.find_room(channel)
            for channel in channels
        }
        missing = [
            channel
            for channel, members in rooms.items()
            if members is None and channel not in loaded
        ]
        if missing:
            raise NotYetKnown(rooms=missing)
        return rooms

    def are_in(self, person: str, channels: Iterable[str]) -> dict[str, bool | None]:
        """Return, by channel, whether this person is in it; None if Slack did not say."""
        asked = list(channels)
        if person in self.looked_up.shared:
            shared = self.looked_up.shared[person]
            return {channel: None if shared is None else channel in shared for channel in asked}
        try:
            rooms = self.look_in_all(asked)
        except NotYetKnown as ask:
            raise NotYetKnown(rooms=ask.rooms, member=person) from None
        return {id: None if room is None else person in room for id, room in rooms.items()}

    def prepare(
        self,
        places: Iterable[str] = (),
        rooms: Iterable[str] = (),
        people: Iterable[str] = (),
        member: str = "",
    ) -> None:
        """Raise NotYetKnown with all that is not loaded of this, so that one look-up fetches it.

        Pass `member` if only that person's membership in the rooms matters: then one call to Slack
        can answer for many rooms.
        """
        new_places = [channel for channel in places if self.place_of(channel) is None]
        new_rooms = [
            channel
            for channel in rooms
            if member not in self.looked_up.shared
            and channel not in self.looked_up.rooms
            and self.find_room(channel) is None
        ]
        new_people = [
            id for id in people if (self.looked_up.people.get(id) or self.find_person(id)) is None
        ]
        if new_places or new_rooms or new_people:
            raise NotYetKnown(new_people, new_places, new_rooms, member=member)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Asking):
    """An act of a person, or an event.

    `user` is the person's id in Slack; empty for an event that names nobody. `home` is what their
    Home remembers, if the act came from there. `trigger` is Slack's id of this act; events and
    forms have none.
    """

    bot_user: str
    user: str
    home: str | None = None
    trigger: str = ""

    @property
    def sign(self) -> str:
        """Return the id by which this act is recognised if it arrives again."""
        return self.trigger

    @property
    def person(self) -> Person:
        """Return the person who acts, as Slack knows them now; looked up only if this is read."""
        return self.look_up(self.user)[0]

    @property
    def act(self) -> Act:
        """Return the person and the moment, as the verbs take them."""
        return Act(self.person, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInPlace(Request):
    """An act in a conversation; `is_group` is True if Slack calls it a group's direct messages."""

    channel: str
    is_group: bool = False

    @property
    def place(self) -> Place:
        """Return the conversation as Slack knows it now."""
        return self.look_at(self.channel)

    def is_known_member(self, person: str, channel: str) -> bool:
        # A person who acts in a conversation is in it.
        here = person == self.user and channel == self.channel
        return here or Asking.is_known_member(self, person, channel)

    def place_of(self, channel: str) -> Place | None:
        place = Asking.place_of(self, channel)
        # No bot is in direct messages of a group, so Slack answers that we may not see them.
        if place and place.is_closed and self.is_group and channel == self.channel:
            return replace(place, is_direct=True)
        return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Asking):
    """A timer that has come due. No person acts."""

    timer: Timer

    @property
    def act(self) -> Act:
        """Return what the record keeps of the timer's act."""
        return Act(None, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(RequestInPlace):
    """A slash command, `/tradeoff …` or `/accept …`.

    `text` is what was typed after the command, as Slack escaped it. `public_url` is where browsers
    reach this process; empty if it is not known.
    """

    name: str
    text: str
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(Request):
    """A click on a button or a menu, in a message, in Home or in an open form.

    In an open form, `callback`, `metadata` and `state` are those of the form as filled in so far.
    """

    action: str
    value: str
    callback: str = ""
    metadata: str = ""
    state: FormState = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Request):
    """A submitted form. `id` is the same when the same open form is submitted twice.

    `labels` has the name of each input by its block's id, in the order of the form.
    """

    id: str
    callback: str
    metadata: str
    state: FormState
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def sign(self) -> str:
        return f"{self.id} {self.callback}"

    @property
    def first_input(self) -> str | None:
        """Return the block under which a sentence about the whole form can be shown, if any."""
        return next(iter(self.labels), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut(RequestInPlace):
    """A message shortcut: the message as Slack sends it, its author and its permalink."""

    callback: str
    author: str | None
    message: Mapping[str, Any]
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Request):
    """An event of Slack, such as a mention or a new member: its type, and its fields as sent."""

    type: str
    body: Mapping[str, Any]
