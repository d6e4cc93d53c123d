"""Conversations in which the app may look or post, by their id, and Slack's refusals."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.slack.errors import SlackError
from bot.demo.slack.workspace import Channel, Workspace

CONVERSATION = re.compile(r"[CGDZ][A-Z0-9]{8,}")


def channel_of(workspace: Workspace, id: str) -> Channel:
    """Return the conversation with this id; raise SlackError if there is none."""
    if id not in workspace.channels:
        raise SlackError("channel_not_found")
    return workspace.channels[id]


def visible(workspace: Workspace, id: str) -> Channel:
    """Return the conversation; raise SlackError if it is private and the app is not in it."""
    channel = channel_of(workspace, id)
    if channel.is_private and not has_bot(workspace, channel):
        raise SlackError("channel_not_found")
    return channel


def postable(workspace: Workspace, id: str) -> Channel:
    """Return the conversation to post in, by id or name; a person's id opens a direct message."""
    if id in workspace.people:
        if workspace.people[id].deleted:
            raise SlackError("user_disabled")
        return workspace.direct(id)
    named = [
        channel.id
        for channel in workspace.channels.values()
        if not channel.is_im and channel.name == id.lstrip("#")
    ]
    channel = visible(workspace, named[0] if named else id)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not has_bot(workspace, channel):
        raise SlackError("not_in_channel")
    if channel.is_announcement_only:
        raise SlackError("restricted_action_read_only_channel")
    return channel


def has_bot(workspace: Workspace, channel: Channel) -> bool:
    """Return True if the app is a member there."""
    return workspace.bot.id in channel.members


def check_team(workspace: Workspace, arguments: dict[str, Any]) -> None:
    """Raise SlackError if an app of a whole company asks for a list without naming a workspace."""
    if workspace.is_org_install and not arguments.get("team_id"):
        raise SlackError("missing_argument", "team_id is required with the token of an org")


def check_id(id: Any) -> None:
    """Raise SlackError unless this is a conversation's id; a person's id is refused too."""
    if not CONVERSATION.fullmatch(str(id)):
        said = (
            "[ERROR] input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$"
            " [json-pointer:/channel_id]"
        )
        raise SlackError("invalid_arguments", said, response_metadata={"messages": [said]})
