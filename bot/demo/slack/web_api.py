"""The Web API methods that a bot like ours calls: each checks what Slack checks, then changes the workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.demo.slack import limits
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.elements import with_ids
from bot.demo.slack.errors import SlackError
from bot.demo.slack.files import Files, check_channel
from bot.demo.slack.shapes import channel_json, message_json, user_json
from bot.demo.slack.web_views import Views
from bot.demo.slack.workspace import Channel, Message, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

SCOPES = {
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "conversations.open": {"im:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.info": {"files:read"},
}
MUST_BE_JSON = {"blocks", "view", "metadata"}


class WebApi:
    """`call` runs one method by name. Raises SlackError as Slack would refuse."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self.workspace, self.delivery = workspace, delivery
        views = Views(workspace, delivery)
        self.files = Files(workspace)
        self._methods: dict[str, Callable[[Arguments], Answer]] = {
            "api.test": lambda arguments: {},
            "auth.test": self.auth_test,
            "users.info": self.users_info,
            "users.list": self.users_list,
            "conversations.info": self.conversations_info,
            "conversations.list": self.conversations_list,
            "conversations.members": self.conversations_members,
            "conversations.open": self.conversations_open,
            "conversations.history": self.conversations_history,
            "conversations.replies": self.conversations_replies,
            "team.info": lambda arguments: {
                "team": {"id": workspace.team_id, "name": "Demo", "domain": "demo"}
            },
            "chat.postMessage": self.chat_post,
            "chat.postEphemeral": self.chat_post_ephemeral,
            "chat.update": self.chat_update,
            "chat.delete": self.chat_delete,
            "chat.getPermalink": self.permalink,
            "files.getUploadURLExternal": self.files.get_upload_url,
            "files.completeUploadExternal": self.complete_upload,
            "files.info": self.files.info,
            "views.open": views.views_open,
            "views.push": views.views_push,
            "views.update": views.views_update,
            "views.publish": views.views_publish,
        }

    def call(self, method: str, arguments: Arguments) -> Answer:
        if method not in self._methods:
            raise SlackError("unknown_method", method)
        missing = SCOPES.get(method, set()) - self.workspace.scopes
        if missing:
            raise SlackError(
                "missing_scope", needed=",".join(missing), provided=",".join(self.workspace.scopes)
            )
        for name in MUST_BE_JSON & arguments.keys():
            if isinstance(arguments[name], str):
                try:
                    arguments[name] = json.loads(arguments[name])
                except ValueError:
                    raise SlackError("invalid_arguments", f"{name} is not JSON") from None
        return self._methods[method](arguments)

    # ---- who and where -------------------------------------------------------------------------------------------

    def auth_test(self, arguments: Arguments) -> Answer:
        workspace = self.workspace
        return {
            "url": "https://demo.slack.com/",
            "team": "Demo",
            "user": workspace.bot.name,
            "team_id": workspace.team_id,
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot_id,
            "is_enterprise_install": False,
        }

    def users_info(self, arguments: Arguments) -> Answer:
        person = self.workspace.people.get(arguments.get("user", ""))
        if person is None:
            raise SlackError("user_not_found")
        return {"user": user_json(person, self.workspace)}

    def users_list(self, arguments: Arguments) -> Answer:
        people = self.workspace.people.values()
        return {
            "members": [user_json(one, self.workspace) for one in people],
            "response_metadata": {"next_cursor": ""},
        }

    def conversations_info(self, arguments: Arguments) -> Answer:
        return {
            "channel": channel_json(self._visible(arguments.get("channel", "")), self.workspace)
        }

    def conversations_list(self, arguments: Arguments) -> Answer:
        seen = [
            one
            for one in self.workspace.channels.values()
            if not one.is_im and not (one.is_private and not self._in(one))
        ]
        return {
            "channels": [channel_json(one, self.workspace) for one in seen],
            "response_metadata": {"next_cursor": ""},
        }

    def conversations_members(self, arguments: Arguments) -> Answer:
        channel = self._visible(arguments.get("channel", ""))
        return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}

    def conversations_open(self, arguments: Arguments) -> Answer:
        user = str(arguments.get("users", ""))
        if user not in self.workspace.people:
            raise SlackError("user_not_found")
        return {"channel": {"id": self.workspace.direct(user).id}}

    def conversations_history(self, arguments: Arguments) -> Answer:
        channel = self._visible(arguments.get("channel", ""))
        self._need_history_scope(channel)
        if not self._in(channel):
            raise SlackError("not_in_channel")
        found = [
            one
            for one in self._since(channel, arguments)
            if one.thread_ts in (None, one.ts) or one.reply_broadcast
        ]
        return self._page(found, arguments)

    def conversations_replies(self, arguments: Arguments) -> Answer:
        channel = self._visible(arguments.get("channel", ""))
        self._need_history_scope(channel)
        thread = arguments.get("ts", "")
        if self.workspace.message(channel.id, thread) is None:
            raise SlackError("thread_not_found")
        return self._page(
            [one for one in self._since(channel, arguments) if thread in (one.ts, one.thread_ts)],
            arguments,
        )

    def _need_history_scope(self, channel: Channel) -> None:
        scope = (
            "im:history"
            if channel.is_im
            else "groups:history"
            if channel.is_private
            else "channels:history"
        )
        if scope not in self.workspace.scopes:
            raise SlackError(
                "missing_scope", needed=scope, provided=",".join(self.workspace.scopes)
            )

    def _since(self, channel: Channel, arguments: Arguments) -> list[Message]:
        oldest = float(arguments.get("oldest") or 0)
        return [
            one
            for one in self.workspace.messages.get(channel.id, [])
            if one.ephemeral_to is None and float(one.ts) > oldest
        ]

    def _page(self, found: list[Message], arguments: Arguments) -> Answer:
        limit = int(arguments.get("limit") or 100)
        whole = str(arguments.get("include_all_metadata", "")).lower() in ("true", "1")
        shown = [message_json(one, whole) for one in reversed(found)]
        return {"messages": shown[:limit], "has_more": len(shown) > limit}

    # ---- messages ------------------------------------------------------------------------------------------------

    def chat_post(self, arguments: Arguments) -> Answer:
        channel = self._postable(arguments.get("channel", ""))
        text, blocks = self._content(arguments)
        thread_ts = arguments.get("thread_ts")
        if thread_ts and self.workspace.message(channel.id, thread_ts) is None:
            raise SlackError("thread_not_found")
        self._pace(channel)
        message = self.workspace.add_message(
            Message(
                channel.id,
                self.workspace.next_ts(),
                self.workspace.bot.id,
                text[:40_000],
                blocks,
                thread_ts,
                arguments.get("metadata"),
                str(arguments.get("reply_broadcast", "")).lower() in ("true", "1"),
                bot_id=self.workspace.bot_id,
            )
        )
        return {"channel": channel.id, "ts": message.ts, "message": message_json(message, True)}

    def chat_post_ephemeral(self, arguments: Arguments) -> Answer:
        channel = self._postable(arguments.get("channel", ""))
        text, blocks = self._content(arguments)
        if arguments.get("user") not in channel.members:
            raise SlackError("user_not_in_channel")
        self.tell(channel.id, arguments["user"], text, blocks)
        return {"message_ts": self.workspace.next_ts()}

    def tell(
        self, channel: str, user: str, text: str, blocks: list[Any], thread_ts: str | None = None
    ) -> Message:
        """A message that only this person sees."""
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

    def complete_upload(self, arguments: Arguments) -> Answer:
        channel = arguments.get("channel_id")
        if not channel:
            return self.files.complete(arguments, None)
        check_channel(channel)
        return self.files.complete(arguments, self._postable(channel))

    def chat_update(self, arguments: Arguments) -> Answer:
        channel = self._channel(arguments.get("channel", ""))
        if channel.is_archived:
            raise SlackError("is_inactive")
        message = self._own(channel, arguments)
        text, blocks = self._content(arguments)
        if len(text) > 4000:
            raise SlackError("msg_too_long")
        message.text, message.blocks = text, with_ids(blocks)
        message.edited_ts, message.edited_at = self.workspace.next_ts(), self.workspace.clock()
        self.workspace.changed()
        return {"channel": channel.id, "ts": message.ts, "text": text}

    def chat_delete(self, arguments: Arguments) -> Answer:
        channel = self._channel(arguments.get("channel", ""))
        self.workspace.messages[channel.id].remove(self._own(channel, arguments))
        self.workspace.changed()
        return {"channel": channel.id, "ts": arguments["ts"]}

    def permalink(self, arguments: Arguments) -> Answer:
        channel, ts = (
            self._visible(arguments.get("channel", "")),
            str(arguments.get("message_ts", "")),
        )
        if self.workspace.message(channel.id, ts) is None:
            raise SlackError("message_not_found")
        return {
            "channel": channel.id,
            "permalink": f"https://demo.slack.com/archives/{channel.id}/p{ts.replace('.', '')}",
        }

    def _own(self, channel: Channel, arguments: Arguments) -> Message:
        message = self.workspace.message(channel.id, str(arguments.get("ts", "")))
        if message is None or message.ephemeral_to:
            raise SlackError("message_not_found")
        if message.user != self.workspace.bot.id:
            raise SlackError("cant_update_message")
        return message

    def _content(self, arguments: Arguments) -> tuple[str, list[Any]]:
        text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
        if not text and not blocks:
            raise SlackError("no_text")
        if not text:
            raise SlackError(
                "no_text",
                "blocks without a top-level text: nothing for notifications and screen readers",
            )
        try:
            limits.check_blocks(blocks, "message")
        except limits.Invalid as fault:
            raise SlackError("invalid_blocks", str(fault), errors=[str(fault)]) from None
        about_file = self.files.fault_of(blocks)
        if about_file:
            raise SlackError("invalid_blocks", about_file, errors=[about_file])
        return text, blocks

    def _pace(self, channel: Channel) -> None:
        if not self.workspace.faults.one_post_a_second:
            return
        now = self.workspace.clock().timestamp()
        mine = [
            one
            for one in self.workspace.messages.get(channel.id, [])
            if one.bot_id and not one.ephemeral_to
        ]
        if mine and round(now - float(mine[-1].ts), 3) < 1:
            raise SlackError("ratelimited", "more than one post a second", retry_after=1)

    def _postable(self, id: str) -> Channel:
        if id in self.workspace.people:
            if self.workspace.people[id].deleted:
                raise SlackError("user_disabled")
            return self.workspace.direct(id)
        channel = self._visible(id)
        if channel.is_archived:
            raise SlackError("is_archived")
        if not self._in(channel):
            raise SlackError("not_in_channel")
        return channel

    def _channel(self, id: str) -> Channel:
        if id not in self.workspace.channels:
            raise SlackError("channel_not_found")
        return self.workspace.channels[id]

    def _visible(self, id: str) -> Channel:
        channel = self._channel(id)
        if channel.is_private and not self._in(channel):
            raise SlackError("channel_not_found")
        return channel

    def _in(self, channel: Channel) -> bool:
        return self.workspace.bot.id in channel.members
