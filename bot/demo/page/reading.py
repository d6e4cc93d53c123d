"""Messages that each person has read. All tabs share this, so that their unread marks agree."""

from __future__ import annotations

from bot.demo.slack.workspace import Message, Workspace


class Reading:
    """Newest time stamp seen, by person and channel."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.seen: dict[tuple[str, str], str] = {}

    def newest(self, person: str, channel: str) -> str:
        messages = self.workspace.conversation(channel, person)
        return max((message.ts for message in messages), default="")

    def read(self, person: str, channel: str) -> bool:
        """Mark everything here as read; return True if something was unread."""
        newest = self.newest(person, channel)
        before = self.seen.get((person, channel), "")
        self.seen[person, channel] = max(before, newest)
        return newest > before

    def unread(self, person: str, channel: str) -> int:
        """Count the messages of others that have come since this person looked."""
        return len(self._unread(person, channel))

    def first_unread(self, person: str, channel: str) -> str:
        """Return the time stamp of the oldest message that this person has not seen, if any."""
        return next((message.ts for message in self._unread(person, channel)), "")

    def mentions(self, person: str, channel: str) -> int:
        """Count the unread messages that name this person."""
        name = f"<@{person}"
        return sum(name in message.text for message in self._unread(person, channel))

    def _unread(self, person: str, channel: str) -> list[Message]:
        seen = self.seen.get((person, channel), "")
        return [
            message
            for message in self.workspace.conversation(channel, person)
            if message.ts > seen and message.user != person
        ]

    def all_read(self) -> None:
        """Mark everything as read by everyone, so that marks show what happens from here on."""
        for channel in list(self.workspace.channels.values()):
            for person in channel.members | ({channel.user} if channel.user else set()):
                self.read(person, channel.id)
