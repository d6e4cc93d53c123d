"""Messages on the demo's page in a real browser: which of them are drawn, and how."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.demo.run import Demo
from bot.demo.slack.workspace import Message
from support.browser_tab import NARROW, WIDE
from support.small_bot import put_card

# A script that returns where the text after an element begins.
AFTER = """(element) => {
    const after = document.createRange();
    after.setStart(element.nextSibling, 1);
    after.setEnd(element.nextSibling, 2);
    return after.getBoundingClientRect().left;
}"""


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
    tab.scrolls_up(until=lambda: tab.log().get_by_role("article").count() > 52)
    # A busy machine may be asked to scroll up twice before it has drawn the next page.
    assert tab.log().get_by_role("article").count() <= 132
    assert tab.log().evaluate("(log) => log.scrollTop") > 0
    tab.log().get_by_role("link", name="The first").click()
    expect(tab.page.locator(f'[data-ts="{sent[30].ts}"]')).to_be_in_viewport()


@pytest.mark.parametrize(
    ("size", "row"),
    [
        (WIDE, [f"A. {'x' * 75}", "Fewer abandoned carts", "Two weeks"]),
        (NARROW, ["A. No", "Fewer abandoned carts on phones " * 3, f"Two {'months ' * 9}"]),
    ],
    ids=["wide", "narrow"],
)
def test_long_texts_in_a_table_hide_no_column_and_break_no_header(
    see: Any, demo: Demo, size: tuple[int, int], row: list[str]
) -> None:
    rows = [["Option", "Value", "Cost"], row]
    cells = [[{"type": "raw_text", "text": text} for text in texts] for texts in rows]
    table = [{"type": "table", "block_id": "options", "rows": cells}]
    workspace = demo.workspace
    channel = workspace.channel("search").id
    workspace.add_message(Message(channel, workspace.next_ts(), workspace.bot.id, "A table", table))
    tab = see("/?as=alice&in=search", size)
    drawn = tab.log().locator(".bk.table").last
    expect(drawn.get_by_role("columnheader", name="Cost")).to_be_in_viewport(ratio=1)
    assert drawn.evaluate("(table) => table.scrollWidth <= table.clientWidth")
    for header in drawn.get_by_role("columnheader").all():
        assert header.evaluate("(cell) => cell.offsetHeight") < 40, header.inner_text()


def test_a_table_on_a_phone_breaks_no_usual_word(see: Any, demo: Demo) -> None:
    rows = [["Option", "Value", "Cost"], ["A. Wallets", "Abandoned carts", "Requirements again"]]
    cells = [[{"type": "raw_text", "text": text} for text in texts] for texts in rows]
    table = [{"type": "table", "block_id": "options", "rows": cells}]
    workspace = demo.workspace
    channel = workspace.channel("search").id
    workspace.add_message(Message(channel, workspace.next_ts(), workspace.bot.id, "A table", table))
    drawn = see("/?as=alice&in=search", NARROW).log().locator(".bk.table").last
    assert drawn.evaluate("(table) => table.scrollWidth <= table.clientWidth")
    broken = drawn.evaluate(
        """(table) => {
            const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
            const broken = [];
            while (walker.nextNode()) {
                const node = walker.currentNode, range = document.createRange();
                for (const word of node.data.matchAll(/\\w+/g)) {
                    range.setStart(node, word.index);
                    range.setEnd(node, word.index + word[0].length);
                    if (range.getClientRects().length > 1) broken.push(word[0]);
                }
            }
            return broken;
        }"""
    )
    assert broken == []


def test_a_long_name_takes_two_lines_in_the_person_switch(see: Any, demo: Demo) -> None:
    erin = demo.workspace.person("erin")
    name, erin.real_name = erin.real_name, "Wolfeschlegelsteinhausen Bergerdorff " * 4
    try:
        shown = see("/?as=erin&in=search").page.locator(".switcher summary strong")
        assert shown.evaluate("(name) => name.offsetHeight") < 40
    finally:
        erin.real_name = name


def test_a_name_from_right_to_left_leaves_the_words_after_it_in_place(see: Any, demo: Demo) -> None:
    workspace, erin = demo.workspace, demo.workspace.person("erin")
    name, erin.real_name = erin.real_name, "عبد الرحمن"
    channel, text = workspace.channel("search").id, f"Raised by <@{erin.id}> 27 days ago"
    workspace.add_message(Message(channel, workspace.next_ts(), workspace.bot.id, text))
    try:
        mention = see("/?as=alice&in=search").log().locator(".mention").last
        expect(mention).to_have_text("@عبد الرحمن")
        box = mention.bounding_box()
        assert mention.evaluate(AFTER) >= box["x"] + box["width"] - 1
    finally:
        erin.real_name = name


def test_a_list_does_not_move_while_somebody_looks_at_a_menu_in_it(see: Any, demo: Demo) -> None:
    cards = [put_card(demo, "search") for _ in range(8)]
    alice, bob = see("/?as=alice&in=search"), see("/?as=bob&in=search")
    last = alice.page.locator(f'[data-ts="{cards[-1].ts}"] .overflow')
    last.locator("summary").click()
    entry = last.get_by_role("menuitem").first
    expect(entry).to_be_focused()
    before = entry.bounding_box()
    bob.says("News\nof\nfour\nlines")
    news = alice.log().get_by_text("News")
    expect(news).to_be_attached()
    assert entry.bounding_box() == before
    alice.page.keyboard.press("Escape")
    expect(news).to_be_in_viewport(ratio=1)


def test_news_are_marked_as_in_slack(see: Any, demo: Demo) -> None:
    workspace, bob = demo.workspace, demo.workspace.person("bob")
    channel = workspace.channel("partners")
    alice = see("/?as=alice&in=checkout")
    place = alice.page.get_by_role("link", name="partners")

    def says(text: str) -> None:
        workspace.add_message(Message(channel.id, workspace.next_ts(), bob.id, text))

    says("Good morning")
    badge = place.get_by_label("1 unread")
    expect(badge).to_be_attached()
    expect(place).to_have_css("font-weight", "650")
    assert badge.evaluate("(badge) => badge.offsetWidth") <= 1
    says(f"<@{workspace.person('alice').id}>, a word?")
    badge = place.get_by_label("2 unread")
    expect(badge).to_be_in_viewport()
    assert badge.evaluate("(badge) => badge.offsetWidth") > 10
    place.click()
    mark = alice.log().get_by_text("New", exact=True)
    expect(mark).to_have_count(1)
    expect(mark.locator("+ article")).to_contain_text("Good morning")
    says("While she looks")
    expect(alice.log().get_by_text("While she looks")).to_be_visible()
    expect(mark.locator("+ article")).to_contain_text("Good morning")


def test_a_reply_in_the_channel_leads_to_its_thread(see: Any, demo: Demo) -> None:
    workspace, bob = demo.workspace, demo.workspace.person("bob")
    channel = workspace.channel("mobile")
    first = workspace.add_message(Message(channel.id, workspace.next_ts(), bob.id, "Who signs?"))
    reply = Message(channel.id, workspace.next_ts(), bob.id, "I do", thread_ts=first.ts)
    reply.reply_broadcast = True
    workspace.add_message(reply)
    erin = see("/?as=erin&in=mobile")
    shown = erin.log().get_by_role("article").filter(has_text="replied to a thread:")
    shown.get_by_role("button", name="Who signs?").click()
    thread = erin.page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("Also sent to #mobile")).to_be_visible()


def test_things_and_days_are_picked_as_in_slack(see: Any) -> None:
    tab = see("/?as=alice&in=search")
    tab.says("/ask")
    kind, due = tab.page.get_by_label("Kind"), tab.page.get_by_label("Due")
    kind.click()
    choices = tab.page.get_by_role("listbox", name="Choices").get_by_role("option")
    expect(choices).to_have_count(2)
    tab.page.keyboard.type("pla")
    expect(choices).to_have_count(1)
    tab.page.keyboard.press("Enter")
    expect(kind).to_have_value("plan")
    expect(kind).to_be_focused()
    tab.page.keyboard.type("ri")
    tab.page.keyboard.press("Escape")
    expect(choices).to_have_count(0)
    expect(kind).to_have_value("plan")
    tab.page.get_by_label("Add to Consult").click()
    tab.page.keyboard.type("erin")
    choices.first.click()
    expect(tab.dialog.get_by_role("button", name="Remove Erin")).to_be_visible()
    due.fill("2026-12-24")
    due.click()
    month = tab.page.get_by_role("group", name="Choose a day")
    expect(month.get_by_role("button", name="24 December 2026")).to_have_attribute(
        "aria-pressed", "true"
    )
    month.get_by_role("button", name="The next month").click()
    month.get_by_role("button", name=re.compile("Friday,? 1 January 2027")).click()
    expect(due).to_have_value("2027-01-01")
    expect(due).to_have_attribute("data-shown", "1 Jan 2027")
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)


def test_a_page_that_stands_still_for_a_while_is_not_loaded_anew(see: Any) -> None:
    """A busy browser runs no script of the page, so the page does not answer the server."""
    alice, bob = see("/?as=alice&in=checkout"), see("/?as=bob&in=checkout")
    alice.page.evaluate("window.isTheSame = true")
    debugger = alice.page.context.new_cdp_session(alice.page)
    debugger.send("Debugger.enable")
    debugger.send("Debugger.pause")
    bob.says("While it stood still")
    bob.page.wait_for_timeout(12_000)
    debugger.send("Debugger.resume")
    debugger.detach()
    expect(alice.log().get_by_text("While it stood still")).to_be_attached()
    alice.page.wait_for_timeout(3_000)
    assert alice.page.evaluate("window.isTheSame")
