"""Notices about people outside a private channel: who gets them, and what they say later."""

from __future__ import annotations

from support.harness import Actor, Harness
from support.home_visitor import joins, leaves
from support.story_helpers import secret_of


def test_a_role_holder_is_told_if_the_raiser_may_not_read_the_channel_any_more(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Erin raised the decision. She and Bob leave before Bob is asked to decide it."""
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


def test_a_notice_about_somebody_outside_the_channel_changes_when_they_are_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob leaves, comes back and leaves once more; Erin is told of it both times."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    outside = "@bob cannot read #secret any more. #1 waits for them there."
    leaves(bob, secret)
    harness.settle()
    assert len(erin.dm_text(outside)) == 1
    joins(bob, secret)
    harness.settle()
    assert erin.dm_text(outside) == []
    assert erin.dm_text("@bob can read #secret again.") == ["@bob can read #secret again."]
    leaves(bob, secret)
    harness.settle()
    assert len(erin.dm_text(outside)) == 1
    assert len(erin.dm_text("@bob can read #secret again.")) == 1
