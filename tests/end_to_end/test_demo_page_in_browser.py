"""The demo's page in a real browser, with the demo Slack and a small bot."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.demo.run import Demo
from support.browser_tab import NARROW
from support.slow_line import SlowLine
from support.small_bot import form, put_card


def test_a_form_is_opened_filled_and_sent_with_the_keyboard_alone(see: Any) -> None:
    alice, bob = see("/?as=alice&in=checkout"), see("/?as=bob&in=checkout")
    keys = alice.page.keyboard
    expect(alice.box).to_be_focused()
    keys.type("/as")
    expect(alice.page.get_by_role("option", name="/ask")).to_be_visible()
    keys.press("Tab")
    keys.press("Enter")
    expect(alice.page.get_by_label("Title")).to_be_focused()
    keys.type("bad")
    keys.press("Tab")
    keys.type("Plan")
    keys.press("Tab")
    keys.type("5")
    keys.press("Enter")
    expect(alice.page.get_by_role("button", name="Send").last).to_be_disabled()
    expect(alice.dialog.get_by_role("alert").filter(has_text="Say it better.")).to_be_visible()
    expect(alice.page.get_by_label("Title")).to_be_focused()
    alice.page.get_by_label("Title").fill("Shall we?")
    alice.page.get_by_label("Add to Consult").select_option(label="Erin – Engineer")
    alice.page.get_by_role("checkbox", name="Plan").check()
    alice.page.get_by_label("Due").fill("2026-12-24")
    alice.page.get_by_label("Title").press("Enter")
    expect(alice.dialog).to_have_count(0)
    expect(bob.log().get_by_text("Shall we?: plan, 5 days, @Erin, 1, 2026-12-24")).to_be_visible()


def test_a_form_says_what_is_missing_and_wrong_under_its_field(see: Any) -> None:
    alice = see("/?as=alice&in=search")
    alice.says("/ask")
    alice.page.get_by_label("Days").fill("100")
    alice.dialog.get_by_role("button", name="Send").click()
    expect(alice.dialog.get_by_text("Enter 99 or less.")).to_be_visible()
    alice.page.get_by_label("Days").fill("9")
    alice.dialog.get_by_role("button", name="Send").click()
    expect(alice.dialog.get_by_text("Please complete this required field.")).to_have_count(2)
    alice.page.keyboard.press("Escape")
    expect(alice.dialog).to_have_count(0)


def test_what_is_typed_in_a_form_outlives_live_updates(see: Any, demo: Demo) -> None:
    alice, bob = see("/?as=alice&in=checkout"), see("/?as=bob&in=checkout")
    alice.says("/ask")
    title = alice.page.get_by_label("Title")
    title.press_sequentially("Half a sen")
    bob.says("Meanwhile")
    expect(alice.log().get_by_text("Meanwhile")).to_be_attached()
    expect(title).to_be_focused()
    title.press_sequentially("tence")
    expect(title).to_have_value("Half a sentence")
    redraw(demo, "Another hint.")
    expect(alice.dialog.get_by_text("Another hint.")).to_be_visible()
    expect(title).to_have_value("Half a sentence")
    alice.page.keyboard.press("Escape")
    expect(alice.dialog).to_have_count(0)
    expect(alice.box).to_be_focused()


def test_what_is_typed_while_the_bot_redraws_a_form_stays(see: Any, demo: Demo) -> None:
    alice = see("/?as=alice&in=checkout")
    line = SlowLine(alice.page)
    alice.says("/ask")
    alice.page.get_by_label("Title").fill("Shall we")
    alice.page.get_by_label("Kind").select_option(label="Plan – Alice decides")
    days = alice.page.get_by_label("Days")
    days.press_sequentially("1")
    line.hold()
    days.press_sequentially("2")
    redraw(demo, "Another hint.")
    expect(alice.dialog.get_by_text("Another hint.")).to_be_visible()
    expect(days).to_have_value("12")
    expect(days).to_be_focused()
    line.release()
    days.press("Enter")
    expect(alice.dialog).to_have_count(0)
    expect(alice.log().get_by_text("Shall we: plan, 12 days")).to_be_visible()


def test_a_press_that_a_redraw_overtakes_sends_the_form_once(see: Any, demo: Demo) -> None:
    alice = see("/?as=alice&in=checkout")
    line = SlowLine(alice.page)
    alice.says("/ask")
    alice.page.get_by_label("Title").fill("bad")
    alice.page.get_by_label("Kind").select_option(label="Plan – Alice decides")
    alice.page.get_by_label("Days").fill("5")
    send = alice.page.get_by_role("button", name="Send").last
    send.click()
    wrong = alice.dialog.get_by_role("alert").filter(has_text="Say it better.")
    expect(wrong).to_be_visible()
    redraw(demo, "Another hint.")
    expect(alice.dialog.get_by_text("Another hint.")).to_be_visible()
    expect(wrong).to_have_count(0)
    alice.page.get_by_label("Title").fill("Shall we")
    line.hold()
    send.click()
    redraw(demo, "A third hint.")
    expect(alice.dialog.get_by_text("A third hint.")).to_be_visible()
    line.release()
    expect(alice.dialog).to_have_count(0)
    expect(alice.log().get_by_text("Shall we: plan, 5 days")).to_have_count(1)


def redraw(demo: Demo, hint: str) -> None:
    """Let the bot draw Alice's form anew, with this hint."""
    workspace = demo.workspace
    workspace.fill_view(
        workspace.modals(workspace.person("alice").id)[-1],
        form(workspace.channel("checkout").id, hint=hint),
    )


