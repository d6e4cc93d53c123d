"""What people type and quote, in the form in which Slack sends it.

The forms are in docs/reference/slack.md, under "Escaping" and "Limits". If a fault was reported in
public for another bot, its story names the report.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.demo.slack.other_app import NOT_DISPLAYED, OtherApp
from bot.demo.slack.workspace import Channel
from handlers.delegation.return_day import read_until
from support.harness import Actor, Harness
from support.story_helpers import listed, numbers

RAISE = "Raise a tradeoff"
MONDAY = date(2026, 11, 23)


def title(actor: Actor) -> str:
    return str(actor.form.values["title"]["title"]["value"])


def long(limit: int) -> str:
    return ("words " * limit)[:limit].strip()


def characters(part: Any) -> int:
    """Count the characters in all text nodes of these blocks."""
    if isinstance(part, list):
        return sum(map(characters, part))
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(map(characters, part.values()))
    return 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("show\u00a01", "Guest checkout"),
        ("list\u00a0kind:requirements", "Guest checkout"),
        ("away\u00a0@bob until 2026-12-24", "you hold none in any channel"),
        ("export\u00a0csv", "I am making a CSV file"),
        ("record\u00a0Refund", "For a decision that was made elsewhere"),
        ("show\n1", "Guest checkout"),
    ],
)
def test_a_command_that_was_copied_and_pasted(
    erin: Actor, checkout: Channel, text: str, said: str
) -> None:
    """Slack pastes no-break spaces (shomali11/slacker#94, lyft/omnibot#32)."""
    erin.raises("Guest checkout", kind="requirements")
    erin.types(f"/tradeoff {text}", checkout)
    assert said in f"{erin.was_told()} {erin.form_words()}"
    assert erin.form is None or erin.form.view["title"]["text"] != RAISE


@pytest.mark.parametrize(
    "typed",
    [
        "Mail a@b.example first",
        "Move to example.com",
        "Ask @designers",
        "Ask @olga first",
        "Call +49 1234",
    ],
)
def test_a_title_is_what_was_typed(
    harness: Harness, erin: Actor, checkout: Channel, typed: str
) -> None:
    """Slack makes links of words; the title has the words (scrapinghub/slackbot#86)."""
    harness.workspace.add_user_group("designers")
    erin.types(f"/tradeoff {typed}", checkout)
    assert title(erin) == typed


def test_mentions_in_a_message_read_as_names(bob: Actor, erin: Actor, checkout: Channel) -> None:
    """In messages Slack sends ids without names (obot#4136)."""
    erin.uses(RAISE, on=bob.says("@bob and #checkout want it", checkout))
    assert title(erin) == "@bob and #checkout want it"


@pytest.mark.parametrize("place", ["attachments", "blocks", "blocks and a fallback"])
def test_a_tradeoff_is_raised_from_what_another_app_posted(
    harness: Harness, erin: Actor, checkout: Channel, place: str
) -> None:
    """Apps write into blocks or attachments (slack-mcp-server#186, openclaw#27642)."""
    words = "Wallet is slow"
    jira = OtherApp(harness.workspace, "jira")
    if place == "attachments":
        attachment = {"fallback": f"PAY-12 {words}", "title": "PAY-12", "text": words}
        said = jira.posts(checkout, attachments=[attachment])
    else:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": words}}]
        said = jira.posts(checkout, "" if place == "blocks" else NOT_DISPLAYED, blocks=blocks)
    erin.uses(RAISE, on=said)
    assert erin.form is not None
    assert words in title(erin)


def test_what_only_members_may_know_is_not_in_a_title(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.add_channel("secret", ["bob"], private=True, bot_in=True)
    stranger = harness.workspace.add_person("walter")
    said = bob.says("#secret and @walter want it, says #search", checkout)
    harness.workspace.forget(stranger)
    erin.uses(RAISE, on=said)
    assert title(erin) == "a private channel and @someone want it, says #search"
    erin.types("/tradeoff Like in #secret", checkout)
    assert title(erin) == "Like in a private channel"
    harness.workspace.bad_requests.remove(("users.info", "user_not_found", ""))


def test_a_picture_gives_its_title_to_what_is_raised(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.uses(RAISE, on=erin.member.shares(checkout, "sketch.png"))
    assert title(erin) == "sketch.png"


def test_links_can_be_clicked(harness: Harness, bob: Actor, erin: Actor, checkout: Channel) -> None:
    said = bob.says("Works, see https://a.example/demo?a=1&b=2.", checkout)
    erin.uses("Ask for acceptance", on=said)
    fields = {"item": "Refund", "criteria": "Works", "link": "https://a.example/run"}
    assert erin.submits(**fields) == {}
    card = erin.card(checkout)
    assert "{'type': 'link', 'url': 'https://a.example/run'}" in str(card.blocks)
    assert "{'type': 'link', 'url': 'https://a.example/demo?a=1&b=2'}" in str(card.blocks)


def test_a_long_discussion_fits_into_a_message(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Slack allows about 12,000 characters in all blocks of a message (bolt-js#2509, #2867)."""
    erin.uses(RAISE, on=bob.says(long(1200), checkout))
    for _ in range(3):
        erin.presses(erin.form, "Add another option")
    fields: dict[str, Any] = {"kind": "priority", "why_now": long(3000)}
    for number in range(1, 6):
        fields[f"option{number}_name"] = f"{number} {long(70)}"
        fields |= {f"option{number}_{side}": long(300) for side in ("value", "cost")}
    assert erin.submits(**fields) == {}
    card = erin.card(checkout)
    bob.presses(card, "State impact")
    impact = {"days": 5, "confidence": "medium", "note": long(1000)}
    assert bob.submits(**impact, displaces=long(300), risk=long(300)) == {}
    for number in range(2):
        alice.presses(card, "Ask")
        assert alice.submits(person="erin", question=f"{number} {long(900)}") == {}
        erin.presses(erin.dm()[-1], "Answer")
        assert erin.submits(answer=long(1000)) == {}
    assert characters(card.blocks) < 12_000


@pytest.mark.parametrize(
    ("typed", "today", "day"),
    [
        ("until 24 Dec 2027", MONDAY, date(2027, 12, 24)),
        ("until 5 Jan 2028", MONDAY, date(2028, 1, 5)),
        ("until 29 Feb", date(2027, 12, 1), date(2028, 2, 29)),
        ("until Dec 24", MONDAY, date(2026, 12, 24)),
        ("until 24th Dec", MONDAY, date(2026, 12, 24)),
        ("until 24\u00a0Dec", MONDAY, date(2026, 12, 24)),
        ("for 3 marketing days", MONDAY, None),
        ("until today 23 Nov", MONDAY, None),
    ],
)
def test_a_day_is_the_day_that_was_typed_or_none(typed: str, today: date, day: date | None) -> None:
    """A day that is unclear is not guessed (raycast#9131, reminders-menubar#108, yesbot#329)."""
    assert read_until(typed, today) == day


def test_the_form_shows_how_the_day_was_understood(alice: Actor, checkout: Channel) -> None:
    for typed, said, day in (
        ("@dora until 24 Dec", "“24 Dec” is Thu 24 Dec 2026.", "2026-12-24"),
        ("@dora for two weeks", "“two weeks” is Mon 7 Dec 2026.", "2026-12-07"),
        ("for two weeks @dora", "“two weeks” is Mon 7 Dec 2026.", "2026-12-07"),
        ("until 5/6", "“5/6” can be Thu 6 May 2027 or Sat 5 Jun 2027.", None),
        ("until I am well", "I cannot read a day in “I am well”.", None),
        ("@dora", "", None),
    ):
        alice.types(f"/tradeoff away {typed}", checkout)
        assert said in alice.form_words()
        assert ("“" in alice.form_words()) is bool(said)
        assert (alice.form.values["until"]["until"].get("selected_date")) == day, typed
        alice.harness.run(alice.member.closes())
    alice.types("/tradeoff away from keyboard", checkout)
    assert title(alice) == "away from keyboard"


def test_a_list_says_how_its_days_were_understood(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    harness.later(days=2)
    erin.raises("Apple Pay", kind="requirements")
    for typed, said, expected in (
        ("since:24 Nov", "Raised since Tue 24 Nov 2026", [2]),
        ("guest since:1 Nov until: yesterday", "since Sun 1 Nov 2026 and until Tue 24", [1]),
        ("since:“Nov 24” pay", "Raised since Tue 24 Nov 2026", [2]),
        ("until:last Monday", "`until:` can be Mon 16 Nov 2026 or Mon 23 Nov 2026.", []),
    ):
        shown = listed(erin, typed, checkout)
        assert said in shown, typed
        assert numbers(shown) == expected, typed
    erin.types("/tradeoff export csv since:24 Nov", checkout)
    assert (
        "1 decision in #checkout, raised since Tue 24 Nov 2026, and will send it" in erin.was_told()
    )
