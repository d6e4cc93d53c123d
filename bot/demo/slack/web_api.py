"""The Web API methods that a bot like ours calls, by name, with checks that Slack makes too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.demo.slack.delivery import Delivery
from bot.demo.slack.errors import SlackError
from bot.demo.slack.files import Files
from bot.demo.slack.web_chat import Chat
from bot.demo.slack.web_conversations import Conversations
from bot.demo.slack.web_people import People
from bot.demo.slack.web_views import Views
from bot.demo.slack.workspace import Workspace

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
# Arguments that must be JSON, also in a form, and Slack's error if they are not.
MUST_BE_JSON = {
    "blocks": "invalid_arguments",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
    "metadata": "invalid_metadata_format",
}


class WebApi:
    """Table of the methods. `call` runs one by name; it raises SlackError as Slack would refuse."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self.workspace = workspace
        self.files = Files(workspace)
        self.chat = Chat(workspace, self.files)
        people, conversations = People(workspace), Conversations(workspace)
        views = Views(workspace, delivery)
        self._methods: dict[str, Callable[[Arguments], Answer]] = {
            "api.test": lambda arguments: {},
            "auth.test": people.auth_test,
            "users.info": people.info,
            "users.list": people.list_all,
            "users.conversations": conversations.of_person,
            "team.info": people.team_info,
            "conversations.info": conversations.info,
            "conversations.list": conversations.list_all,
            "conversations.members": conversations.members,
            "conversations.open": conversations.open,
            "conversations.history": conversations.history,
            "conversations.replies": conversations.replies,
            "chat.postMessage": self.chat.post,
            "chat.postEphemeral": self.chat.post_ephemeral,
            "chat.update": self.chat.update,
            "chat.delete": self.chat.delete,
            "chat.getPermalink": self.chat.permalink,
            "files.getUploadURLExternal": self.files.get_upload_url,
            "files.completeUploadExternal": self.files.complete,
            "files.info": self.files.info,
            "views.open": views.open,
            "views.push": views.push,
            "views.update": views.update,
            "views.publish": views.publish,
        }

    def call(self, method: str, arguments: Arguments) -> Answer:
        """Answer one call."""
        if method not in self._methods:
            raise SlackError("unknown_method", method)
        self.workspace.rates.take(method, self.workspace.clock().timestamp())
        missing = SCOPES.get(method, set()) - self.workspace.scopes
        if missing:
            raise SlackError(
                "missing_scope", needed=",".join(missing), provided=",".join(self.workspace.scopes)
            )
        for name in MUST_BE_JSON.keys() & arguments.keys():
            if isinstance(arguments[name], str):
                try:
                    arguments[name] = json.loads(arguments[name])
                except ValueError:
                    raise SlackError(MUST_BE_JSON[name], f"{name} is not JSON") from None
        return self._methods[method](arguments)
