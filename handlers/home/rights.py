"""Rights that a person holds, as Home shows them."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.home.rows import List
from handlers.ui import blocks, phrases
from models.mrkdwn import day, number, where, who
from models.reads.held_rights import HeldRights
from models.reads.pagination import Page
from models.rules import Decider, Kind, Role
from models.tables.rights import RightsVersion
from models.verbs.routing import LEFT

# Slack takes ten fields in one section.
ROWS_OF_A_TABLE = 5


def rights_held(page: Page[HeldRights]) -> List:
    """Show the rights as a short table: channels with the same rights share a row."""
    same: dict[tuple[str, str], list[str]] = {}
    for seat in page.rows:
        same.setdefault((_seat(seat), _rights(seat)), []).append(
            f"*{where(seat.rights.channel.slack_id)}*"
        )
    table = [
        (f"{', '.join(channels)}\n{seat}", rights) for (seat, rights), channels in same.items()
    ]
    rows = [
        blocks.columns(table[first : first + ROWS_OF_A_TABLE])
        for first in range(0, len(table), ROWS_OF_A_TABLE)
    ]
    return List("rights", "Rights you hold", rows, page.previous, page.next)


def _seat(seat: HeldRights) -> str:
    """Name the roles: `Product owner and project manager`, or, for a stand-in, `For @alice, …`."""
    titles = _and(_titles(seat))
    if seat.has_left:
        return f"For {who(seat.person)}, {titles}, {LEFT}"
    if not seat.acting:
        return phrases.capital(titles)
    return f"For {who(seat.person)}, {titles}, until {day(seat.acting.until)}"


def _titles(seat: HeldRights) -> list[str]:
    words = seat.rights.words
    titles = [words.role(role) for role in _roles(seat)]
    return [*titles, words.sponsor] if _is_sponsor(seat) else titles


def _is_sponsor(seat: HeldRights) -> bool:
    """Return True if the person with this seat decides what is escalated to the sponsor."""
    rights, acting = seat.rights, seat.acting
    return rights.sponsor == seat.person and not (acting and acting.delegate in rights.role_holders)


def _roles(seat: HeldRights) -> list[Role]:
    return [role for role in Role if seat.rights.holder_of(role) == seat.person]


def _rights(seat: HeldRights) -> str:
    """List what this person decides, signs and states the impact of, a line for each."""
    rights, roles = seat.rights, _roles(seat)
    used = {kind: rights.table[kind] for kind in rights.kinds if kind in rights.table}
    alone = [
        kind
        for kind, right in used.items()
        if right.decides in [Decider(role.value) for role in roles]
    ]
    joint = [kind for kind, right in used.items() if right.decides is Decider.JOINT and roles]
    impact = [
        kind
        for kind, right in used.items()
        if right.impact_first and right.decides.asked_for_impact in roles
    ]
    others = [rights.holder_of(role.other) for role in roles] if len(roles) == 1 else []
    together = f" together with {who(others[0])}" if others else " in both roles"
    grace = number(rights.grace_days, "working day")
    lines = [
        *([f"Decide: {_kinds(rights, alone)}"] if alone else []),
        *([f"Sign: {_kinds(rights, joint)}{together}"] if joint else []),
        *([f"State impact first: {_kinds(rights, impact)}"] if impact else []),
        *([f"Decide what is {grace} overdue"] if _is_sponsor(seat) else []),
    ]
    return "\n".join(lines) or "None at present"


def _kinds(rights: RightsVersion, kinds: Iterable[Kind]) -> str:
    return _and([rights.words.kind(kind) for kind in kinds])


def _and(words: list[str]) -> str:
    """Join words as `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
