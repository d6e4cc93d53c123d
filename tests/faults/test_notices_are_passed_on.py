"""Notices about people outside a private channel, whose readers are outside it too."""

from __future__ import annotations

from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.story_helpers import secret_of


def test_a_role_holder_is_told_if_the_raiser_may_not_read_the_channel_any_more(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Erin has raised it, and Bob is asked to decide it, after both have left."""
    secret = secret_of(harness, alice)
    card = erin.raises("Close an office", kind="schedule", in_=secret)
    for person in (erin, bob):
        leaves(person, secret)
    alice.states_impact(card)
    told = "I could not tell @bob about #1: they are not in the channel. Invite them,"
    assert len(alice.dm_text(told)) == 1
    assert erin.dm_text("I could not tell") == []


def test_the_sponsor_is_told_if_the_author_of_a_change_may_not_read_the_channel_any_more(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    alice.sets_up_quietly(secret, project_manager="erin", reason="Bob moves on")
    for person in (alice, bob):
        leaves(person, secret)
        harness.settle()
    (told,) = sam.dm_text("@bob cannot read #secret any more")
    assert "@alice's change of who decides waits for them there. Invite them" in told
    leaves(sam, secret)
    harness.settle()
    assert erin.dm_text("cannot read #secret") == []
