"""Stories: a tradeoff is raised, the counterpart states impact, the holder decides, everyone sees it."""

from __future__ import annotations

from house import Actor, House

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel


def test_only_the_product_owner_decides_priority(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay to Sprint 14")
    assert "Waiting for the impact from @bob" in house.text(card)
    assert (buttons(card), menu(card)) == (["State impact"], ["Delegate", "Edit", "Withdraw"])
    bob.states_impact(bob.dm()[-1])
    assert "Waiting for @alice to decide" in house.text(card)
    bob.presses(card, "Approve")
    assert "Only @alice (product owner) decides priority here (rights v1)" in bob.was_told()
    alice.approves(alice.dm()[-1], because="Wallets are 40% of drop-offs")
    outcome = erin.member.sees(checkout)[-1]
    assert house.plain(outcome) == (
        "#1 Add Apple Pay to Sprint 14: approved by @alice (product owner, priority): A, Add it now. "
        "Why: Wallets are 40% of drop-offs"
    )
    assert outcome.thread_ts == card.ts
    assert outcome.reply_broadcast
    assert (buttons(card), menu(card)) == (
        [],
        ["Undo (within five minutes)", "Reopen", "Supersede"],
    )
    assert "approved by @alice" in house.plain(erin.dm()[-1])
