"""The Web API methods about channels: `conversations.*` and `users.conversations`."""

from __future__ import annotations

from typing import Any

from bot.demo.slack import pages
from bot.demo.slack.errors import SlackError
from bot.demo.slack.places import check_team, has_bot, visible
from bot.demo.slack.shapes import channel_json, message_json
from bot.demo.slack.workspace import Channel, Message, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

MOST_IN_GROUP = 8
MOST_IF_DISTRIBUTED = 15


def is_true(given: Any) -> bool:
    """Return True for what Slack reads as true in JSON and in forms."""
    return str(given).lower() in ("true", "1")


class Conversations:
    """`conversations.*` of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def info(self, arguments: Arguments) -> Answer:
        """Describe one conversation."""
        channel = visible(self.workspace, arguments.get("channel", ""))
        return {"channel": channel_json(channel, self.workspace)}

    def list_all(self, arguments: Arguments) -> Answer:
        """Describe every channel that the app may know of."""
        check_team(self.workspace, arguments)
        workspace = self.workspace
        seen = [
            channel
            for channel in workspace.channels.values()
            if not channel.is_im and not (channel.is_private and not has_bot(workspace, channel))
        ]
        shown, cursor = pages.page(seen, arguments)
        return {
            "channels": [channel_json(channel, workspace) for channel in shown],
            "response_metadata": {"next_cursor": cursor},
        }

    def of_person(self, arguments: Arguments) -> Answer:
        """Describe the channels of a person, or of the app: private ones only if the app is in."""
        check_team(self.workspace, arguments)
        workspace, kinds = (
            self.workspace,
            str(arguments.get("types") or "public_channel").split(","),
        )
        user = arguments.get("user") or workspace.bot.id
        if user not in workspace.people and user != workspace.bot.id:
            raise SlackError("user_not_found")
        seen = [
            channel
            for channel in workspace.channels.values()
            if user in channel.members
            and not (channel.is_im or channel.is_mpim)
            and ("private_channel" if channel.is_private else "public_channel") in kinds
            and not (channel.is_private and not has_bot(workspace, channel))
        ]
        shown, cursor = pages.page(seen, arguments)
        described = [channel_json(channel, workspace) for channel in shown]
        for channel in described:
            del channel["is_member"]
        return {"channels": described, "response_metadata": {"next_cursor": cursor}}

    def members(self, arguments: Arguments) -> Answer:
        """List the members of a conversation."""
        channel = visible(self.workspace, arguments.get("channel", ""))
        members, cursor = pages.page(sorted(channel.members), arguments)
        return {"members": members, "response_metadata": {"next_cursor": cursor}}

    def open(self, arguments: Arguments) -> Answer:
        """Open the direct messages with a person, or with several if the app has the scope."""
        workspace, users = self.workspace, str(arguments.get("users", "")).split(",")
        if not workspace.people.keys() >= set(users):
            raise SlackError("user_not_found")
        if len(users) > MOST_IN_GROUP:
            raise SlackError("too_many_users")
        if len(users) == 1:
            return {"channel": {"id": workspace.direct(users[0]).id}}
        if "mpim:write" not in workspace.scopes:
            provided = ",".join(workspace.scopes)
            raise SlackError("missing_scope", needed="mpim:write", provided=provided)
        group = workspace.add_group(users)
        group.members.add(workspace.bot.id)
        return {"channel": {"id": group.id}}

    def history(self, arguments: Arguments) -> Answer:
        """Return the messages of a conversation, the newest first."""
        channel = visible(self.workspace, arguments.get("channel", ""))
        self._need_history_scope(channel)
        if not has_bot(self.workspace, channel):
            raise SlackError("not_in_channel")
        found = [
            message
            for message in self._between(channel, arguments)
            if message.thread_ts in (None, message.ts) or message.reply_broadcast
        ]
        return self._page(found[::-1], arguments)

    def replies(self, arguments: Arguments) -> Answer:
        """Return the messages of a thread, the earliest first."""
        channel = visible(self.workspace, arguments.get("channel", ""))
        self._need_history_scope(channel)
        thread = arguments.get("ts", "")
        if self.workspace.message(channel.id, thread) is None:
            raise SlackError("thread_not_found")
        found = [
            message
            for message in self._between(channel, arguments)
            if thread in (message.ts, message.thread_ts)
        ]
        return self._page(found, arguments)

    def _need_history_scope(self, channel: Channel) -> None:
        kind = "groups" if channel.is_private else "channels"
        scope = "im:history" if channel.is_im else f"{kind}:history"
        if scope not in self.workspace.scopes:
            provided = ",".join(self.workspace.scopes)
            raise SlackError("missing_scope", needed=scope, provided=provided)

    def _between(self, channel: Channel, arguments: Arguments) -> list[Message]:
        """Return what everyone sees there from `oldest` to `latest`, in Slack's order of time."""
        oldest = float(arguments.get("oldest") or 0)
        latest = float(arguments.get("latest") or "inf")
        both_ends = is_true(arguments.get("inclusive"))
        return [
            message
            for message in self.workspace.messages.get(channel.id, [])
            if message.ephemeral_to is None
            and (
                oldest < float(message.ts) < latest
                or (both_ends and float(message.ts) in (oldest, latest))
            )
        ]

    def _page(self, found: list[Message], arguments: Arguments) -> Answer:
        most = MOST_IF_DISTRIBUTED if self.workspace.rates.is_distributed else pages.MOST
        messages, cursor = pages.page(found, arguments, most=most)
        whole = is_true(arguments.get("include_all_metadata"))
        return {
            "messages": [message_json(message, whole) for message in messages],
            "has_more": bool(cursor),
            **({"response_metadata": {"next_cursor": cursor}} if cursor else {}),
        }
