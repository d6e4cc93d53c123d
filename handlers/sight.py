"""What a person may see: nothing of a private channel that they are not in, or may not be in."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.requests import Request
from models.rules import Standing


def may_see(request: Request, channel: str) -> bool:
    """A guest, or someone of another company, sees public channels from the inside only, as in Slack itself."""
    place = request.look_at(channel)
    if place.known and not place.is_private and request.person.standing is Standing.MEMBER:
        return True
    return is_in(request, channel)


def is_in(request: Request, channel: str) -> bool:
    """Not knowing is never a reason to show."""
    members = request.look_in(channel)
    return members is not None and request.person.id in members


def visible(request: Request, channels: Iterable[str]) -> set[str]:
    """Those of these channels that this person may see; all are looked up together."""
    every = list(dict.fromkeys(channels))
    request.prepare(places=every)
    member = request.person.standing is Standing.MEMBER
    open_to_all = [one for one in every if request.look_at(one).known and not request.look_at(one).is_private]
    request.prepare(rooms=[one for one in every if not member or one not in open_to_all])
    return {one for one in every if may_see(request, one)}
