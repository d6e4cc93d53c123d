"""Names of people and channels, for a file that is read outside Slack.

Each name is looked up once for a file. If Slack does not say it, the file has only the id.
"""

from __future__ import annotations

from handlers.requests import LookedUp, NotYetKnown


class Names:
    """Names by Slack id, and the ids whose names were asked for but have not been looked up."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._missing: set[str] = set()

    def get(self, id: str | None) -> str:
        """Return the name; empty if Slack does not say it, or has not been asked yet."""
        if id and id not in self._found:
            self._missing.add(id)
        return self._found.get(id or "", "")

    def check(self) -> None:
        """Raise NotYetKnown if a name was asked for that has not been looked up."""
        if self._missing:
            people = {slack_id for slack_id in self._missing if slack_id.startswith(("U", "W"))}
            raise NotYetKnown(people=sorted(people), places=sorted(self._missing - people))

    def learn(self, missing: NotYetKnown, looked_up: LookedUp) -> None:
        """Keep the names that Slack said. A name that it did not say is not asked for again."""
        people, places = looked_up.people, looked_up.places
        found = {
            person: people[person].name if person in people else "" for person in missing.people
        }
        found |= {
            channel: places[channel].name if channel in places else "" for channel in missing.places
        }
        self._found |= {slack_id: " ".join(name.split()) for slack_id, name in found.items()}
        self._missing.clear()
