"""The board in a real browser: wide and narrow, in light and dark, without scripts, on paper.

The browser gets there from the demo, as a newcomer would.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.axe import assert_axe_finds_nothing
from support.browser_tab import NARROW, WIDE
from support.newcomer import Newcomer, Started

# A word that is too wide for a phone, and in which no line can be broken.
LONG = "Donaudampfschifffahrtsgesellschaftskapitaen" * 2
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def address(browser: Browser, story: Started) -> Iterator[str]:
    """Let Alice raise something, ask for the board and follow the link; yield its address."""
    # Of the demo, a tab needs only the address.
    alice = Newcomer(browser, story, "/?as=alice&in=checkout", WIDE)  # type: ignore[arg-type]
    alice.says(f"/tradeoff {LONG}")
    alice.submits(
        "Raise",
        {
            "Kind": "Priority",
            "Why now": LONG,
            "Option A": LONG[:70],
            "Value of A": LONG,
            "Cost of A": LONG,
            "Option B": "No",
        },
    )
    alice.is_asked_for_nothing_more()
    alice.says("/tradeoff board")
    with alice.page.expect_popup() as opened:
        alice.log().get_by_role("link", name="Open the board of this channel").click()
    expect(opened.value.get_by_role("heading", name="#checkout")).to_be_visible()
    yield opened.value.url
    alice.page.close()
    opened.value.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Any]:
    """Yield a function that opens a page in a browser session of its own.

    At the end, check that no page had an error or asked for anything but the board.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    asked: list[str] = []
    hosts: set[str] = set()

    def open_page(address: str, size: tuple[int, int] = WIDE, **how: Any) -> Page:
        contexts.append(browser.new_context(viewport={"width": size[0], "height": size[1]}, **how))
        page = contexts[-1].new_page()
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        page.on("request", lambda request: asked.append(request.url))
        hosts.add(address.split("/")[2])
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # If a page is not found, the browser itself reports it as an error.
    assert [
        complaint
        for complaint in complaints
        if "the server responded with a status of" not in complaint
    ] == []
    assert {url.split("/")[2] for url in asked} <= hosts
    assert {url.split("/")[3] for url in asked} <= {"board", "favicon.ico"}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(look: Any, address: str, scheme: str, size: tuple[int, int]) -> None:
    page = look(address, size, color_scheme=scheme)
    assert_axe_finds_nothing(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_where_a_link_does_not_work(look: Any, address: str, scheme: str) -> None:
    page = look(f"{address}x", color_scheme=scheme)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    assert_axe_finds_nothing(page)


def test_nobody_has_to_scroll_sideways(look: Any, address: str) -> None:
    page = look(address)
    expect(page.get_by_text(LONG).first).to_be_visible()
    beyond = (
        "[...document.body.querySelectorAll('*')].filter(e => "
        "e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)"
    )
    for width in (320, 360, 735, 737, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(beyond) == [], width


def test_it_needs_no_script(look: Any, address: str) -> None:
    page = look(address, java_script_enabled=False)
    for heading in ("Commitments", "Open", "Decided", "Figures"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Decided").click()
    expect(page.get_by_role("heading", name="Decided", exact=True)).to_be_in_viewport()
    assert page.locator("script").count() == 0


def test_tables_are_tables_on_a_phone_too(look: Any, address: str) -> None:
    """On a phone, each row looks like a small sheet; a screen reader still reads a table."""
    for size in (WIDE, NARROW):
        page = look(address, size)
        ledger = page.get_by_role("table", name="Ledger of Beta")
        row = ledger.get_by_role("row").filter(has_text="Move Beta by a week for keyboard access")
        expect(row.get_by_role("cell").nth(3)).to_have_text("+7 days")
        expect(
            page.get_by_role("table", name="Decided").get_by_role("columnheader").first
        ).to_have_text("Decision")


def test_charts_are_told_in_words(look: Any, address: str) -> None:
    page = look(address)
    expect(page.get_by_role("img", name="First promised for")).to_be_visible()
    weeks = page.get_by_role(
        "img", name="Decided in the week that ends on each day, and waiting at its end."
    )
    expect(weeks).to_be_visible()
    expect(weeks.locator("text")).to_have_count(24)


def test_the_board_can_be_printed(look: Any, address: str, tmp_path: Path) -> None:
    page = look(address, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", include_hidden=True)).to_be_hidden()
    expect(page.get_by_role("heading", name="Decided", exact=True)).to_be_visible()
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, "
        "getComputedStyle(document.documentElement).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.pdf(path=tmp_path / "board.pdf", format="A4")
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")
