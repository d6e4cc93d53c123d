"""The Web API methods for views: forms and Home."""

from __future__ import annotations

import json
from typing import Any

from bot.demo.slack import limits
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.errors import SlackError
from bot.demo.slack.shapes import view_json
from bot.demo.slack.workspace import Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]


class Views:
    """`views.*` of one workspace."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self.workspace, self.delivery = workspace, delivery

    def open(self, arguments: Arguments) -> Answer:
        return self._show(arguments, push=False)

    def push(self, arguments: Arguments) -> Answer:
        return self._show(arguments, push=True)

    def _show(self, arguments: Arguments, push: bool) -> Answer:
        view = self._checked(arguments)
        user, error = self.delivery.triggers.take(str(arguments.get("trigger_id", "")))
        if error:
            raise SlackError(error)
        if push and len(self.workspace.modals(user)) >= 3:
            raise SlackError("push_limit_reached")
        return {"view": view_json(self.workspace.open_view(user, view, push=push), self.workspace)}

    def update(self, arguments: Arguments) -> Answer:
        raw = self._checked(arguments)
        view = self.workspace.view(
            str(arguments.get("view_id", "")), str(arguments.get("external_id", ""))
        )
        if view is None:
            raise SlackError("not_found")
        if arguments.get("hash") and arguments["hash"] != view.hash:
            raise SlackError("hash_conflict")
        return {"view": view_json(self.workspace.fill_view(view, raw), self.workspace)}

    def publish(self, arguments: Arguments) -> Answer:
        raw, user = self._checked(arguments), str(arguments.get("user_id", ""))
        if user not in self.workspace.people:
            raise SlackError("user_not_found")
        before = self.workspace.home(user)
        if arguments.get("hash") and before and arguments["hash"] != before.hash:
            raise SlackError("hash_conflict")
        return {"view": view_json(self.workspace.publish_home(user, raw), self.workspace)}

    def _checked(self, arguments: Arguments) -> dict[str, Any]:
        view = arguments.get("view")
        try:
            limits.check_view(view)
        except limits.Invalid as fault:
            raise SlackError(
                "invalid_arguments", str(fault), response_metadata={"messages": [str(fault)]}
            ) from None
        assert isinstance(view, dict)
        if len(json.dumps(view)) > 250_000:
            raise SlackError("view_too_large")
        return view
