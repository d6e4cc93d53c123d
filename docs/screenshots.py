"""Takes the README's pictures from the running demo: `make screenshots`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Page, async_playwright

from bot.demo.run import product

PICTURES = Path(__file__).parent / "pictures"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# name → who looks, where, what stands in the box, width, height
VIEWS = {
    "channel": ("alice", "checkout", "", 1280, 1000),
    "waiting-for-you": ("alice", "tradeoffs", "", 1280, 1000),
    "two-hats": ("dana", "mobile", "", 1280, 900),
    "not-set-up": ("erin", "search", "", 1280, 700),
    "phone": ("bob", "tradeoffs", "", 390, 844),
}


async def take() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with product(Path(folder)) as demo, async_playwright() as tools:
            browser = await tools.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
            for name, (person, place, typed, width, height) in VIEWS.items():
                page = await browser.new_page(viewport={"width": width, "height": height})
                await look(page, demo.url, person, place, typed)
                await page.screenshot(path=PICTURES / f"{name}.png")
                await page.close()
            page = await browser.new_page(viewport={"width": 1280, "height": 1100})
            await look(page, demo.url, "erin", "checkout", "/tradeoff Add Apple Pay to Sprint 14")
            await page.keyboard.press("Enter")
            await page.get_by_role("dialog").wait_for()
            await page.screenshot(path=PICTURES / "raise.png")
            await browser.close()


async def look(page: Page, url: str, person: str, place: str, typed: str) -> None:
    """Open this view and wait until it is drawn."""
    await page.goto(f"{url}/?{urlencode({'as': person, 'in': place, 'say': typed})}")
    await page.locator(".main h1").first.wait_for()
    await page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(take())
