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
        self.root = Tag(
            "div",
            "home",
            tabindex="0",
            role="region",
            aria_label=f"Home of {desk.workspace.bot.name}",
        )

    def refresh(self) -> None:
        view = self.desk.workspace.home(self.desk.person.id)
        looks = json.dumps(view.view if view else None, default=str)
        if looks == self.drawn:
            return
        self.drawn = looks
        self.root.clear()
        with self.root:
            if view is None:
                Tag("p", "empty", "Nothing here yet: the app has not published a Home for you.")
                return
            surface = replace(self.desk.surface(), heading="h2")
            html(blocks_html(view.view["blocks"], surface), "home-body")
