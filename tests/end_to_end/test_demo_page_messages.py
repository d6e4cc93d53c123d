"""Messages on the demo's page in a real browser: which are drawn, and how they look."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from bot.demo.run import Demo
from bot.demo.slack.workspace import Message
from support.small_bot import put_card


def test_a_long_channel_is_drawn_as_far_as_somebody_looks(see: Any, demo: Demo) -> None:
    sent = [put_card(demo, "payments-private") for _ in range(150)]
    channel = demo.workspace.channel("payments-private")
    link = f"{demo.url}/archives/{channel.id}/p{sent[30].ts.replace('.', '')}"
    demo.workspace.add_message(
        Message(channel.id, demo.workspace.next_ts(), demo.workspace.bot.id, f"<{link}|The first>")
    )
    tab = see("/?as=bob&in=payments-private")
    expect(tab.log().get_by_role("link", name="The first")).to_be_in_viewport()
    assert 12 <= tab.log().get_by_role("article").count() <= 52
    expect(tab.log().get_by_role("article")).to_have_count(52)
    tab.log().evaluate("(log) => log.scrollTo(0, 0)")
    expect(tab.log().get_by_role("article")).to_have_count(92)
    assert tab.log().evaluate("(log) => log.scrollTop") > 0
    tab.log().get_by_role("link", name="The first").click()
    expect(tab.page.locator(f'[data-ts="{sent[30].ts}"]')).to_be_in_viewport()