def test_a_private_answer_is_shown_to_its_reader_only(see: Any, demo: Demo) -> None:
    card = put_card(demo, "mobile")
    erin, sam = see("/?as=erin&in=mobile"), see("/?as=sam&in=mobile")
    erin.page.locator(f'[data-ts="{card.ts}"]').get_by_role("button", name="Yes").click()
    expect(erin.log().get_by_text("You pressed yes.")).to_be_visible()
    expect(erin.log().get_by_text("Only visible to you")).to_be_visible()
    expect(sam.log().get_by_text("A card")).to_be_visible()
    expect(sam.log().get_by_text("You pressed yes.")).to_have_count(0)


def test_a_confirm_dialog_asks_first(see: Any, demo: Demo) -> None:
    card = put_card(demo, "partners")
    bob = see("/?as=bob&in=partners")
    shown = bob.page.locator(f'[data-ts="{card.ts}"]')
    shown.get_by_role("button", name="No", exact=True).click()
    expect(bob.dialog.get_by_text("No way back.")).to_be_visible()
    bob.page.keyboard.press("Escape")
    expect(bob.dialog).to_have_count(0)
    shown.get_by_role("button", name="No", exact=True).click()
    bob.dialog.get_by_role("button", name="Do it").click()
    expect(bob.log().get_by_text("You pressed no.")).to_be_visible()
    shown.get_by_role("button", name="More actions").first.press("Enter")
    expect(bob.page.get_by_role("menuitem", name="Later")).to_be_focused()
    bob.page.keyboard.press("Enter")
    expect(bob.log().get_by_text("You pressed more.")).to_be_visible()


def test_a_thread_opens_beside_and_a_reply_can_also_go_to_the_channel(see: Any) -> None:
    sam = see("/?as=sam&in=payments-private")
    sam.says("Who signs?")
    message = sam.page.locator(".message", has_text="Who signs?")
    message.hover()
    message.get_by_role("button", name="Reply in thread").click()
    side = sam.page.get_by_role("complementary", name="Thread")
    reply = side.get_by_role("textbox")
    expect(reply).to_be_focused()
    reply.fill("Quietly")
    reply.press("Enter")
    expect(side.get_by_text("Quietly")).to_be_visible()
    expect(sam.log().get_by_text("Quietly")).to_have_count(0)
    side.get_by_label("Also send to #payments-private").check()
    reply.fill("Aloud")
    reply.press("Enter")
    expect(sam.log().get_by_text("Aloud")).to_be_visible()
    expect(sam.log().get_by_role("button", name="2 replies")).to_be_visible()
    expect(sam.page).to_have_url(re.compile("thread="))
    sam.page.go_back()
    expect(side).to_be_hidden()


def test_a_message_menu_offers_the_shortcuts_of_the_manifest(see: Any) -> None:
    bob = see("/?as=bob&in=search")
    bob.says("Keep me")
    menu = bob.page.locator(".message", has_text="Keep me").get_by_label("More actions").first
    menu.press("Enter")
    expect(bob.page.get_by_role("menuitem", name="Keep this")).to_be_focused()
    bob.page.keyboard.press("Enter")
    expect(bob.dialog).to_be_visible()
    bob.page.keyboard.press("Escape")
    expect(bob.dialog).to_have_count(0)


def test_a_person_can_become_another_one_with_the_keyboard(see: Any) -> None:
    tab = see("/?as=alice&in=random")
    tab.page.get_by_role("button", name="You are Alice").press("Enter")
    expect(tab.page.get_by_role("menuitem", name="Alice")).to_be_focused()
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("button", name="You are Bob, Project manager")).to_be_visible()
    expect(tab.page).to_have_url(re.compile("as=bob&in=random"))


