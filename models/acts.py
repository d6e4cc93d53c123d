"""Acts and seats: who does something and when, and who sits where on a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.rules import Person


@dataclass(frozen=True, slots=True)
class Act:
    """Change of the record: who makes it, and when. `by` is None if a timer makes it."""

    by: Person | None
    at: datetime

    @property
    def actor(self) -> str | None:
        """Return the id that the history keeps; None for a timer."""
        return self.by.id if self.by else None

    @property
    def person(self) -> Person:
        """Return the person who acts. It is a bug to ask for the person of a timer's act."""
        assert self.by, "only a person can do this"
        return self.by


@dataclass(frozen=True, slots=True)
class Seat:
    """Place on a decision: who acts, for whom, and why.

    `on_behalf_of` is None if they act for themselves; `because` is a phrase to put after the name.
    """

    person: str
    on_behalf_of: str | None = None
    because: str = ""
