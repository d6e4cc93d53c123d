"""Changes of rights that somebody wants, and what they take from a role.

See docs/reference/behaviour.md, Changes of rights.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models.rules import Decider, Kind, Right, Role
from models.tables.absence import Absence
from models.tables.rights import SETTINGS, RightsVersion
from models.tables.rights_change import RightsChange


@dataclass(frozen=True, slots=True)
class Wanted:
    """Change that somebody wants: new settings and new rows of the table.

    `switched` has the kinds that would be switched: True to switch on, False to switch off.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[Kind, Right] = field(default_factory=dict)
    switched: Mapping[str, bool] = field(default_factory=dict)

    def gives_what_is_overdue(self, current: RightsVersion, role: Role, author: str) -> bool:
        """Return True if somebody gets the right to decide what this role leaves undecided.

        The author gets this right if the change makes them the sponsor. The holder of the other
        role gets it if the change puts one person into that role and into the sponsor's seat. False
        if the sponsor would hold this role.
        """
        sponsor = self.facts.get("sponsor", current.sponsor)
        if sponsor is None or sponsor == self.facts.get(role.value, current.holder_of(role)):
            return False
        other = self.facts.get(role.other.value, current.holder_of(role.other))
        is_new = sponsor != current.sponsor
        had_both = not is_new and sponsor == current.holder_of(role.other)
        return (is_new and sponsor == author) or (sponsor == other and not had_both)


def wanted(current: RightsVersion, version: RightsVersion, table: Mapping[Kind, Right]) -> Wanted:
    """Return what this version and its table change in today's rights."""
    facts = {name: getattr(version, name) for name in SETTINGS}
    used, will_be = current.kinds, version.kinds
    return Wanted(
        {name: value for name, value in facts.items() if value != getattr(current, name)},
        {kind: right for kind, right in table.items() if right != current.table[kind]},
        {kind.value: kind in will_be for kind in Kind if (kind in will_be) is not (kind in used)},
    )


def seats_and_rows(before: RightsVersion, after: RightsVersion) -> Wanted:
    """Return what the later version changes in who decides: role holders, sponsor and kinds."""
    change = wanted(before, after, after.table)
    seats = (*(role.value for role in Role), "sponsor")
    facts = {name: value for name, value in change.facts.items() if name in seats}
    return replace(change, facts=facts)


def wanted_by(change: RightsChange) -> Wanted:
    return Wanted(change.facts, change.rows, change.switched or {})


def unused_after(current: RightsVersion, switched: Mapping[str, bool]) -> list[str]:
    """Return the kinds that are not used after some have been switched on or off."""
    return [kind.value for kind in Kind if not switched.get(kind.value, kind in current.kinds)]


# ---- what a change takes -------------------------------------------------------------------------


def losing(
    current: RightsVersion,
    change: Wanted,
    author: str,
    gone: Collection[str],
    away: Mapping[str, Absence],
) -> list[Role]:
    """Return the roles that would lose something, and whose holder is not the author.

    Nobody loses in a channel that changes its rights without confirmations. The same holds if the
    author is not one of the channel's `editors`. These have then all left Slack, and any full
    member may change the rights. `away` are the absences of today's editors.
    """
    if author not in current.editors or not current.confirms:
        return []
    return [
        role
        for role in Role
        if current.holder_of(role) != author
        and (
            _seat_is_taken(current, change, role, author, gone, away)
            or _loses_its_sponsor(current, change, role, author, gone, away)
            or change.facts.get("confirms") is False
            or _loses_time(current, change, role)
            or any(_loses(role, current.table[kind], change.rows[kind]) for kind in change.rows)
            or any(
                not used and _has_a_part(role, current.table[Kind(kind)])
                for kind, used in change.switched.items()
            )
        )
    ]


def _seat_is_taken(
    current: RightsVersion,
    change: Wanted,
    role: Role,
    author: str,
    gone: Collection[str],
    away: Mapping[str, Absence],
) -> bool:
    """Return True if the change takes this role, or what it decides, from its holder.

    If the holder has left Slack, nobody loses the role, unless the author would get it.
    """
    absence = away.get(current.holder_of(role))
    newcomer = change.facts.get(role.other.value)
    if absence and newcomer == absence.delegate and not absence.both_hats:
        # The person who acts for this role's holder would get the other role too. Whoever goes on
        # leave says whether their stand-in may act in both roles.
        return True
    successor = change.facts.get(role.value)
    if change.gives_what_is_overdue(current, role, author):
        return True
    return bool(successor) and (current.holder_of(role) not in gone or successor == author)


def _loses_its_sponsor(
    current: RightsVersion,
    change: Wanted,
    role: Role,
    author: str,
    gone: Collection[str],
    away: Mapping[str, Absence],
) -> bool:
    """Return True if the change removes the sponsor, who answers for this role's absent holder.

    Otherwise the author could remove the person who declines their changes. Nothing is lost if the
    sponsor has left Slack, or if the sponsor is the author and passes the seat on.
    """
    sponsor = current.sponsor
    answers = sponsor is not None and sponsor != author and sponsor not in gone
    return current.holder_of(role) in away and answers and "sponsor" in change.facts


def _loses_time(current: RightsVersion, change: Wanted, role: Role) -> bool:
    """Return True if this role has less time for something, or waits longer before it may decide.

    A role has less time to state impact, or to decide before the sponsor may. It waits longer if
    the other role has more time to state impact. The days before the sponsor may decide count even
    if the channel has no sponsor, because it may name one later. Kinds that are switched off count
    too. Their open decisions go on, moves of a commitment need that row, and switching a kind on
    again needs no confirmation.
    """
    rows = current.table.values()
    impact, grace = (
        change.facts.get(name, getattr(current, name)) - getattr(current, name)
        for name in ("impact_days", "grace_days")
    )
    return (
        (impact < 0 and any(_asked(right) is role for right in rows))
        or (impact > 0 and any(_waits(role, right) for right in rows))
        or (grace < 0 and any(role in right.decides.roles for right in rows))
    )


def _loses(role: Role, before: Right, after: Right) -> bool:
    """Return True if `after` takes something from this role.

    A role that decided loses if it no longer decides, no longer decides alone, or decides only
    after the other role's impact. A role that did not decide loses if it is no longer asked for its
    impact, and does not decide now either.
    """
    decided, decides = role in before.decides.roles, role in after.decides.roles
    if decided and not decides:
        return True
    if decided and after.decides is Decider.JOINT and before.decides is not Decider.JOINT:
        return True
    if decided and _waits(role, after) and not _waits(role, before):
        return True
    return _asked(before) is role and _asked(after) is not role and not decides


def _has_a_part(role: Role, right: Right) -> bool:
    """Return True if this role decides, or is asked for its impact."""
    return role in right.decides.roles or _asked(right) is role


def _waits(role: Role, right: Right) -> bool:
    """Return True if this role decides after the other role's impact."""
    return role in right.decides.roles and _asked(right) is role.other


def _asked(right: Right) -> Role | None:
    return right.decides.asked_for_impact if right.impact_first else None
