"""Tab of a real browser that looks at the demo's page.

It notices what a person would not forgive.
"""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from bot.demo.run import Demo

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = (1280, 860), (360, 740)


class Tab:
    """Tab of the browser that looks at one view of the page."""

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
