"""Acts of stories in which one decision moves a commitment and another replaces it."""

from __future__ import annotations

from datetime import date

from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor

# Values of the fields about a commitment, in the form of a tradeoff that touches none.
PLAIN = {"commitment": None, "move_to": None, "scope": ""}
# Dates of Beta, before and after `moves_beta`.
AS_PROMISED, MOVED = date(2026, 12, 12), date(2026, 12, 17)


def replaces_what_bob_decided(alice: Actor, bob: Actor, checkout: Channel) -> Message:
    """Let Alice replace Bob's decision by one of hers that names Beta; return the new card."""
    alice.promises("Beta")
    old = alice.raises("Freeze in December", kind="risk")
    bob.approves(old, because="Too risky")
    alice.presses(old, "Supersede")
    alice.presses(alice.form, "It touches a commitment")
    asked = {"commitment": "Beta", "move_to": "2026-12-17", "why_now": "It costs too much"}
    assert alice.submits(title="No freeze", kind="requirements", **asked) == {}
    newer = alice.card(checkout)
    bob.states_impact(newer)
    return newer


def moves_beta(alice: Actor, bob: Actor) -> Message:
    """Promise Beta for 12 December; let both move it to the 17th. Return the card."""
    alice.promises("Beta")
    return both_move(alice, bob, "Guest checkout", to="2026-12-17")


def promise_of_beta(channel: Channel, reader: Actor) -> Message:
    """Return the message that told the channel of the first commitment."""
    shown = reader.harness.workspace.messages[channel.id]
    return next(message for message in shown if "Ledger" in str(message.blocks))


def both_move(alice: Actor, bob: Actor, title: str, to: str) -> Message:
    card = alice.raises_move(title, to=to)
    bob.states_impact(card)
    alice.approves_move(card)
    signs(bob, card)
    return card


def signs(person: Actor, card: Message) -> None:
    person.presses(card, "Approve")
    assert person.submits(reason="Agreed") == {}


def replaces(alice: Actor, bob: Actor, old: Message, **asked: object) -> Message:
    alice.presses(old, "Supersede")
    assert alice.submits(title="Something else", why_now="I said so", **asked) == {}
    newer = alice.card(alice.harness.workspace.channel("checkout"))
    bob.states_impact(newer)
    return newer


def takes_the_place(alice: Actor, bob: Actor, card: Message) -> Message:
    """Replace the decision of this card by one that both sign; return the newer card.

    The newer one takes the move of the older one back, and moves nothing itself.
    """
    newer = replaces(alice, bob, card, **PLAIN)
    alice.approves(newer)
    signs(bob, newer)
    return newer


def presses_old_undo(person: Actor, checkout: Channel) -> None:
    """Press *Undo* of #1 in a drawing of the card that Slack still shows."""
    person.presses_stale(person.card(checkout), "second_thoughts.undo", "1")
