"""Screenshots of the running demo for README.md and docs/tutorial/tour.md: `make screenshots`."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Browser, Page, async_playwright

from bot.demo.run import product

PICTURES = Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Shot:
    """One picture: who looks where, what they type, what they press in which message.

    `shows` must be in the middle of the picture.
    """

    who: str
    place: str
    types: str = ""
    message: str = ""
    press: str = ""
    shows: str = ""
    size: tuple[int, int] = (1200, 760)
    scale: float = 1


WALLETS = "Show wallets above the card form"
SHOTS = {
    "channel": Shot("alice", "checkout", message=WALLETS, shows="article", scale=1.5),
    "phone": Shot(
        "alice",
        "tradeoffs",
        message="Two thirds of our visitors are on a phone",
        shows="article",
        size=(390, 980),
        scale=1.5,
    ),
    "home": Shot("alice", "home", shows=".home-body", size=(1200, 1000), scale=1.5),
    "setup": Shot("alice", "search", types="/tradeoff setup", shows=".modal", size=(1200, 900)),
    "raise": Shot(
        "alice", "checkout", types="/tradeoff Offer gift wrapping", shows=".modal", size=(1200, 900)
    ),
    "impact": Shot(
        "bob", "tradeoffs", message="Please state the impact", press="State impact", shows=".modal"
    ),
    "approve": Shot("alice", "tradeoffs", message=WALLETS, press="Approve", shows=".modal"),
    "accept": Shot("alice", "checkout", press="Accept", shows=".modal"),
    "refused": Shot("erin", "checkout", message=WALLETS, press="Approve", shows=".private"),
    "rights": Shot("alice", "checkout", types="/tradeoff rights", shows=".private"),
    "commitments": Shot(
        "alice",
        "checkout",
        types="/tradeoff commitments",
        shows=".private:has-text('Add a commitment')",
    ),
    "digest": Shot(
        "alice", "checkout", message="The week in decisions", shows="article", size=(1200, 1500)
    ),
    "list": Shot("alice", "checkout", types="/tradeoff list", shows=".modal"),
    "show": Shot("alice", "checkout", types="/tradeoff show 1", shows=".modal", size=(1200, 900)),
    "export": Shot("sam", "tradeoffs", message="as you asked", shows="article"),
}


async def take() -> None:
    """Take one picture for each shot; the board, which is a page of its own, comes last."""
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    with tempfile.TemporaryDirectory() as folder:
        async with product(Path(folder)) as demo, async_playwright() as tools:
            browser = await tools.chromium.launch(executable_path=chromium, args=FLAGS)
            for name, shot in SHOTS.items():
                page = await opened(browser, demo.url, shot)
                await played(page, shot)
                await page.screenshot(path=PICTURES / f"{name}.png")
                if shot.shows == ".modal":
                    # A form stays open for its person, on whatever page they look.
                    await page.keyboard.press("Escape")
                    await page.locator(".modal").wait_for(state="detached")
                await page.close()
            page = await opened(
                browser, demo.url, Shot("sam", "checkout", size=(1200, 1400), scale=1.5)
            )
            await typed(page, "/tradeoff board")
            await page.goto(
                await page.get_by_role("link", name="Open the board").last.get_attribute("href")
                or ""
            )
            await page.screenshot(path=PICTURES / "board.png")
            await browser.close()


async def opened(browser: Browser, url: str, shot: Shot) -> Page:
    """Open the page as this person sees it, with the hints put away."""
    width, height = shot.size
    page = await browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=shot.scale
    )
    await page.goto(f"{url}/?{urlencode({'as': shot.who, 'in': shot.place})}")
    await page.get_by_role("button", name="Hide these hints").click()
    await page.wait_for_load_state("networkidle")
    return page


async def typed(page: Page, text: str) -> None:
    await page.locator(".main .composer-input").fill(text)
    await page.locator(".main .composer-input").press("Enter")


async def played(page: Page, shot: Shot) -> None:
    """Act as the shot says, and wait until what it shows is in the middle."""
    if shot.types:
        await typed(page, shot.types)
    messages = page.locator(".main article", has_text=shot.message)
    if shot.press:
        button = page.locator("button", has_text=re.compile(f"^{shot.press}$"))
        await messages.filter(has=button).last.locator(button).click()
    titled = messages.filter(has=page.locator(".bk.header", has_text=shot.message))
    message = titled.last if await titled.count() else messages.last
    shown = message if shot.shows == "article" else page.locator(shot.shows).last
    await shown.wait_for()
    await page.mouse.move(0, 0)
    if shot.shows != ".home-body":
        await shown.evaluate(
            "shown => shown.scrollIntoView({ block: shown.offsetHeight > innerHeight - "
            "200 ? 'start' : 'center' })"
        )
    await page.wait_for_timeout(300)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(take())