def test_unread_marks_come_and_go(see: Any) -> None:
    alice, bob = see("/?as=alice&in=search"), see("/?as=bob&in=random")
    bob.says("Anyone here?")
    place = alice.page.get_by_role("link", name="random")
    expect(place.get_by_label("1 unread")).to_be_visible()
    place.click()
    expect(alice.log().get_by_text("Anyone here?")).to_be_visible()
    alice.page.get_by_role("link", name="search").click()
    expect(place.get_by_label("1 unread")).to_have_count(0)


def test_people_outside_a_channel_do_not_see_it(see: Any) -> None:
    olga = see("/?as=olga&in=payments-private")
    expect(olga.page.locator(".main h1")).to_have_text("partners")
    expect(olga.page.get_by_role("link", name="payments-private")).to_have_count(0)
    expect(olga.page.get_by_role("link", name="tradeoffs")).to_have_count(0)
    olga.says("/ask for more")
    expect(olga.log().get_by_text("not available to people of other companies")).to_be_visible()


def test_the_bot_is_invited_as_in_slack(see: Any, demo: Demo) -> None:
    erin = see("/?as=erin&in=random")
    expect(erin.page.get_by_text("tradeoffs is not in this channel")).to_be_visible()
    erin.says("/invite @tradeoffs")
    expect(erin.page.get_by_text("tradeoffs is not in this channel")).to_have_count(0)
    assert demo.workspace.bot.id in demo.workspace.channel("random").members
    erin.says("/nonsense")
    expect(erin.log().get_by_text("/nonsense is not a valid command.")).to_be_visible()


def test_home_is_published_when_it_is_opened(see: Any) -> None:
    dana = see("/?as=dana&in=tradeoffs")
    dana.page.get_by_role("link", name="Home").click()
    expect(dana.page.get_by_role("heading", name="A card")).to_be_visible()
    expect(dana.page).to_have_url(re.compile("in=home"))


def test_what_people_write_is_text_and_nothing_else(see: Any) -> None:
    sam = see("/?as=sam&in=random")
    sam.says('<img src=x onerror="document.title=1"> <!channel> *bold* & done')
    expect(
        sam.log().get_by_text('<img src=x onerror="document.title=1"> <!channel> bold & done')
    ).to_be_visible()
    assert sam.page.title() == "tradeoffs demo"


@pytest.mark.parametrize("place", ["checkout", "tradeoffs", "home"])
def test_nothing_is_cut_off_on_a_narrow_screen(see: Any, demo: Demo, place: str) -> None:
    put_card(demo, "checkout")
    tab = see(f"/?as=alice&in={place}", NARROW)
    width = tab.page.evaluate(
        "Math.max(document.documentElement.scrollWidth, "
        "...[...document.querySelectorAll('.main, .log')].map(e => e.scrollWidth))"
    )
    assert width <= NARROW[0]
    expect(tab.page.get_by_role("link", name="search")).to_be_hidden()
    tab.page.get_by_role("button", name="Show channels").click()
    tab.page.get_by_role("link", name="search").click()
    expect(tab.page.locator(".main h1")).to_have_text("search")
    expect(tab.page.get_by_role("link", name="search")).to_be_hidden()


def test_hints_fill_the_box_and_stay_away_once_hidden(see: Any) -> None:
    tab = see("/?as=erin&in=random")
    tab.page.get_by_role("link", name="Alice: raise a tradeoff").click()
    expect(tab.box).to_have_value("/tradeoff Add Apple Pay to Sprint 14")
    expect(tab.page.get_by_role("button", name="You are Alice")).to_be_visible()
    tab.page.get_by_role("button", name="Hide these hints").click()
    expect(tab.page.get_by_role("link", name="Alice: raise a tradeoff")).to_be_hidden()
    tab.page.reload()
    expect(tab.page.get_by_role("link", name="Alice: raise a tradeoff")).to_be_hidden()


def test_an_archived_channel_takes_no_messages(see: Any) -> None:
    alice = see("/?as=alice&in=partners")
    alice.page.get_by_role("button", name="Channel actions").click()
    alice.page.get_by_role("menuitem", name="Archive this channel").click()
    expect(alice.page.get_by_text("This channel is archived.")).to_be_visible()
    expect(alice.box).to_have_count(0)


def test_a_private_answer_comes_into_sight_even_below_what_was_pressed(
    see: Any, demo: Demo
) -> None:
    first = put_card(demo, "checkout")
    for _ in range(8):
        put_card(demo, "checkout")
    erin = see("/?as=erin&in=checkout")
    erin.page.locator(f'[data-ts="{first.ts}"]').get_by_role("button", name="Yes").click()
    expect(erin.log().get_by_text("You pressed yes.")).to_be_in_viewport()
