"""Text that a person of the demo has typed into a message box and not sent."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect


def test_a_text_that_was_not_sent_is_there_again(see: Any) -> None:
    sam = see("/?as=sam&in=payments-private")
    sam.box.fill("Half a thought")
    sam.page.get_by_role("link", name="tradeoffs").click()
    expect(sam.page).to_have_url(re.compile("in=tradeoffs"))
    expect(sam.page.get_by_role("link", name="Messages")).to_be_visible()
    sam.page.go_back()
    expect(sam.page.get_by_role("link", name="Messages")).to_be_hidden()
    expect(sam.box).to_have_value("Half a thought")
    sam.page.reload()
    expect(sam.box).to_have_value("Half a thought")


def test_a_text_that_was_sent_or_that_somebody_else_typed_is_not_there(see: Any) -> None:
    alice = see("/?as=alice&in=checkout")
    alice.box.fill("Half a thought")
    alice.page.goto(alice.page.url.replace("as=alice", "as=bob"))
    expect(alice.box).to_be_focused()
    expect(alice.box).to_have_value("")
    alice.page.go_back()
    expect(alice.box).to_have_value("Half a thought")
    alice.box.press("Enter")
    expect(alice.log().get_by_text("Half a thought")).to_be_visible()
    alice.page.reload()
    expect(alice.box).to_be_focused()
    expect(alice.box).to_have_value("")
