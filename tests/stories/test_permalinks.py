"""Stories of links: every number that is shown leads to its card."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel, Message
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


def test_every_number_is_a_link_to_its_card(
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
    """Only the outbox asks for addresses, after the message is marked."""
    card = erin.raises("Add Apple Pay")
    before = asked(harness)
    bob.presses(card, "State impact")
    opens_home(alice)
    listed(alice, "", checkout)
    assert asked(harness) == before
