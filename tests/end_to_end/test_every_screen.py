"""Screens of the demo with its story: axe-core, menus, narrow windows, heights of cards."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from support.axe import assert_axe_finds_nothing
from support.browser_tab import IS_ON_TOP, NARROW, WIDE, covered_entries
from support.newcomer import Newcomer, Started

# A script that returns, for each card: number and title, height in pixels without the line of
# replies, options, rows of impact, lines of its small print, and whether it is a reply.
HEIGHTS = """cards => cards.map(card => {
    const replies = card.querySelector(".replies");
    const foot = replies ? replies.offsetHeight + 6 : 0;
    const rows = [...card.querySelectorAll("tr")].map(row => row.innerText);
    const facts = card.querySelector(".bk.context");
    return {
        title: card.querySelector(".bk").innerText.trim().match(/^#\\d+ [^\\n]+/)?.[0],
        height: card.offsetHeight - foot,
        options: rows.filter(row => /^[A-F]\\. /.test(row.trim())).length,
        impacts: rows.filter(row => /^Impact/.test(row.trim())).length,
        lines: facts ? Math.round(facts.offsetHeight / 19) : 0,
        reply: card.querySelector(".also-sent") !== null,
    };
})"""
# Greatest heights in pixels of a settled card, an open card, and a line of small print.
SETTLED, OPEN, LINE = 140, 300, 19
PHONE = (390, 780)
# A script that keeps every text that Home has shown.
NOTE_HOME = """window.homes = []; new MutationObserver(() => {
    const text = document.querySelector(".home")?.innerText.trim();
    if (text && text !== window.homes.at(-1)) window.homes.push(text);
}).observe(document, { childList: true, subtree: true, characterData: true });"""
# A script that returns the elements, other than the steps to try, with content that is wider than
# they are.
WIDER_THAN_SEEN = """() => [document.documentElement, ...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility({ contentVisibilityAuto: true }))
    .filter((element) => element.clientWidth > 1 && !element.matches(".hints ol"))
    .filter((element) => getComputedStyle(element).overflowX !== "visible")
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => `${element.className}: ${element.innerText}`)"""
COMMANDS = (
    "/tradeoff Offer gift wrapping",
    "/tradeoff setup",
    "/tradeoff list",
    "/tradeoff show 1",
    "/tradeoff record No deploys on Fridays",
    "/accept Refund by e-mail",
)


def assert_axe_finds_nothing_in_forms(tab: Newcomer) -> None:
    page = tab.page
    for command in COMMANDS:
        tab.says(command)
        expect(tab.dialog).to_be_visible()
        assert_axe_finds_nothing(page, inside="dialog")
        page.keyboard.press("Escape")
        expect(tab.dialog).to_have_count(0)
    tab.says("/tradeoff Offer gift wrapping")
    tab.dialog.get_by_label("Kind").click()
    expect(page.get_by_role("listbox", name="Choices")).to_be_visible()
    assert_axe_finds_nothing(page, inside="dialog")
    page.keyboard.press("Escape")
    tab.dialog.locator("input[type=date]").first.click()
    expect(page.get_by_role("group", name="Choose a day")).to_be_visible()
    assert_axe_finds_nothing(page, inside="dialog")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)


def test_axe_finds_nothing_on_the_screens_of_alice(browser: Browser, story: Started) -> None:
    tab = Newcomer(browser, story, "/?as=alice&in=checkout", WIDE)  # type: ignore[arg-type]
    page = tab.page
    expect(tab.log().get_by_role("article").nth(20)).to_be_attached()
    assert_axe_finds_nothing(page)
    for sign in (".message .overflow", ".switcher", ".members"):
        page.locator(f"{sign} summary").last.click()
        assert_axe_finds_nothing(page, inside=f"{sign}[open]")
        page.keyboard.press("Escape")
    page.locator(".main .replies").last.click()
    expect(
        page.get_by_role("complementary", name="Thread").get_by_role("article")
    ).not_to_have_count(0)
    assert_axe_finds_nothing(page)
    assert_axe_finds_nothing_in_forms(tab)
    tab.follows("Alice: approve it")
    expect(page.get_by_role("status").filter(has_text="Press Approve")).to_be_visible()
    assert_axe_finds_nothing(page)
    page.locator(".main button", has_text=re.compile("^Approve$")).last.click()
    tab.dialog.locator("[data-submit]").click()
    expect(tab.dialog.locator(".field.wrong").first).to_be_in_viewport()
    assert_axe_finds_nothing(page)
    page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)
    page.get_by_role("link", name="Home").click()
    expect(page.locator(".home .bk.header").first).to_be_visible()
    assert_axe_finds_nothing(page)
    assert tab.trouble == []
    page.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_covers_an_entry_of_a_menu(
    browser: Browser, story: Started, size: tuple[int, int]
) -> None:
    """Each menu is opened at the top and at the bottom of the window."""
    tab = Newcomer(browser, story, "/?as=alice&in=checkout", size)  # type: ignore[arg-type]
    expect(tab.log().get_by_role("article").nth(40)).to_be_attached()
    # All earlier messages are loaded now, so that the list does not move during the test.
    tab.sees_all_messages()
    assert covered_entries(tab.log()) == []
    tab.says("/tradeoff show 1")
    expect(tab.dialog.locator("details.overflow")).not_to_have_count(0)
    assert covered_entries(tab.dialog) == []
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)
    tab.page.goto(f"{story.url}/?as=alice&in=tradeoffs")
    expect(tab.log().get_by_role("article").nth(8)).to_be_attached()
    assert covered_entries(tab.log()) == []
    tab.page.close()


@pytest.mark.parametrize("in_", ["checkout", "tradeoffs", "home"])
def test_nothing_needs_sideways_scrolling_on_a_phone(
    browser: Browser, story: Started, in_: str
) -> None:
    """The list of steps to try is left out: a button leads to the steps that are out of sight."""
    tab = Newcomer(browser, story, f"/?as=alice&in={in_}", PHONE)  # type: ignore[arg-type]
    expect(tab.page.locator(".main .bk").nth(8)).to_be_attached()
    if tab.log().count():
        tab.sees_all_messages()
    assert tab.page.evaluate(WIDER_THAN_SEEN) == []
    for command in COMMANDS if in_ == "checkout" else ():
        tab.says(command)
        expect(tab.dialog).to_be_visible()
        assert tab.page.evaluate(WIDER_THAN_SEEN) == []
        tab.page.keyboard.press("Escape")
        expect(tab.dialog).to_have_count(0)
    tab.page.close()


def test_home_says_that_it_loads_until_the_bot_has_answered(
    browser: Browser, story: Started
) -> None:
    page = browser.new_page()
    page.add_init_script(NOTE_HOME)
    page.goto(f"{story.url}/?as=dana&in=home")
    expect(page.locator(".home .bk").first).to_be_visible()
    texts = page.evaluate("window.homes")
    assert texts[0] == "Loading…"
    assert not [text for text in texts if "has not published" in text]
    page.close()


def test_every_step_to_try_can_be_reached(browser: Browser, story: Started) -> None:
    """At 1,300 px all steps are in sight; on a phone, a button leads to the rest, and back."""
    tab = Newcomer(browser, story, "/?as=erin&in=random", (1300, 860))  # type: ignore[arg-type]
    steps = tab.page.get_by_role("list", name="Steps")
    links = steps.get_by_role("link")
    assert links.count() == 5
    assert all(link.evaluate(IS_ON_TOP) for link in links.all())
    assert steps.evaluate("(list) => getComputedStyle(list).maskImage") == "none"
    more = tab.page.get_by_role("button", name="More steps")
    expect(more).to_be_hidden()
    tab.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(more).to_be_visible()
    for link in links.all():
        for _ in range(links.count()):
            if not link.evaluate(IS_ON_TOP):
                more.click()
        assert link.evaluate(IS_ON_TOP)
    more.click()
    assert links.first.evaluate(IS_ON_TOP)
    tab.page.close()


def test_no_commitment_is_promised_for_a_weekend(browser: Browser, story: Started) -> None:
    tab = Newcomer(browser, story, "/?as=alice&in=checkout", WIDE)  # type: ignore[arg-type]
    tab.says("/tradeoff commitments")
    answer = tab.log().locator(".private").last
    expect(answer).to_contain_text("Beta")
    assert re.findall(r"(?:Sat|Sun) \d+ \w+", answer.inner_text()) == []
    tab.page.close()


def test_cards_are_no_higher_than_allowed(browser: Browser, story: Started) -> None:
    """The limits are for a window of 1,300 px. Small print may take more than two lines."""
    tab = Newcomer(browser, story, "/?as=alice&in=checkout", WIDE)  # type: ignore[arg-type]
    page = tab.page
    page.set_viewport_size({"width": 1300, "height": 900})
    expect(tab.log().get_by_role("article").nth(20)).to_be_attached()
    cards = page.locator(".main article.message", has=page.locator(".bk"))
    # Cards of the story alone: other tests raise more, with longer titles.
    of_story = re.compile(r"#([1-9]|[12]\d|3[0-3]) ")
    drawn = [card for card in cards.evaluate_all(HEIGHTS) if not card["reply"]]
    found = [card for card in drawn if of_story.match(card["title"] or "")]
    two = [card for card in found if card["options"] == 2 and card["impacts"] <= 1]
    assert len(two) > 4
    assert [card for card in two if card["height"] > OPEN + LINE * max(card["lines"] - 2, 0)] == []
    settled = [card for card in found if re.match("#(7|11|12|13|14|15|16|17) ", card["title"])]
    assert len(settled) > 4
    assert [card for card in settled if card["height"] > SETTLED] == []
    page.close()
