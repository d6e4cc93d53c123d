"""The Web API methods about messages: `chat.*`."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.slack import limits
from bot.demo.slack.elements import with_ids
from bot.demo.slack.errors import SlackError
from bot.demo.slack.files import Files
from bot.demo.slack.metadata import check_metadata
from bot.demo.slack.places import channel_of, postable, visible
from bot.demo.slack.shapes import message_json
from bot.demo.slack.workspace import Channel, Message, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

MOST_IN_TEXT = 40_000
TIME_STAMP = re.compile(r"\d+\.\d{6}")


class Chat:
    """`chat.*` of one workspace."""

    def __init__(self, workspace: Workspace, files: Files) -> None:
        self.workspace = workspace
        self.files = files

    def post(self, arguments: Arguments) -> Answer:
        """Post a message."""
        workspace = self.workspace
        channel = postable(workspace, arguments.get("channel", ""))
        text, blocks = self._content(arguments)
        if arguments.get("metadata"):
            check_metadata(arguments["metadata"])
        thread_ts = self._thread(channel, arguments)
        self._pace(channel)
        message = workspace.add_message(
            Message(
                channel.id,
                workspace.next_ts(),
                workspace.bot.id,
                text[:MOST_IN_TEXT],
                blocks,
                thread_ts,
                arguments.get("metadata"),
                str(arguments.get("reply_broadcast", "")).lower() in ("true", "1"),
                bot_id=workspace.bot_id,
            )
        )
        answer = {"channel": channel.id, "ts": message.ts, "message": message_json(message, True)}
        return answer | ({"warning": "message_truncated"} if len(text) > MOST_IN_TEXT else {})

    def _thread(self, channel: Channel, arguments: Arguments) -> str | None:
        """Return the thread to reply in: none if its first message is gone (slack-go #1571)."""
        thread_ts = arguments.get("thread_ts")
        if thread_ts and not TIME_STAMP.fullmatch(str(thread_ts)):
            raise SlackError("thread_not_found")
        parent = self.workspace.message(channel.id, str(thread_ts))
        return str(thread_ts) if parent else None

    def post_ephemeral(self, arguments: Arguments) -> Answer:
        """Show a message to one person."""
        channel = postable(self.workspace, arguments.get("channel", ""))
        text, blocks = self._content(arguments)
        if arguments.get("user") not in channel.members:
            raise SlackError("user_not_in_channel")
        self.tell(channel.id, arguments["user"], text, blocks)
        return {"message_ts": self.workspace.next_ts()}

    def tell(
        self, channel: str, user: str, text: str, blocks: list[Any], thread_ts: str | None = None
    ) -> Message:
        """Add a message that only this person sees."""
        workspace = self.workspace
        return workspace.add_message(
            Message(
                channel,
                workspace.next_ts(),
                workspace.bot.id,
                text,
                blocks,
                thread_ts,
                ephemeral_to=user,
                bot_id=workspace.bot_id,
            )
        )

    def update(self, arguments: Arguments) -> Answer:
        """Replace the text and the blocks of a message of the app."""
        channel = channel_of(self.workspace, arguments.get("channel", ""))
        if channel.is_archived:
            raise SlackError("is_inactive")
        message = self._own(channel, arguments, refusal="cant_update_message")
        text, blocks = self._content(arguments, update=True)
        # Left out, the metadata stays; empty, it is removed.
        if arguments.get("metadata"):
            check_metadata(arguments["metadata"])
        if "metadata" in arguments:
            message.metadata = arguments["metadata"] or None
        message.text = text
        message.blocks = with_ids(blocks)
        message.edited_ts = self.workspace.next_ts()
        message.edited_at = self.workspace.clock()
        self.workspace.changed()
        return {"channel": channel.id, "ts": message.ts, "text": text}

    def delete(self, arguments: Arguments) -> Answer:
        """Delete a message of the app."""
        channel = channel_of(self.workspace, arguments.get("channel", ""))
        message = self._own(channel, arguments, refusal="cant_delete_message")
        self.workspace.messages[channel.id].remove(message)
        self.workspace.changed()
        return {"channel": channel.id, "ts": arguments["ts"]}

    def permalink(self, arguments: Arguments) -> Answer:
        """Return the address of a message."""
        channel = visible(self.workspace, arguments.get("channel", ""))
        ts = str(arguments.get("message_ts", ""))
        if self.workspace.message(channel.id, ts) is None:
            raise SlackError("message_not_found")
        return {
            "channel": channel.id,
            "permalink": f"https://demo.slack.com/archives/{channel.id}/p{ts.replace('.', '')}",
        }

    def _own(self, channel: Channel, arguments: Arguments, refusal: str) -> Message:
        message = self.workspace.message(channel.id, str(arguments.get("ts", "")))
        if message is None or message.ephemeral_to:
            raise SlackError("message_not_found")
        if message.user != self.workspace.bot.id:
            raise SlackError(refusal)
        return message

    def _content(self, arguments: Arguments, *, update: bool = False) -> tuple[str, list[Any]]:
        text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
        if not text and not blocks:
            raise SlackError("no_text")
        if not text:
            # Slack accepts it, but notifications and screen readers then have nothing to say.
            self.workspace.bad_requests.append(("chat", "blocks_without_text", ""))
        try:
            limits.check_message(text, blocks, update=update)
        except limits.Invalid as fault:
            raise SlackError(fault.error, str(fault), errors=[str(fault)]) from None
        about_file = self.files.fault_of(blocks)
        if about_file:
            raise SlackError("invalid_blocks", about_file, errors=[about_file])
        return text, blocks

    def _pace(self, channel: Channel) -> None:
        if not self.workspace.faults.one_post_a_second:
            return
        now = self.workspace.clock().timestamp()
        mine = [
            message
            for message in self.workspace.messages.get(channel.id, [])
            if message.bot_id == self.workspace.bot_id and not message.ephemeral_to
        ]
        if mine and round(now - float(mine[-1].ts), 3) < 1:
            raise SlackError("ratelimited", "more than one post a second", retry_after=1)
