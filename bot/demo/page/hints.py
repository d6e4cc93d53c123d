"""Strip above the conversation: what to try first, what to press for it, and what is done.

If a visitor hides the strip, the browser remembers that.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from bot.demo.page.desk import Desk
from bot.demo.page.dom import Tag, html, icon
from bot.demo.page.progress import Hint
from bot.demo.page.sidebar import follow
from bot.demo.slack import readable

# A function that points at a button: of the message with this time stamp, by its label.
Point = Callable[[str, str], None]


@dataclass(frozen=True)
class Ways:
    """Functions with which the strip moves the page: to an address, and to a message's button."""

    go: Callable[[str], None]
    point: Point


class Hints:
    """Strip of steps, redrawn when one is begun or done."""

    def __init__(self, desk: Desk, ways: Ways) -> None:
        self.desk = desk
        self.ways = ways
        self.begun: Hint | None = None
        self.pointed = ""
        self.links: list[tuple[Hint, Tag]] = []
        if not desk.progress.hints:
            return
        with Tag("section", "hints", aria_label="Things to try"):
            with Tag("div", "steps"):
                Tag("strong", "", "Try")
                with Tag("ol", "", aria_label="Steps"):
                    for hint in desk.progress.hints:
                        self._step(hint)
                on = {"aria_label": "More steps", "title": "More steps"}
                with Tag("button", "tool more-steps", type="button", data_more_steps="", **on):
                    html(icon("on"), tag="span")
                hide = {"aria_label": "Hide these hints", "title": "Hide"}
                with Tag("button", "tool", type="button", data_hide_hints="", **hide):
                    html(icon("close"), tag="span")
            self.advice = Tag("p", "advice", "", role="status")

    def _step(self, hint: Hint) -> None:
        with Tag("li"):
            link = Tag("a", "hint-link", hint.label, href=address(hint))
        self.links.append((hint, link))
        follow(link, partial(self._begin, hint))

    def _begin(self, hint: Hint) -> None:
        """Go where the step is done; `refresh` then points at what to press there."""
        self.begun = hint
        self.pointed = ""
        self.ways.go(address(hint))

    def _point(self, hint: Hint) -> None:
        """Point at the newest button of the step. It may appear after the person has arrived."""
        ts = self._newest_with(hint.press)
        is_busy = self.desk.workspace.modals(self.desk.person.id)
        if ts and ts != self.pointed and not is_busy:
            self.pointed = ts
            self.ways.point(ts, hint.press)

    def _is_here(self, hint: Hint) -> bool:
        return (hint.person, hint.place) == (self.desk.person.name, self.desk.place)

    def _newest_with(self, press: str) -> str:
        """Return the time stamp of the newest message here that has this button, if any."""
        channel = self.desk.channel
        if not press or not channel:
            return ""
        seen = self.desk.workspace.conversation(channel.id, self.desk.person.id)
        return next(
            (message.ts for message in reversed(seen) if press in readable.buttons(message)), ""
        )

    def refresh(self) -> None:
        for hint, link in self.links:
            is_done = hint in self.desk.progress.done
            link.set("data-done", "" if is_done else None)
            link.set("aria-current", "step" if hint is self.begun and not is_done else None)
            link.set_text(f"{hint.label} (done)" if is_done else hint.label)
        if self.links:
            self.advice.set_text(self._advice())
            self.advice.set_visibility(self.begun is not None)
        begun = self.begun
        if begun and begun not in self.desk.progress.done and self._is_here(begun):
            self._point(begun)

    def _advice(self) -> str:
        hint, progress = self.begun, self.desk.progress
        if hint is None:
            return ""
        if hint not in progress.done:
            if hint.press and self._is_here(hint) and not self._newest_with(hint.press):
                return f"There is no {hint.press} to press here yet: do the steps before this one."
            return hint.advice
        left = [step for step in progress.hints if step not in progress.done]
        return f"Done. Next: {left[0].label}." if left else "Done. That was the last step."


def address(hint: Hint) -> str:
    query = {"as": hint.person, "in": hint.place} | ({"say": hint.text} if hint.text else {})
    return "/?" + urlencode(query)


def point_script(ts: str, label: str) -> str:
    """Return the script that scrolls to a button of a message and gives it the focus."""
    return f"demo.pointAt({json.dumps(ts)}, {json.dumps(label)})"
