"""What happened in Slack, as our handlers see it: typed, checked, stamped with a time, free of Slack's spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.acts import Act
from models.rules import Person
from models.tables.timer import Timer


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, as Slack knows it now. `known` is false when Slack did not say: we are not in it, or no answer in time.

    `is_closed` is true when Slack did answer: the conversation is not for us. Its `name` is for pages outside Slack; the record keeps ids.
    """

    id: str
    known: bool = True
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
    """A handler needs people, places or who is in a place, not looked up so far: dispatch looks, and runs the handler again."""

    def __init__(
        self, people: Iterable[str] = (), places: Iterable[str] = (), rooms: Iterable[str] = ()
    ) -> None:
        super().__init__("people or places to look up first")
        self.people = tuple(people)
        self.places = tuple(places)
        self.rooms = tuple(rooms)


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up in Slack: people and conversations by id, and who is in a conversation (None: Slack did not say)."""

    people: Mapping[str, Person] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    rooms: Mapping[str, frozenset[str] | None] = field(default_factory=dict)


def _nobody(person: str) -> Person | None:
    return None


def _nowhere(channel: str) -> Place | None:
    return None


def _no_room(channel: str) -> frozenset[str] | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """In which workspace, when. `find_person`, `find_place` and `find_room` give what is known already, and never wait."""

    workspace: str
    at: datetime
    known: Known = field(default_factory=Known)
    find_person: Callable[[str], Person | None] = _nobody
    find_place: Callable[[str], Place | None] = _nowhere
    find_room: Callable[[str], frozenset[str] | None] = _no_room

    def look_up(self, *ids: str) -> list[Person]:
        """These people as Slack knows them now, in this order; standing UNKNOWN where Slack did not say."""
        known = {one: self.known.people.get(one) or self.find_person(one) for one in ids}
        missing = [one for one, person in known.items() if person is None]
        if missing:
            raise NotYetKnown(people=missing)
        return [person for one in ids if (person := known[one])]

    def look_at(self, channel: str) -> Place:
        """This conversation as Slack knows it now."""
        return self.look_at_all([channel])[channel]

    def look_at_all(self, channels: Iterable[str]) -> dict[str, Place]:
        """These conversations as Slack knows them now, all asked for at once."""
        known = {one: self.place_of(one) for one in channels}
        missing = [one for one, place in known.items() if place is None]
        if missing:
            raise NotYetKnown(places=missing)
        return {one: place for one, place in known.items() if place}

    def place_of(self, channel: str) -> Place | None:
        """This conversation, where it is known already."""
        return self.known.places.get(channel) or self.find_place(channel)

    def look_in(self, channel: str) -> frozenset[str] | None:
        """Who is in this conversation now; None where Slack did not say."""
        return self.look_in_all([channel])[channel]

    def look_in_all(self, channels: Iterable[str]) -> dict[str, frozenset[str] | None]:
        """Who is in these conversations now, all asked for at once."""
        # A room that Slack says is empty is known, and an empty set is false: so no `or` here.
        known = self.known.rooms
        rooms = {
            channel: known[channel] if channel in known else self.find_room(channel)
            for channel in channels
        }
        missing = [
            one for one, members in rooms.items() if members is None and one not in self.known.rooms
        ]
        if missing:
            raise NotYetKnown(rooms=missing)
        return rooms

    def prepare(self, places: Iterable[str] = (), rooms: Iterable[str] = ()) -> None:
        """Ask for all of these at once, where they would else be asked for one after the other."""
        new_places = [one for one in places if self.place_of(one) is None]
        new_rooms = [
            one for one in rooms if one not in self.known.rooms and self.find_room(one) is None
        ]
        if new_places or new_rooms:
            raise NotYetKnown(places=new_places, rooms=new_rooms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Asking):
    """Who did it. `place` is the conversation it happened in, if it happened in one; `home` what their Home remembers, if it came from there."""

    bot_user: str
    person: Person
    place: Place | None = None
    home: str | None = None

    @property
    def act(self) -> Act:
        """Return who acts and when, as the verbs take it."""
        return Act(self.person, self.at)

    def place_of(self, channel: str) -> Place | None:
        if self.place and self.place.id == channel:
            return self.place
        return Asking.place_of(self, channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Asking):
    """A timer has come due: time itself acts."""

    timer: Timer

    @property
    def act(self) -> Act:
        """Return what the record keeps of it."""
        return Act(None, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Request):
    """`/tradeoff …` or `/accept …`. `text` is what was typed after the command, as Slack escaped it.

    `public_url` is where browsers reach this process; empty where nobody has said it.
    """

    name: str
    text: str
    place: Place
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(Request):
    """A button or a menu, in a message or in an open form; for a form, `callback`, `metadata` and what it holds so far."""

    action: str
    value: str
    callback: str = ""
    metadata: str = ""
    state: FormState = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Request):
    """A submitted form. `id` is the same when the same open form is submitted twice."""

    id: str
    callback: str
    metadata: str
    state: FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut(Request):
    """A message shortcut: which message it was used on, who wrote it, what it says, and where it stands (a permalink)."""

    callback: str
    place: Place
    author: str | None
    text: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Request):
    """Something Slack tells us that nobody typed: its type and its own fields."""

    type: str
    body: Mapping[str, Any]
