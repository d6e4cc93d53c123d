"""The Web API methods for views: forms and Home."""

from __future__ import annotations

import json
from typing import Any

from bot.demo.slack import limits
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.errors import SlackError
from bot.demo.slack.shapes import view_json
from bot.demo.slack.workspace import View, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

MOST_ON_STACK = 3
MOST_BYTES = 250_000


class Views:
    """`views.*` of one workspace."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self.workspace = workspace
        self.delivery = delivery

    def open(self, arguments: Arguments) -> Answer:
        """Open a modal."""
        return self._show(arguments, push=False)

    def push(self, arguments: Arguments) -> Answer:
        """Open a modal on top of those that the person has open."""
        return self._show(arguments, push=True)

    def _show(self, arguments: Arguments, push: bool) -> Answer:
        raw = self._checked(arguments, "modal")
        trigger = str(arguments.get("trigger_id", ""))
        user, error = self.delivery.triggers.take(trigger, push=push)
        if error:
            raise SlackError(error)
        if push and len(self.workspace.modals(user)) >= MOST_ON_STACK:
            raise SlackError("push_limit_reached")
        self._check_unique(raw, None)
        return {"view": view_json(self.workspace.open_view(user, raw, push=push), self.workspace)}

    def update(self, arguments: Arguments) -> Answer:
        """Replace the content of an open view."""
        view = self.workspace.view(
            str(arguments.get("view_id", "")), str(arguments.get("external_id", ""))
        )
        raw = self._checked(arguments, view.type if view else "")
        if view is None:
            raise SlackError("not_found")
        if arguments.get("hash") and arguments["hash"] != view.hash:
            raise SlackError("hash_conflict")
        self._check_unique(raw, view)
        return {"view": view_json(self.workspace.fill_view(view, raw), self.workspace)}

    def publish(self, arguments: Arguments) -> Answer:
        """Show a person their Home."""
        raw, user = self._checked(arguments, "home"), str(arguments.get("user_id", ""))
        if user not in self.workspace.people:
            raise SlackError("user_not_found")
        before = self.workspace.home(user)
        if arguments.get("hash") and before and arguments["hash"] != before.hash:
            raise SlackError("hash_conflict")
        self._check_unique(raw, before)
        return {"view": view_json(self.workspace.publish_home(user, raw), self.workspace)}

    def _check_unique(self, raw: dict[str, Any], own: View | None) -> None:
        """Raise SlackError if another view of the workspace has this external id."""
        used = self.workspace.view(external_id=raw.get("external_id", ""))
        if used is not None and used is not own:
            raise SlackError("duplicate_external_id")

    def _checked(self, arguments: Arguments, type: str) -> dict[str, Any]:
        """Return the view. Raise SlackError if Slack refuses it as a `type`; "" is any type."""
        view: Any = arguments.get("view")
        try:
            limits.check_view(view)
            if type not in ("", view["type"]):
                raise limits.Invalid(f"view.type: must be {type}")
        except limits.Invalid as fault:
            raise SlackError(
                "invalid_arguments", str(fault), response_metadata={"messages": [str(fault)]}
            ) from None
        if len(json.dumps(view)) > MOST_BYTES:
            raise SlackError("view_too_large")
        return dict(view)
