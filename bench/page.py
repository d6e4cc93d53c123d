"""Time that the demo's page takes to open a channel, from the click until its messages are painted.

Run `python -m bench.page`. Chromium goes back and forth between an empty channel and two others:
the busiest one of the story, and one with 500 messages, which repeat those of the busiest.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bot.demo.run import Demo, product

OPENINGS = 20
MANY = 500
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Script that opens a channel, and returns after how many milliseconds a frame with its newest
# message is painted.
OPEN = """([place, newest]) => new Promise((opened) => {
    const began = performance.now();
    const paint = () => setTimeout(() => opened(performance.now() - began));
    const look = () => {
        const log = document.querySelector(`.main .log[aria-label="Messages in ${place}"]`);
        const box = log?.querySelector(`[data-ts="${newest}"]`)?.getBoundingClientRect();
        box && box.top < innerHeight ? requestAnimationFrame(paint) : requestAnimationFrame(look);
    };
    const names = [...document.querySelectorAll(".place .name")];
    names.find((name) => name.textContent === place).click();
    look();
})"""


async def measure(demo: Demo) -> None:
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1300, "height": 860})
        await page.goto(f"{demo.url}/?as=alice&in=random")
        await page.locator(".main .log").wait_for()
        for place in ("checkout", "search"):
            await _time(page, demo, place)
        await browser.close()


async def _time(page: Page, demo: Demo, place: str) -> None:
    seen = demo.workspace.conversation(
        demo.workspace.channel(place).id, demo.workspace.person("alice").id
    )
    spent = []
    for _ in range(OPENINGS):
        spent.append(await page.evaluate(OPEN, [place, seen[-1].ts]))
        await page.locator("a.place", has_text="random").click()
        await page.locator('.log[aria-label="Messages in random"]').wait_for()
        await page.wait_for_load_state("networkidle")
    print(
        f"#{place:9} {len(seen):4} messages  p50 {statistics.median(spent):6.1f} ms  "
        f"least {min(spent):6.1f} ms  most {max(spent):6.1f} ms"
    )


def fill(demo: Demo) -> None:
    """Repeat in #search what was said in #checkout, until there are 500 messages."""
    workspace = demo.workspace
    alice, target = workspace.person("alice").id, workspace.channel("search").id
    said = workspace.conversation(workspace.channel("checkout").id, alice)
    there = workspace.messages.setdefault(target, [])
    there.clear()
    while len(there) < MANY:
        message = said[len(there) % len(said)]
        workspace.add_message(
            replace(message, channel=target, ts=workspace.next_ts(), thread_ts=None)
        )


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with product(Path(folder)) as demo:
            fill(demo)
            await measure(demo)


if __name__ == "__main__":
    asyncio.run(main())
