"""Checks on who may change the rights of a channel, and what the forms for it share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.requests import Request
from models.refusals.place import CannotSetUpAs, NotYourSetup, RightsMovedOn
from models.refusals.refused import NotKnownNow, check_can_act
from models.rules import Standing
from models.tables.rights import RightsVersion

# The most working days of the impact window, and of the time until the sponsor may decide.
WINDOW_LIMIT = 20


def check_may_change_rights(
    request: Request, current: RightsVersion | None, typed: str = ""
) -> None:
    """Raise the Refused that says why this person may not change the rights.

    Product owner, project manager and sponsor may. Before the first set-up, and if all of them are
    gone, any full member may. `typed` is the title of what the person was about to raise.
    """
    if current and request.person.id in current.editors:
        return check_can_act(request.person)
    editors = request.look_up(*current.editors) if current else []
    if there := [editor.id for editor in editors if editor.standing not in GONE]:
        raise NotYourSetup(there)
    if request.person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if request.person.standing is not Standing.MEMBER:
        raise CannotSetUpAs(request.person.standing, typed)


# Others may change the rights only if Slack says that all editors are gone. If Slack does not
# answer, an editor does not count as gone.
GONE = (Standing.DEACTIVATED, Standing.BOT)


def as_seen(current: RightsVersion | None) -> dict[str, int]:
    """Return what a form remembers of the rights that it shows: version number and time.

    After a backup is restored, another version may get the same number, but not the same time.
    """
    if current is None:
        return {"version": 0}
    return {"version": current.number, "since": int(current.made_at.timestamp())}


def check_still(current: RightsVersion | None, remembered: Mapping[str, Any]) -> None:
    """Raise RightsMovedOn if the rights are not those that the form has shown."""
    if current is None:
        return
    now = as_seen(current)
    seen = {"since": now["since"], **remembered}
    if any(seen[name] != now[name] for name in now):
        raise RightsMovedOn(current.number, current.author)


def what_saving_does(current: RightsVersion) -> str:
    """Say, at the top of a form, which rights it changes, and what becomes of a change."""
    waits = (
        " A change that takes something from another role, such as a right or time, waits until "
        "that role confirms it."
    )
    return (
        f"The rights here are at v{current.number}. The bot tells the channel what you change."
        f"{waits if current.confirms else ''}"
    )
