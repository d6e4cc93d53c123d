"""Stories: a tradeoff is raised, the counterpart states impact, the holder decides, everyone sees
it.
"""

from __future__ import annotations

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness


def test_only_the_product_owner_decides_priority(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay to Sprint 14")
    assert "Waiting for the impact from @bob" in harness.text(card)
    assert (buttons(card), menu(card)) == (
        ["State impact"],
        ["Details", "Delegate", "Edit", "Withdraw"],
    )
    bob.states_impact(bob.dm()[-1])
    assert "Waiting for @alice to decide" in harness.text(card)
    bob.presses(card, "Approve")
    assert "Only @alice (product owner) decides priority here (rights v1)" in bob.was_told()
    alice.approves(alice.dm()[-1], because="Wallets are 40% of drop-offs")
    outcome = erin.member.sees(checkout)[-1]
    assert harness.plain(outcome) == (
        "#1 Add Apple Pay to Sprint 14: approved by @alice (product owner, priority): "
        "A. Add it now. Why: Wallets are 40% of drop-offs"
    )
    assert outcome.thread_ts == card.ts
    assert outcome.reply_broadcast
    assert (buttons(card), menu(card)) == (
        [],
        ["Undo", "Details", "Reopen", "Supersede"],
    )
    assert "approved by @alice" in harness.plain(erin.dm()[-1])


def test_a_card_has_no_column_that_is_empty(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    nothing = dict.fromkeys(("option1_value", "option2_value", "option1_cost", "option2_cost"), "")
    card = erin.raises("Add Apple Pay", **nothing)
    assert heads_of(card) == [["Option"]]
    bob.states_impact(card)
    assert heads_of(card) == [["Option", "Value", "Cost"]]
    one_cost = nothing | {"option2_cost": "Some calls"}
    assert heads_of(erin.raises("Gift cards", **one_cost)) == [["Option", "Cost"]]


def heads_of(card: Message) -> list[list[str]]:
    """Return the first row of each table of this card."""
    return [
        [cell["elements"][0]["elements"][0]["text"] for cell in block["rows"][0]]
        for block in card.blocks
        if block["type"] == "table"
    ]
