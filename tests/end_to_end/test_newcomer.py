"""The demo as a newcomer meets it: a browser follows the five hints, with the story and without."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from support.browser_tab import NARROW, WIDE
from support.newcomer import Newcomer, Started

TITLE = "Add Apple Pay to Sprint 14"


def test_a_newcomer_follows_the_five_hints_to_the_end(browser: Browser, own_story: Started) -> None:
    tab = follow_the_five_hints(browser, own_story, WIDE, is_empty=False)
    tab.page.close()


def test_a_newcomer_follows_them_in_an_empty_demo_on_a_phone(
    browser: Browser, tmp_path: Path
) -> None:
    with Started(tmp_path, "--empty") as demo:
        tab = follow_the_five_hints(browser, demo, NARROW, is_empty=True)
        # The tab is still open. It must not keep the demo from ending.
        demo.interrupt()
        tab.page.close()


def follow_the_five_hints(
    browser: Browser, demo: Started, size: tuple[int, int], *, is_empty: bool
) -> Newcomer:
    tab = Newcomer(browser, demo, "/", size)  # type: ignore[arg-type]
    tab.page.set_default_timeout(60_000)

    tab.follows("Alice: raise a tradeoff")
    expect(tab.box).to_have_value(f"/tradeoff {TITLE}")
    tab.box.press("Enter")
    if is_empty:
        tab.submits("Save", {"Product owner": "Alice", "Project manager": "Bob"})
    expect(tab.dialog.get_by_label("Title")).to_have_value(TITLE)
    tab.submits("Raise")
    expect(tab.dialog.get_by_text("Please complete this required field.")).to_have_count(4)
    tab.submits(
        "Raise",
        {
            "Kind": "Priority",
            "Why now": "Wallets are 40% of drop-offs",
            "Option A": "Now",
            "Value of A": "Fewer drop-offs",
            "Cost of A": "Wallet redesign waits",
            "Option B": "Next quarter",
        },
    )
    tab.is_asked_for_nothing_more()
    tab.reads("Waiting for the impact from")
    tab.has_done("Alice: raise a tradeoff")

    tab.follows("Bob: state its impact")
    expect(tab.last_card()).to_contain_text(f"asks: what would {TITLE}")
    tab.is_led_to("State impact")
    tab.presses("State impact")
    tab.submits(
        "State impact",
        {
            "Days of slip": "5",
            "What it displaces": "Wallet redesign",
            "How sure are you?": "Medium",
        },
    )
    tab.is_asked_for_nothing_more()
    expect(tab.last_card()).to_contain_text("you have stated the impact")
    tab.has_done("Bob: state its impact")

    tab.follows("Alice: approve it")
    expect(tab.last_card()).to_contain_text("waits for your decision")
    expect(tab.last_card()).to_contain_text("5 working days of slip")
    tab.is_led_to("Approve")
    tab.presses("Approve")
    tab.submits("Approve", {"Option": "A. Now", "Why": "It pays for itself by spring"})
    tab.is_asked_for_nothing_more()
    expect(tab.last_card().get_by_role("button", name="Approve")).to_have_count(0)

    tab.follows("Erin: claim finished work")
    outcome = tab.log().get_by_role("article").filter(has_text="replied to a thread:").last
    expect(outcome).to_contain_text(
        f"{TITLE}: approved by @Alice (product owner, priority): A. Now."
    )
    expect(outcome).to_contain_text("It pays for itself by spring")
    tab.box.press("Enter")
    tab.submits(
        "Ask", {"Evidence": "Test run 412", "Criteria": "Arrives in a minute\nNames the order"}
    )
    tab.is_asked_for_nothing_more()
    expect(tab.last_card()).to_contain_text("Refund by e-mail")
    tab.has_done("Erin: claim finished work")

    tab.follows("Erin: decide, be refused")
    tab.is_led_to("Accept")
    tab.presses("Accept")
    tab.is_asked_for_nothing_more()
    tab.has_done("Erin: decide, be refused")
    tab.reads("Only visible to you", "Only @Alice (product owner) decides acceptance here")

    tab.becomes("Alice")
    tab.presses("Accept")
    tab.submits(
        "Accept",
        {
            "1. Arrives in a minute": "Met",
            "2. Names the order": "Waived",
            "Why": "Support is happy",
        },
    )
    tab.submits("Accept", {"Why is this waived? Names the order": "It has one order only"})
    tab.is_asked_for_nothing_more()
    tab.reads("accepted by @Alice (product owner, acceptance)")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= size[0]

    assert tab.trouble == []
    assert tab.elsewhere == []
    return tab
