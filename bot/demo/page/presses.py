"""Presses of buttons and menus in plain HTML.

The page's script sends the ids of an element, and the element is found again here.
"""

from __future__ import annotations

import json
from typing import Any

from nicegui import context
from nicegui.events import GenericEventArguments

from bot.demo.page.desk import Desk
from bot.demo.page.dialogs import confirmed
from bot.demo.page.modals import Modals
from bot.demo.page.surface import Block
from bot.demo.slack.workspace import Message, View

# Names of the surfaces that have no time stamp.
IN_HOME = "home"
IN_MODAL = "modal"


class Presses:
    """Presses in one tab.

    If the bot has removed the element meanwhile, the press does nothing.
    """

    def __init__(self, desk: Desk, modals: Modals) -> None:
        self.desk = desk
        self.modals = modals

    async def pressed(self, event: GenericEventArguments) -> None:
        """Use an element; the event has its surface, its block's id, its own id and its value."""
        surface, block_id, action_id, value = event.args
        where = self._where(surface)
        element = _element(where, block_id, action_id) if where else None
        if where and element:
            if "confirm" not in element or await confirmed(element["confirm"], self.desk.surface()):
                await self._press(where, block_id, element, value or None)
            context.client.run_javascript(f"demo.rest({json.dumps([block_id, action_id])})")

    async def chosen(self, event: GenericEventArguments) -> None:
        """Run a message shortcut; the event has the message's time stamp and the shortcut's id."""
        ts, callback_id = event.args
        message = self._where(ts)
        if isinstance(message, Message):
            await self.desk.shortcut(message, callback_id)

    async def _press(
        self, where: Message | View, block_id: str, element: Block, value: Any
    ) -> None:
        if element["type"] == "button":
            value = element.get("value")
        if isinstance(where, View) and where.type == "modal":
            await self.modals.press(where, block_id, element, value)
        else:
            await self.desk.press(where, block_id, element, value)

    def _where(self, surface: str) -> Message | View | None:
        me, workspace = self.desk.person.id, self.desk.workspace
        if surface == IN_HOME:
            return workspace.home(me)
        if surface == IN_MODAL:
            return next(reversed(workspace.modals(me)), None)
        channel = self.desk.channel
        message = workspace.message(channel.id, surface) if channel else None
        return message if message and message.ephemeral_to in (None, me) else None


def _element(where: Message | View, block_id: str, action_id: str) -> Block | None:
    blocks = where.view["blocks"] if isinstance(where, View) else where.blocks
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if (block["block_id"], element.get("action_id")) == (block_id, action_id):
                found: Block = element
                return found
    return None
