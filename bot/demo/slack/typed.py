"""Text as Slack sends it to an app when a person typed it (docs/reference/slack.md, "Escaping")."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.demo.slack.workspace import Channel, Workspace
from models.mrkdwn import with_entities

# The parts are tried from left to right: addresses first, because they may contain "@" and "#".
TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>|&]+(?:&amp;[^\s<>|&]+)*)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w.@/-])(?P<domain>(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|example)"
    r"(?:/[^\s<>|&]*)?)(?!\w)"
    r"|(?<![\w+])(?P<phone>\+\d[\d ]{4,}\d)"
    r"|(?<![\w@])@(?P<name>[A-Za-z]+)\b"
    r"|(?<!\S)#(?P<channel>[a-z-]+)\b"
)


def in_message(text: str, workspace: Workspace) -> str:
    """Return the text of a message: `<@U…>` and `<#C…>` have no names."""
    return _wired(text, workspace, lambda channel: f"<#{channel.id}>")


def in_command(text: str, workspace: Workspace) -> str:
    """Return the text of a command with `should_escape`: a public channel has its name."""

    def mention(channel: Channel) -> str:
        return f"<#{channel.id}|{'' if channel.is_private else channel.name}>"

    return _wired(text, workspace, mention)


def _wired(text: str, workspace: Workspace, mention: Callable[[Channel], str]) -> str:
    people = {person.name: f"<@{person.id}>" for person in workspace.people.values()}
    groups = {name: f"<!subteam^{id}|@{name}>" for name, id in workspace.groups.items()}
    channels = {
        channel.name: mention(channel)
        for channel in workspace.channels.values()
        if not channel.is_im
    }

    def wired(found: re.Match[str]) -> str:
        whole = found[0]
        match found.lastgroup:
            case "url":
                return f"<{whole}>"
            case "mail":
                return f"<mailto:{whole}|{whole}>"
            case "domain":
                return f"<http://{whole}|{whole}>"
            case "phone":
                return f"<tel:{whole.replace(' ', '')}|{whole}>"
            case "name":
                # Slack's completion writes people by their display names, such as `@Erin`.
                name = found["name"].lower()
                return people.get(name) or groups.get(name) or whole
        return channels.get(found["channel"], whole)

    return TOKEN.sub(wired, with_entities(text))
