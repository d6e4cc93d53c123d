"""Seats that a decision must have when it is asked anew, by the rights and leaves of that moment.

They are found here in another way than in `models/verbs/routing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from models.rules import Decider, Role

Row = Any


class Leave(NamedTuple):
    """Leave of one person: who acts for them, until when, and whether in both roles."""

    delegate: str
    until: datetime
    both: bool


class Taken(NamedTuple):
    """Seat of one role: who acts, and by which leave, if by one."""

    person: str
    leave: Leave | None


class ExpectedSeats:
    """Finder of seats under one version of the rights.

    `leaves` are the leaves that go on now, by person; `gone` says whether a person has left Slack.
    """

    def __init__(
        self, version: Row, leaves: Mapping[str, Leave], gone: Callable[[str], bool]
    ) -> None:
        self._version = version
        self._leaves = leaves
        self._gone = gone

    def of(self, decides: Decider) -> dict[Role, tuple[str, str | None]]:
        """Return who acts in which role, and for whom, if these roles decide.

        Nobody gets both seats by a leave that does not allow it. Of two role holders who are away,
        the one who decides keeps the seat, or the product owner if both decide.
        """
        first = Role.PRODUCT_OWNER if decides is Decider.JOINT else Role(decides.value)
        people = {role: self.holder_of(role) for role in (first, first.other)}
        taken = {role: self._taken(person) for role, person in people.items()}
        leaves = [seat.leave for seat in taken.values() if seat.leave]
        one_person = len({seat.person for seat in taken.values()}) == 1
        if one_person and len({*people.values()}) == 2 and not any(leave.both for leave in leaves):
            for role in [role for role, seat in taken.items() if seat.leave][:1]:
                taken[role] = Taken(self._without_leave(people[role]), None)
        return {role: seat(taken[role].person, person) for role, person in people.items()}

    def holder_of(self, role: Role) -> str:
        version = self._version
        person: str = (
            version.product_owner if role is Role.PRODUCT_OWNER else version.project_manager
        )
        return person

    def _without_leave(self, person: str) -> str:
        """Return who acts for this person if nobody were away."""
        sponsor: str | None = self._version.sponsor
        return sponsor if self._gone(person) and sponsor and not self._gone(sponsor) else person

    def _taken(self, person: str) -> Taken:
        there = self._without_leave(person)
        leave = None if self._gone(there) else self._leaves.get(there)
        if leave is None or self._gone(leave.delegate):
            return Taken(there, None)
        return Taken(leave.delegate, leave)


def seat(acting: str, owner: str) -> tuple[str, str | None]:
    """Return a seat as the record has it: who acts, and for whom, if for somebody else."""
    return acting, owner if acting != owner else None
