"""The bot's Home: the view that it published for this person."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.demo.page.blocks import blocks_html
from bot.demo.page.desk import Desk
from bot.demo.page.dom import Tag, html


class Home:
    """Home, redrawn when the bot publishes another view."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drawn: str | None = None
        self.is_asked_for = True
        self.root = Tag(
            "div",
            "home",
            tabindex="0",
            role="region",
            aria_label=f"Home of {desk.workspace.bot.name}",
        )

    async def open(self) -> None:
        """Tell the bot that somebody looks, and wait for its answer."""
        await self.desk.attempt(self.desk.member.opens_home())
        self.is_asked_for = False
        if not self.root.is_deleted:
            self.refresh()

    def refresh(self) -> None:
        view = self.desk.workspace.home(self.desk.person.id)
        looks = json.dumps(view.view if view else self.is_asked_for, default=str)
        if looks == self.drawn:
            return
        self.drawn = looks
        self.root.clear()
        with self.root:
            if view is None:
                nothing = "Nothing here yet: the app has not published a Home for you."
                Tag("p", "empty", "Loading…" if self.is_asked_for else nothing)
                return
            surface = replace(self.desk.surface(), heading="h2")
            html(blocks_html(view.view["blocks"], surface), "home-body")
