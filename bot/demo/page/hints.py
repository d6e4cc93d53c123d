"""Slim strip above the conversation: what to try first.

Once dismissed, it is hidden for good, by the browser's own memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from bot.demo.page.dom import Tag, html, icon
from bot.demo.page.sidebar import Go, follow


@dataclass(frozen=True)
class Hint:
    """One thing to try: as whom, where, and what is put into the text box."""

    label: str
    person: str
    place: str
    text: str = ""

    @property
    def address(self) -> str:
        query = {"as": self.person, "in": self.place} | ({"say": self.text} if self.text else {})
        return "/?" + urlencode(query)


def draw_hints(hints: list[Hint], go: Go) -> None:
    if not hints:
        return
    with Tag("section", "hints", aria_label="Things to try"):
        Tag("strong", "", "Try")
        with Tag("ol", ""):
            for hint in hints:
                with Tag("li"):
                    link = Tag("a", "hint-link", hint.label, href=hint.address)
                follow(link, partial(go, hint.address))
        with Tag(
            "button",
            "tool",
            type="button",
            aria_label="Hide these hints",
            title="Hide",
            data_hide_hints="",
        ):
            html(icon("close"), tag="span")
