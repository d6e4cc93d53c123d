"""Access: which channels a person may read, public ones and the private ones that they are in.

See docs/reference/behaviour.md, Rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from handlers.requests import Command, Place, Request, Shortcut
from models.refusals.place import BotNotHere, ChannelArchived, NotATeamChannel, PlaceNotKnownNow
from models.refusals.reading import NotInThisChannel, NotSaidWhere
from models.rules import Standing


def may_see(request: Request, channel: str) -> bool:
    """Return True if this person may read this channel.

    A channel that Slack says nothing of is not shown.
    """
    return channel not in unseen(request, [channel])


def check_may_see(request: Request, channel: str, what: str) -> None:
    """Raise the Refused that says why this person cannot read this channel."""
    if may_see(request, channel):
        return
    raise NotSaidWhere(what) if unsaid(request, [channel]) else NotInThisChannel(what)


def unseen(request: Request, channels: Collection[str]) -> set[str]:
    """Return the channels among these that this person may not read.

    Slack shows guests only the public channels that they are in.
    """
    places = request.look_at_all(channels)
    everybody = request.person.standing is Standing.MEMBER
    doubtful = [
        channel
        for channel in channels
        if not (everybody and places[channel].known and not places[channel].is_private)
    ]
    rooms = request.look_in_all(doubtful)
    return {
        channel
        for channel, members in rooms.items()
        if members is None or request.person.id not in members
    }


def visible(request: Request, channels: Iterable[str]) -> set[str]:
    """Return the channels among these that this person may read."""
    every = set(channels)
    return every - unseen(request, every)


def unsaid(request: Request, hidden: Collection[str]) -> set[str]:
    """Return the channels among these unreadable ones that may be readable after all.

    For them, Slack did not answer, or not in time.
    """
    places, rooms = request.look_at_all(hidden), request.look_in_all(hidden)
    return {
        channel
        for channel in hidden
        if _is_unsaid(request.person.standing, places[channel], rooms[channel])
    }


def _is_unsaid(reader: Standing, place: Place, members: frozenset[str] | None) -> bool:
    """Return True if Slack said too little of a channel that the reader is not known to be in."""
    if place.is_closed:
        return False
    if members is None or reader is Standing.MEMBER:
        return members is None or not place.known
    return reader is Standing.UNKNOWN and not place.is_private


def outsiders(request: Request, channel: str, people: Collection[str]) -> set[str]:
    """Return the people among these who may be told nothing of this channel.

    The channel is private, and they are not in it.
    """
    place = request.look_at(channel)
    if place.known and not place.is_private:
        return set()
    return set(people) - (request.look_in(channel) or frozenset())


def is_room_known(request: Request, channel: str) -> bool:
    """Return True if Slack said who may read here: the channel is public, or has known members."""
    place = request.look_at(channel)
    return (place.known and not place.is_private) or request.look_in(channel) is not None


def is_in(request: Request, channel: str) -> bool:
    """Return True if this person is known to be in the channel.

    Not knowing is no reason to show.
    """
    members = request.look_in(channel)
    return members is not None and request.person.id in members


def check_place(command: Command | Shortcut, usage: str) -> None:
    """Raise the Refused that says why nothing can be raised or set up in this conversation.

    `usage` is the command to try elsewhere, or in words what to choose.
    """
    place, step = command.place, f"run `{usage}`" if usage.startswith("/") else usage
    if place.is_direct:
        raise NotATeamChannel(step)
    if not place.known and not place.is_closed:
        raise PlaceNotKnownNow
    if place.is_archived:
        raise ChannelArchived(place.id)
    if not place.bot_is_member:
        raise BotNotHere(step, command.bot_user)
