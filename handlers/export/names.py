"""What people and channels are called, for a file that is read outside Slack: each is asked for once, and the id stands where Slack does not say."""

from __future__ import annotations

from handlers.requests import Known, NotYetKnown


class Names:
    """Names by Slack's id. It notes whom it was asked for and has not looked up yet."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._missing: set[str] = set()

    def get(self, id: str | None) -> str:
        """The name; empty where Slack does not say it."""
        if id and id not in self._found:
            self._missing.add(id)
        return self._found.get(id or "", "")

    def check(self) -> None:
        """Raise NotYetKnown where somebody was named who has not been looked up."""
        if self._missing:
            people = {one for one in self._missing if one.startswith(("U", "W"))}
            raise NotYetKnown(people=sorted(people), places=sorted(self._missing - people))

    def learn(self, asked: NotYetKnown, known: Known) -> None:
        """Keep what Slack said, and that it did not: it is not asked again."""
        people, places = known.people, known.places
        found = {one: people[one].name if one in people else "" for one in asked.people}
        found |= {one: places[one].name if one in places else "" for one in asked.places}
        self._found |= {one: " ".join(name.split()) for one, name in found.items()}
        self._missing.clear()
