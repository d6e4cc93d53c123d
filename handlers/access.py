"""Access: the one rule that says who may read a channel.

Everybody who is in a channel may read it. Every full member may also read public channels. If Slack
does not say whether a person may read a channel, nothing of it is shown to them. See
docs/reference/behaviour.md, Rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import Enum, auto

from handlers.requests import Asking, Command, Place, Request, Shortcut
from models.mrkdwn import with_entities
from models.refusals.place import BotNotHere, ChannelArchived, NotATeamChannel, PlaceNotKnownNow
from models.refusals.refused import NotFound
from models.rules import Person, Standing
from models.tables.decision import Decision


class SlackDidNotSay(Exception):
    """Raised if Slack does not say who may read a channel, so that a message has to wait."""


class Sight(Enum):
    """Answer to the question whether somebody may read a channel."""

    YES = auto()
    NO = auto()
    UNSAID = auto()


def sights(
    asking: Asking, person: Person, channels: Iterable[str], *, anew: bool = False
) -> dict[str, Sight]:
    """Return whether this person may read each of these channels.

    If `anew` is True, Slack is asked once more whether a public channel is still public, unless the
    person is in it. Slack sends no event when a channel becomes private.
    """
    every = list(dict.fromkeys(channels))
    places = asking.look_at_all(every)
    member = person.standing is Standing.MEMBER
    open_to_all = {channel for channel in every if member and _is_public(places[channel])}
    if anew and open_to_all:
        places |= asking.look_at_anew(
            channel for channel in open_to_all if not asking.is_known_member(person.id, channel)
        )
        open_to_all = {channel for channel in open_to_all if _is_public(places[channel])}
    inside = asking.are_in(person.id, [channel for channel in every if channel not in open_to_all])
    return {
        channel: Sight.YES
        if channel in open_to_all
        else _in_room(person, places[channel], inside[channel])
        for channel in every
    }


def _is_public(place: Place) -> bool:
    return place.is_known and not place.is_private


def _in_room(person: Person, place: Place, inside: bool | None) -> Sight:
    """Return whether this person may read a channel in which membership counts.

    Membership counts in each channel that is not known to be public, and for everybody but full
    members. `inside` says whether the person is in the channel; it is None if Slack does not say.
    """
    if inside:
        return Sight.YES
    if place.is_closed:
        return Sight.NO
    if inside is None or (person.standing is Standing.MEMBER and not place.is_known):
        return Sight.UNSAID
    unsure = person.standing is Standing.UNKNOWN and not place.is_private
    return Sight.UNSAID if unsure else Sight.NO


def sight_of(asking: Asking, person: str, channel: str) -> Sight:
    """Return whether this person may read this channel.

    The person's standing is looked up only if the channel is public and the person is not known to
    be in it. A private channel may be read only by people who are in it.
    """
    if not _is_public(asking.look_at(channel)):
        return sights(asking, Person(person, Standing.MEMBER), [channel])[channel]
    if asking.is_known_member(person, channel):
        return Sight.YES
    (found,) = asking.look_up(person)
    return sights(asking, found, [channel])[channel]


def readable_by(asking: Asking, person: str, channels: Collection[str]) -> set[str]:
    """Return the channels among these that this person may read.

    Raise SlackDidNotSay if Slack does not say whether the person may read one of them.
    """
    asking.prepare(places=channels)
    private = [channel for channel in channels if not _is_public(asking.look_at(channel))]
    asking.prepare(rooms=private)
    found = {channel: sight_of(asking, person, channel) for channel in channels}
    if Sight.UNSAID in found.values():
        raise SlackDidNotSay
    return {channel for channel, sight in found.items() if sight is Sight.YES}


# ---- the person who acts -------------------------------------------------------------------------


def may_see(request: Request, channel: str) -> bool:
    """Return True if this person may read this channel."""
    return sights(request, request.person, [channel])[channel] is Sight.YES


def check_may_see(
    request: Request, channel: str, subject: str = "that decision", *, anew: bool = False
) -> None:
    """Raise NotFound if this person may not read this channel, or if Slack does not say.

    The answer is the same as for something that does not exist, so that it gives nothing away.
    """
    if sights(request, request.person, [channel], anew=anew)[channel] is not Sight.YES:
        raise NotFound(subject)


def unseen(request: Request, channels: Collection[str]) -> set[str]:
    """Return the channels among these that must be hidden from this person.

    The person may not read them, or Slack does not say whether the person may. The caller shows the
    other channels, so Slack is asked again whether the public ones are still public.
    """
    found = sights(request, request.person, channels, anew=True)
    return {channel for channel, sight in found.items() if sight is not Sight.YES}


def visible(request: Request, channels: Iterable[str]) -> set[str]:
    """Return the channels among these that this person may read."""
    every = set(channels)
    return every - unseen(request, every)


def unsaid(request: Request, hidden: Collection[str]) -> set[str]:
    """Return those channels for which Slack does not say whether this person may read them."""
    found = sights(request, request.person, hidden)
    return {channel for channel, sight in found.items() if sight is Sight.UNSAID}


def is_in(request: Request, channel: str) -> bool:
    """Return True if this person is in the channel; False if not, or if Slack does not say."""
    members = request.look_in(channel)
    return members is not None and request.person.id in members


# ---- other people: consulted, asked, delegated to, given a role ----------------------------------


def outsiders(asking: Asking, channel: str, people: Collection[str]) -> set[str]:
    """Return the people among these who may not read this channel.

    If Slack does not say whether a person may read it, the person is not returned. So nobody is
    returned for a private channel that the bot is not in any more. The outbox asks again before it
    sends the person a message.
    """
    asking.prepare(places=[channel])
    place = asking.look_at(channel)
    if place.is_closed:
        return set()
    if not _is_public(place):
        asking.look_in(channel)
    return {person for person in people if sight_of(asking, person, channel) is Sight.NO}


def reading_check(asking: Asking) -> Callable[[str, Decision], bool]:
    """Return a function that says whether a person may read the channel of a decision.

    If Slack does not say, the function returns True. The outbox asks again before it sends the
    person a message.
    """
    return lambda person, decision: not outsiders(asking, decision.channel.slack_id, [person])


def invite_errors(
    asking: Asking, name: str, people: Collection[str], channels: Collection[str]
) -> dict[str, str]:
    """Return an error for the field `name` unless each person may read each of these channels.

    The error says to invite the person first. If Slack does not say who is in a channel, the error
    says to try again.
    """
    asking.prepare(places=channels)
    private = [channel for channel in channels if not _is_public(asking.look_at(channel))]
    asking.prepare(rooms=private)
    asking.look_in_all(private)
    found = {
        (person, channel): sight_of(asking, person, channel)
        for person in people
        for channel in channels
    }
    closed = {channel for (_, channel), sight in found.items() if sight is Sight.NO}
    if closed:
        named = sorted(asking.look_at(channel).name for channel in closed)
        there = " and ".join(f"#{place}" for place in named if place) or "the channel"
        who = "This person is" if len(people) == 1 else "One of them is"
        return {name: f"{who} not in {there}. Invite them first, or choose somebody else."}
    if Sight.UNSAID in found.values():
        silent = "Slack did not tell me who is in the channel just now. Try again in a moment."
        return {name: silent}
    return {}


# ---- the place -----------------------------------------------------------------------------------


def check_place(
    command: Command | Shortcut, usage: str, title: str = "", *, raises: bool = True
) -> None:
    """Raise the Refused that says why this command or shortcut cannot be used in its conversation.

    `usage` is a command, or a phrase that says what to do; some refusals name it as the next step.
    If it is a command, `title`, which the person typed, follows it, so that the line can be copied.
    `raises` says whether something is to be raised.
    """
    step = f"run {line_of(usage, title)}" if usage.startswith("/") else usage
    _check_usable(command, command.place, step, raises=raises)


def line_of(usage: str, title: str) -> str:
    """Return a command with the title that the person typed, as code that can be copied."""
    line = f"{usage} {with_entities(title.replace('`', ''))}".rstrip()
    return f"`{line}`"


def check_can_be_set_up(request: Request, channel: str) -> None:
    """Raise the Refused that says why a channel that has no rights yet cannot be set up now.

    The channel of a command is where it was typed. The channel of a click is the one that the
    button names, and somebody may have made that button by hand.
    """
    _check_usable(request, request.look_at(channel), "run `/tradeoff setup`", raises=False)


def _check_usable(request: Request, place: Place, step: str, *, raises: bool) -> None:
    if place.is_direct:
        raise NotATeamChannel(step)
    if not place.is_known and not place.is_closed:
        raise PlaceNotKnownNow(step)
    if place.is_archived:
        raise ChannelArchived(place.id, "" if raises else step)
    if not place.bot_is_member:
        raise BotNotHere(step, request.bot_user)
