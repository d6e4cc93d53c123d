"""The demo as a newcomer meets it: started as a process, opened in a browser, its five hints followed to the end."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import COMMAND, PATIENCE, environment
from playwright.sync_api import Browser, Locator, expect
from tab import NARROW, WIDE, Tab

TITLE = "Add Apple Pay to Sprint 14"


class Started:
    """`python -m bot demo --port 0` in an empty folder, with its temporary files in another."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.left = folder / "temporary"
        self.left.mkdir()
        self.process = subprocess.Popen(
            [*COMMAND, "demo", "--port", "0", *options], cwd=folder, env={**environment(), "TMPDIR": str(self.left)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.url = self._address()

    def _address(self) -> str:
        """What a person would copy from the terminal."""
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.match(r"Open (http://127\.0\.0\.1:\d+)$", line):
                return found[1]
        raise AssertionError(f"no address was printed: {self._errors()}")

    def _errors(self) -> str:
        assert self.process.stderr
        return self.process.stderr.read()

    def interrupt(self) -> str:
        """Ctrl+C; returns what it complained about."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return errors

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


class Newcomer(Tab):
    """Somebody who reads the strip at the top and does what it says."""

    def follows(self, hint: str) -> None:
        self.page.get_by_role("link", name=hint).click()

    def last_card(self) -> Locator:
        return self.log().get_by_role("article").filter(has=self.page.locator(".bk.header")).last

    def presses(self, button: str) -> None:
        self.last_card().locator("button", has_text=re.compile(f"^{button}$")).click()

    def submits(self, button: str, fields: dict[str, str] | None = None) -> None:
        """Fill in the open form, label by label, and send it."""
        for label, value in (fields or {}).items():
            field = self.dialog.get_by_label(re.compile(rf"^{re.escape(label)}\s*(optional)?$"))
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(
                    label=field.locator('option:not([value=""])', has_text=re.compile(f"^{value}")).inner_text()
                )
            else:
                field.fill(value)
        self.dialog.get_by_role("button", name=button, exact=True).click()

    def is_asked_for_nothing_more(self) -> None:
        expect(self.dialog).to_have_count(0)

    def becomes(self, person: str) -> None:
        if self.page.get_by_role("button", name="Show channels").is_visible():
            self.page.get_by_role("button", name="Show channels").click()
        self.page.get_by_role("button", name=re.compile("^You are")).click()
        self.page.get_by_role("menuitem", name=re.compile(f"^{person}")).click()
        expect(self.page.locator(".switcher strong").first).to_have_text(person)

    def reads(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.log().get_by_text(sentence).last).to_be_visible()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    running: list[Started] = []

    def run(*options: str) -> Started:
        running.append(Started(tmp_path, *options))
        return running[-1]

    yield run
    for one in running:
        one.kill()


@pytest.mark.parametrize(("options", "size"), [((), WIDE), (("--empty",), NARROW)], ids=["wide", "empty and narrow"])
def test_a_newcomer_follows_the_five_hints_to_the_end(
    browser: Browser, start: Any, options: tuple[str, ...], size: tuple[int, int]
) -> None:
    demo = start(*options)
    tab = Newcomer(browser, demo, "/", size)
    tab.page.set_default_timeout(60_000)

    tab.follows("Alice: raise a tradeoff")
    expect(tab.box).to_have_value(f"/tradeoff {TITLE}")
    tab.box.press("Enter")
    if "--empty" in options:
        tab.submits("Save", {"Product owner": "Alice", "Project manager": "Bob"})
    expect(tab.dialog.get_by_label("Title")).to_have_value(TITLE)
    tab.submits("Raise")
    expect(tab.dialog.get_by_text("Please complete this required field.")).to_have_count(4)
    tab.submits("Raise", {
        "Kind": "Priority", "Why now": "Wallets are 40% of drop-offs", "Option A": "Now", "Value of A": "Fewer drop-offs",
        "Cost of A": "Wallet redesign waits", "Option B": "Next quarter",
    })  # fmt: skip
    tab.is_asked_for_nothing_more()
    tab.reads("Waiting for the impact from")

    tab.follows("Bob: state its impact")
    expect(tab.last_card()).to_contain_text(f"asks: what would {TITLE}")
    tab.presses("State impact")
    tab.submits(
        "State impact", {"Days of slip": "5", "What it displaces": "Wallet redesign", "How sure are you?": "Medium"}
    )
    tab.is_asked_for_nothing_more()
    expect(tab.last_card()).to_contain_text("you have stated the impact")

    tab.follows("Alice: approve it")
    expect(tab.last_card()).to_contain_text("waits for your decision")
    expect(tab.last_card()).to_contain_text("5 days of slip")
    tab.presses("Approve")
    tab.submits("Approve", {"Option": "A. Now", "Why": "It pays for itself by spring"})
    tab.is_asked_for_nothing_more()
    expect(tab.last_card().get_by_role("button", name="Approve")).to_have_count(0)

    tab.follows("Erin: claim finished work")
    outcome = tab.log().get_by_role("article").filter(has_text="Replied to a thread, and here").last
    expect(outcome).to_contain_text(f"{TITLE}: approved by @Alice (product owner, priority): A, Now.")
    expect(outcome).to_contain_text("It pays for itself by spring")
    tab.box.press("Enter")
    tab.submits("Ask", {"Evidence": "Test run 412", "Criteria": "Arrives in a minute\nNames the order"})
    tab.is_asked_for_nothing_more()
    expect(tab.last_card()).to_contain_text("Refund by e-mail")

    tab.follows("Erin: decide, be refused")
    tab.presses("Accept")
    tab.is_asked_for_nothing_more()
    tab.reads("Only visible to you", "Only @Alice (product owner) decides acceptance here")

    tab.becomes("Alice")
    tab.presses("Accept")
    tab.submits("Accept", {"1. Arrives in a minute": "Met", "2. Names the order": "Waived", "Why": "Support is happy"})
    tab.submits("Accept", {"Why is this waived? Names the order": "It has one order only"})
    tab.is_asked_for_nothing_more()
    tab.reads("accepted by @Alice (product owner, acceptance)")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= size[0]

    assert tab.trouble == []
    assert tab.elsewhere == []

    # The tab is still open: it cannot keep the demo alive.
    assert demo.interrupt() == ""
    assert demo.process.returncode == 0
    assert list(demo.left.iterdir()) == []
    tab.page.close()
