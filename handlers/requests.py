"""What happened in Slack, as our handlers see it: typed, checked, stamped with a time, free of Slack's spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.rules import Person


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, as Slack knows it now. `known` is false when Slack did not say: we are not in it, or no answer in time."""

    id: str
    known: bool = True
    is_direct: bool = False
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False
    bot_is_member: bool = False


# A form's state as Slack sends it: {block_id: {action_id: {"type": …, "value": …}}}.
FormState = Mapping[str, Mapping[str, Mapping[str, Any]]]


class NotYetKnown(Exception):
    """A handler needs people or places that dispatch has not looked up: it looks, and runs the handler again."""

    def __init__(self, people: Iterable[str] = (), places: Iterable[str] = ()) -> None:
        super().__init__("people or places to look up first")
        self.people = tuple(people)
        self.places = tuple(places)


def _nobody(person: str) -> Person | None:
    return None


def _nowhere(channel: str) -> Place | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who did it, in which workspace, when. `place` is the conversation it happened in, if it happened in one.

    `find_person` and `find_place` give what is known already, and never wait.
    """

    workspace: str
    bot_user: str
    person: Person
    at: datetime
    place: Place | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    find_person: Callable[[str], Person | None] = _nobody
    find_place: Callable[[str], Place | None] = _nowhere

    def look_up(self, *ids: str) -> list[Person]:
        """These people as Slack knows them now, in this order; standing UNKNOWN where Slack did not say."""
        known = {one: self.people.get(one) or self.find_person(one) for one in ids}
        missing = [one for one, person in known.items() if person is None]
        if missing:
            raise NotYetKnown(people=missing)
        return [person for one in ids if (person := known[one])]

    def look_at(self, channel: str) -> Place:
        """This conversation as Slack knows it now."""
        if self.place and self.place.id == channel:
            return self.place
        place = self.places.get(channel) or self.find_place(channel)
        if place is None:
            raise NotYetKnown(places=[channel])
        return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Request):
    """`/tradeoff …` or `/accept …`. `text` is what was typed after the command, as Slack escaped it."""

    name: str
    text: str
    place: Place


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
    """A message shortcut: which message it was used on, who wrote it, and what it says."""

    callback: str
    place: Place
    message_ts: str
    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Request):
    """Something Slack tells us that nobody typed: its type and its own fields."""

    type: str
    body: Mapping[str, Any]
