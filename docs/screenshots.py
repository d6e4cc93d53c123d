"""Takes the README's pictures from the running demo: `make screenshots`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.demo.run import product

PICTURES = Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CARD = "Show wallets above the card form"

# name → where Alice looks, and how large her screen is
VIEWS = {
    "channel": ("checkout", 1200, 760),
    "phone": ("tradeoffs", 390, 844),
    "home": ("home", 1200, 1000),
}


async def take() -> None:
    """One picture a view."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        async with product(Path(folder)) as demo, async_playwright() as tools:
            browser = await tools.chromium.launch(executable_path=chromium, args=FLAGS)
            for name, (place, width, height) in VIEWS.items():
                await picture(browser, f"{demo.url}/?as=alice&in={place}", PICTURES / f"{name}.png", width, height)
            await board(browser, f"{demo.url}/?as=sam&in=checkout", PICTURES / "board.png")
            await browser.close()


async def board(browser: Browser, address: str, path: Path) -> None:
    """What Sam sees who asks for the board and follows the link."""
    page = await browser.new_page(viewport={"width": 1200, "height": 1400}, device_scale_factor=1.5)
    await page.goto(address)
    await page.locator(".main .composer-input").fill("/tradeoff board")
    await page.locator(".main .composer-input").press("Enter")
    await page.goto(await page.get_by_role("link", name="Open the board").last.get_attribute("href") or "")
    await page.screenshot(path=path)
    await page.close()


async def picture(browser: Browser, address: str, path: Path, width: int, height: int) -> None:
    """The card in the middle of the screen, or Home from its top; the hints put away."""
    page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5)
    await page.goto(address)
    await page.get_by_role("button", name="Hide these hints").click()
    await page.mouse.move(0, 0)
    card = page.locator(".main .message", has=page.locator(".bk.header", has_text=CARD))
    shown = card.or_(page.locator(".home-body")).first
    await shown.wait_for()
    await page.wait_for_load_state("networkidle")
    await shown.evaluate("shown => shown.matches('.message') && shown.scrollIntoView({ block: 'center' })")
    await page.screenshot(path=path)
    await page.close()


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(take())
