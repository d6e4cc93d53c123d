"""Another app in the demo Slack (docs/reference/slack.md, "Escaping").

The words of other apps are in `attachments` or `blocks` as often as in `text`.
"""

from __future__ import annotations

from typing import Any

from bot.demo.slack.workspace import Channel, Message, Workspace

# Slack's `text` if an app sent blocks or attachments alone.
NOT_DISPLAYED = "This content can't be displayed."


class OtherApp:
    """An app such as Jira or an alarm, with its own bot user."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self.workspace = workspace
        self.person = workspace.add_person(name, bot=True)

    def posts(
        self,
        channel: Channel,
        text: str = "",
        *,
        blocks: list[dict[str, Any]] | None = None,
        attachments: list[dict[str, Any]] | None = None,
    ) -> Message:
        """Post with words in any of the three places."""
        return self.workspace.add_message(
            Message(
                channel.id,
                self.workspace.next_ts(),
                self.person.id,
                text,
                blocks or [],
                bot_id=f"B{self.person.id[1:]}",
                attachments=attachments or [],
            )
        )
