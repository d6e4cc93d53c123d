"""Focus in a form of the demo's page that the bot redraws."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from bot.demo.run import Demo
from support.small_bot import CARD, field, form

# A script that opens the first menu as soon as it is drawn, faster than any person.
OPEN_FIRST_MENU_AT_ONCE = """(dialog) => {
    const watch = new MutationObserver(() => {
        const menu = dialog.querySelector("details.overflow");
        if (menu) { watch.disconnect(); menu.open = true; }
    });
    watch.observe(dialog, { childList: true, subtree: true });
}"""
# A script that goes into the field "Days" as soon as the form is redrawn with a field "Cost".
GO_INTO_DAYS_AT_ONCE = """(dialog) => {
    const watch = new MutationObserver(() => {
        if (!dialog.querySelector("[data-block=cost]")) return;
        watch.disconnect();
        dialog.querySelector("[data-block=days] input").focus();
    });
    watch.observe(dialog, { childList: true, subtree: true });
}"""
# A script that types a word into what has the focus, as soon as the form is redrawn with this hint.
TYPE_AT_ONCE = """(dialog) => {
    const watch = new MutationObserver(() => {
        if (!dialog.innerText.includes("Another line.")) return;
        watch.disconnect();
        setTimeout(() => document.execCommand("insertText", false, "Wallets"), 0);
    });
    watch.observe(dialog, { childList: true, subtree: true });
}"""


def add_cost(demo: Demo, *first: dict[str, Any]) -> None:
    """Redraw the form that Alice has open: `first`, its fields, and a field "Cost"."""
    workspace = demo.workspace
    asked = form(workspace.channel("search").id)
    more = field("cost", "Cost", {"type": "plain_text_input"})
    view = workspace.modals(workspace.person("alice").id)[-1]
    workspace.fill_view(view, {**asked, "blocks": [*first, *asked["blocks"], more]})


def test_a_menu_opened_while_its_form_is_redrawn_keeps_the_focus(see: Any, demo: Demo) -> None:
    tab = see("/?as=alice&in=search")
    tab.says("/ask")
    expect(tab.page.get_by_label("Title")).to_be_focused()
    tab.dialog.evaluate(OPEN_FIRST_MENU_AT_ONCE)
    add_cost(demo, *CARD)
    # The script has now chosen the element that gets the focus.
    expect(tab.dialog).to_have_attribute("data-fields", re.compile("cost"))
    expect(tab.page.get_by_role("menuitem", name="Later")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("menuitem", name="Later")).to_be_hidden()
    expect(tab.dialog).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)


def test_a_form_that_grows_stays_where_it_was_and_leads_to_what_is_new(
    see: Any, demo: Demo
) -> None:
    tab = see("/?as=alice&in=search", (1280, 500))
    tab.says("/ask")
    body = tab.dialog.locator(".modal-body")
    tab.page.get_by_role("checkbox", name="Plan").focus()
    expect(tab.page.get_by_role("checkbox", name="Plan")).to_be_in_viewport()
    expect(body).not_to_have_js_property("scrollTop", 0)
    before = body.evaluate("(body) => body.scrollTop")
    add_cost(demo)
    expect(tab.page.get_by_label("Cost")).to_be_focused()
    expect(tab.page.get_by_label("Cost")).to_be_in_viewport()
    assert body.evaluate("(body) => body.scrollTop") >= before
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)


def test_a_field_that_somebody_is_in_already_keeps_the_focus(see: Any, demo: Demo) -> None:
    tab = see("/?as=alice&in=search")
    tab.says("/ask")
    expect(tab.page.get_by_label("Title")).to_be_focused()
    tab.dialog.evaluate(GO_INTO_DAYS_AT_ONCE)
    add_cost(demo)
    expect(tab.dialog).to_have_attribute("data-fields", re.compile("cost"))
    expect(tab.page.get_by_label("Days")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)


def test_no_key_is_lost_while_the_bot_redraws_a_form(see: Any, demo: Demo) -> None:
    tab = see("/?as=alice&in=search")
    tab.says("/ask")
    expect(tab.page.get_by_label("Title")).to_be_focused()
    tab.dialog.evaluate(TYPE_AT_ONCE)
    workspace = demo.workspace
    view = workspace.modals(workspace.person("alice").id)[-1]
    workspace.fill_view(view, form(workspace.channel("search").id, hint="Another line."))
    expect(tab.page.get_by_label("Title")).to_have_value("Wallets")
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)
