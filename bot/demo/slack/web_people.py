"""The Web API methods about people and the workspace: `auth.test`, `users.*`, `team.info`."""

from __future__ import annotations

from typing import Any

from bot.demo.slack import pages
from bot.demo.slack.errors import SlackError
from bot.demo.slack.places import check_team
from bot.demo.slack.shapes import user_json
from bot.demo.slack.workspace import Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]


class People:
    """`auth.test`, `users.*` and `team.info` of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def auth_test(self, arguments: Arguments) -> Answer:
        """Tell the app who it is and where."""
        workspace = self.workspace
        return {
            "url": "https://demo.slack.com/",
            "team": "Demo",
            "user": workspace.bot.name,
            "team_id": workspace.team_id,
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot_id,
            "is_enterprise_install": workspace.is_org_install,
            **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
        }

    def info(self, arguments: Arguments) -> Answer:
        """Describe one person."""
        person = self.workspace.people.get(arguments.get("user", ""))
        if person is None:
            raise SlackError("user_not_found")
        return {"user": user_json(person, self.workspace)}

    def list_all(self, arguments: Arguments) -> Answer:
        """Describe everyone."""
        check_team(self.workspace, arguments)
        people, cursor = pages.page(list(self.workspace.people.values()), arguments)
        return {
            "members": [user_json(person, self.workspace) for person in people],
            "response_metadata": {"next_cursor": cursor},
        }

    def team_info(self, arguments: Arguments) -> Answer:
        """Describe the workspace."""
        return {"team": {"id": self.workspace.team_id, "name": "Demo", "domain": "demo"}}
