"""Tab of a real browser that shows the demo's page.

It notes errors in the console and requests to other servers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from bot.demo.run import Demo

# Programs that the tests can use, the best first: the headless shell takes a third of the processor
# time that the whole browser takes.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = (1280, 860), (360, 740)
# A script that returns true if the middle and the corners of an element are in the window, and
# nothing covers them.
IS_ON_TOP = """(entry) => {
    const box = entry.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.02, 0.1], [0.98, 0.1], [0.02, 0.9], [0.98, 0.9]];
    return points.every(([x, y]) =>
        entry.contains(document.elementFromPoint(box.x + x * box.width, box.y + y * box.height)));
}"""


class Tab:
    """Tab of the browser, opened at one view of the page."""

    def __init__(self, browser: Browser, demo: Demo, view: str, size: tuple[int, int]) -> None:
        self.page: Page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.trouble: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", self._note_console)
        self.page.on("request", lambda request: self._note_request(request, demo))
        self.page.goto(demo.url + view)
        expect(self.page.locator(".main h1")).to_be_visible()

    def _note_console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.trouble.append(said.text)

    def _note_request(self, request: Request, demo: Demo) -> None:
        if not request.url.startswith((demo.url, "data:")):
            self.elsewhere.append(request.url)

    @property
    def box(self) -> Locator:
        return self.page.locator(".main .composer-input")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def log(self) -> Locator:
        return self.page.locator(".main .log")

    def says(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def scrolls_up(self, until: Callable[[], bool], attempts: int = 300) -> None:
        """Scroll the messages to their top, again and again, until `until()` is true.

        A message that is drawn in the same frame as the scrolling takes the list back to its end.
        The attempts are 100 ms apart. Raise AssertionError after the last one.
        """
        for _ in range(attempts):
            self.log().evaluate("(log) => log.scrollTo(0, 0)")
            self.page.wait_for_timeout(100)
            if until():
                return
        raise AssertionError("The page has not drawn the earlier messages.")

    def sees_all_messages(self) -> None:
        """Scroll up until the page has drawn every message."""
        self.scrolls_up(self.log().get_by_role("button", name="Show earlier messages").is_hidden)


def covered_entries(root: Locator) -> list[str]:
    """Open every menu inside `root` twice, and return the entries that something covers.

    The menu's button is first at the top of the window, then at the bottom. Raise AssertionError if
    there is no menu.
    """
    looked, covered = root.evaluate(f"""async (root) => {{
        const isOnTop = {IS_ON_TOP};
        const menus = [...root.querySelectorAll("details.overflow, details.tool-menu")];
        const covered = [];
        for (const menu of menus) for (const block of ["start", "end"]) {{
            menu.scrollIntoView({{ block }});
            // The page places the menu at this event, before us: its listener was added earlier.
            const placed = new Promise((heard) => menu.addEventListener("toggle", heard));
            menu.open = true;
            await placed;
            for (const entry of menu.querySelectorAll("[role=menuitem]"))
                if (!isOnTop(entry)) covered.push(`${{block}}: ${{entry.innerText}}`);
            menu.open = false;
        }}
        return [menus.length, covered];
    }}""")
    assert looked > 0
    return list(covered)
