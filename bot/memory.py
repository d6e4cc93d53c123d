"""Memory of a replica: the cached answers of Slack that a transaction may use.

Another replica may have heard that somebody left a channel, or became a guest. The record has a row
with a version for each such change. Before a transaction uses the cache, it drops the answers about
people and channels that have changed since this replica last looked.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.people import People
from handlers.requests import Place
from models.rules import Person
from models.tables.person_access import changed_since


class Memory:
    """Finders of people, places and rooms for one request, which never wait for Slack."""

    def __init__(self, people: People, tenant: str, session: Session) -> None:
        self._people = people
        self._tenant = tenant
        self._session = session
        self._is_current = False

    def person(self, user: str) -> Person | None:
        self._catch_up()
        return self._people.known_person(self._tenant, user)

    def place(self, channel: str) -> Place | None:
        self._catch_up()
        return self._people.known_place(self._tenant, channel)

    def room(self, channel: str) -> frozenset[str] | None:
        self._catch_up()
        return self._people.known_room(self._tenant, channel)

    def _catch_up(self) -> None:
        """Drop the answers about all that has changed since the last look; once a transaction."""
        if self._is_current:
            return
        self._is_current = True
        since = self._people.access_versions.get(self._tenant, 0)
        changed = changed_since(self._session, self._tenant, since)
        for channel in changed.channels:
            self._people.forget_place(self._tenant, channel)
        for user in changed.people:
            self._people.forget_person(self._tenant, user)
        if changed.people:
            self._people.forget_who_is_where()
        self._people.access_versions[self._tenant] = max(since, changed.version)


def finders(people: People, session: Session, tenant: str) -> dict[str, Any]:
    """Return the finders for a request in this transaction, as its fields."""
    memory = Memory(people, tenant, session)
    return {
        "find_person": memory.person,
        "find_place": memory.place,
        "find_room": memory.room,
    }
