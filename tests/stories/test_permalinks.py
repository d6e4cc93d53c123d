"""Stories of links: the number of a decision leads to its card."""

from __future__ import annotations

import json
import re

from bot.demo.slack.workspace import Channel, Message, View
from support.harness import Actor, Harness
from support.home_visitor import home, opens_home
from support.story_helpers import listed

ASK = "chat.getPermalink"


def link_to(card: Message, number: int) -> str:
    """Return the number as a link to this card, as Slack's markup has it."""
    address = f"https://demo.slack.com/archives/{card.channel}/p{card.ts.replace('.', '')}"
    return f"<{address}|#{number}>"


def asked(harness: Harness) -> int:
    return sum(method == ASK for method, _, _ in harness.workspace.calls)


def test_a_number_is_a_link_in_home_lists_messages_and_the_digest(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    link = link_to(card, 1)
    for viewer in (alice, erin):
        opens_home(viewer)
        assert link in str(home(viewer).view["blocks"])
    listed(erin, "", checkout)
    assert link in str(erin.form.view["blocks"])
    harness.later(days=2)
    assert any(link in str(message.blocks) for message in alice.dm())
    alice.approves(card)
    settled = erin.dm()[-1]
    assert link in str(settled.blocks)
    outcome = harness.workspace.messages[checkout.id][-1]
    assert link in str(outcome.blocks)
    erin.types("/tradeoff digest", checkout)
    assert link in str(erin.member.sees(checkout)[-1].blocks)


def test_slack_is_asked_once_for_each_card(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    assert asked(harness) == 1
    bob.states_impact(card)
    alice.approves(card)
    assert asked(harness) == 1
    erin.raises("Gift cards", kind="requirements")
    assert asked(harness) == 2


def test_without_an_answer_the_number_is_no_link_until_the_card_is_drawn_again(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.breaks(ASK, "server_error", times=1)
    card = erin.raises("Add Apple Pay")
    opens_home(erin)
    assert link_to(card, 1) not in str(home(erin).view["blocks"])
    assert "#1 Add Apple Pay" in str(home(erin).view["blocks"])
    bob.states_impact(card)
    opens_home(erin)
    assert link_to(card, 1) in str(home(erin).view["blocks"])


def test_no_form_waits_for_a_link(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The outbox asks Slack for the link to a card, after it has posted the card."""
    card = erin.raises("Add Apple Pay")
    before = asked(harness)
    bob.presses(card, "State impact")
    opens_home(alice)
    listed(alice, "", checkout)
    assert asked(harness) == before


def unlinked(harness: Harness, shown: Message | View, *own: int) -> list[str]:
    """Return the texts with a decision's number that is no link; numbers in `own` may be plain."""
    blocks = shown.view["blocks"] if isinstance(shown, View) else shown.blocks
    texts = [text for text in map(json.dumps, blocks) if "mrkdwn" in text]
    without = [re.sub(r"<https?:[^>]*>", "", text) for text in texts]
    about = r'"accessibility_label": "[^"]*"|"text": "Open #[0-9]+"'
    plain = [re.sub(about, "", text) for text in without]
    allowed = {*map(str, own)}
    return [text for text in plain if {*re.findall(r"#([0-9]+)\b", text)} - allowed]


def test_decisions_that_name_each_other_link_to_each_other(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Superseded and disputed decisions are linked on cards, in messages and in Details."""
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    new = alice.supersedes(old, "Guest checkout for all")
    assert unlinked(harness, new, 2) == []
    alice.approves(new)
    record = erin.records("No guests on Fridays")
    alice.presses(record, "Dispute")
    assert alice.submits(instead="Only members order", reason="Not agreed") == {}
    alice.approves(alice.card(checkout), option="A. Guests may order")
    harness.later(minutes=6)
    assert f"Superseded by {link_to(new, 2)}" in str(old.blocks)
    messages = [*harness.workspace.messages[checkout.id], *erin.dm(), *alice.dm(), *bob.dm()]
    cards = {old.ts: 1, new.ts: 2, record.ts: 3, alice.card(checkout).ts: 4}
    for message in messages:
        assert unlinked(harness, message, cards.get(message.ts, 0)) == []
    for number in (1, 2, 3, 4):
        alice.shows(number)
        assert unlinked(harness, alice.form) == []
        harness.run(alice.member.closes())


def test_forms_and_refusals_link_the_decisions_that_they_name(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    erin.types("/tradeoff Guest checkout", checkout)
    fields = {"kind": "requirements", "why_now": "Again", "option1_name": "Yes"}
    assert erin.submits(**fields, option2_name="No") == {}
    assert "may have been decided before" in erin.form_words()
    assert link_to(old, 1) in str(erin.form.view["blocks"])
    assert unlinked(harness, erin.form) == []
    harness.run(erin.member.closes())
    alice.presses(old, "Supersede")
    assert f"*In place of {link_to(old, 1)}.*" in str(alice.form.view["blocks"])
    alice.presses(alice.form, "Add another option")
    assert f"*In place of {link_to(old, 1)}.*" in str(alice.form.view["blocks"])
    harness.run(alice.member.closes())
    new = alice.supersedes(old, "Guest checkout for all")
    alice.approves(new)
    alice.presses_stale(old, "second_thoughts.reopen", "1")
    told = harness.workspace.messages[checkout.id][-1]
    assert f"{link_to(old, 1)} cannot be reopened. {link_to(new, 2)} has taken" in told.text


def test_forecasts_of_the_past_link_to_their_cards(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card, days=6)
    alice.presses(card, "Approve")
    fields = {"option": "A. Add it now", "reason": "It pays", "review_on": "2026-11-24"}
    assert alice.submits(**fields) == {}
    harness.later(days=1)
    bob.presses(bob.dm()[-1], "Say how it went")
    assert bob.submits(held="worse", days=9) == {}
    bob.presses(erin.raises("Gift cards"), "State impact")
    assert f"{link_to(card, 1)}: you said 6, it was 9" in str(bob.form.view["blocks"])
