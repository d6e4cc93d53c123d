"""Messages about a role holder or sponsor who cannot read a channel, or has left Slack."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo.slack.readable import buttons
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves
from support.rights_helpers import version
from support.story_helpers import secret_of, until


@pytest.mark.parametrize("loses", [False, True], ids=["told", "lost"])
def test_a_channel_is_told_that_a_role_holder_cannot_read_it_and_can_again(
    harness: Harness, alice: Actor, bob: Actor, loses: bool
) -> None:
    """If Slack loses the events, the check every 50 minutes finds out."""
    secret = secret_of(harness, alice)
    alice.raises("Guest checkout", kind="requirements", in_=secret)

    def seen(change: Callable[[str], None], event: str) -> list[str]:
        change(bob.id)
        if loses:
            harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
        else:
            harness.run(bob.member._event(event, user=bob.id, channel=secret.id))
        for _ in range(2):
            harness.later(minutes=59)
        said = map(harness.plain, harness.workspace.messages[secret.id])
        return [words for words in said if words.startswith("@bob, project manager here, ca")]

    for _ in range(2):
        (words,) = seen(secret.members.remove, "member_left_channel")
        assert "cannot read this channel any more. Invite them back. They also have to" in words
        assert "Fill the seat" in buttons(harness.workspace.messages[secret.id][-1])
        (words,) = seen(secret.members.add, "member_joined_channel")
        assert "can read this channel again." in words


def test_a_channel_reads_that_a_role_holder_outside_has_to_confirm_a_successor(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    """The message had offered a successor as the other way, and the form then refused it."""
    secret = secret_of(harness, alice)
    leaves(bob, secret)
    harness.settle()
    told = harness.workspace.messages[secret.id][-1]
    confirm = "They also have to be here to confirm it if you say in a short form who takes"
    assert confirm in harness.plain(told)
    alice.presses(told, "Fill the seat")
    fields = {"project_manager": "erin", "reason": "Bob moves on"}
    assert alice.submits(**fields) == {
        "Why this change": "@bob has to confirm this, and is not in the channel. Invite them first."
    }
    joins(bob, secret)
    assert alice.submits(**fields) == {}
    assert bob.dm_text("@alice wants to change who decides in #secret") != []


def test_a_channel_without_confirmations_reads_that_the_role_can_be_given_to_somebody_else(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    secret = secret_of(harness, alice)
    alice.changes_table(secret, "We trust each other", confirms="no")
    leaves(bob, secret)
    harness.settle()
    told = harness.workspace.messages[secret.id][-1]
    either = "Invite them back, or say in a short form who takes the role over."
    assert either in harness.plain(told)
    alice.presses(told, "Fill the seat")
    assert alice.submits(project_manager="erin", reason="Bob moves on") == {}


def test_a_channel_is_told_once_of_a_role_holder_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    secret = secret_of(harness, alice)
    harness.run(bob.member.is_deactivated())
    leaves(bob, secret)
    harness.later(minutes=59)
    said = harness.workspace.messages[secret.id]
    (told,) = [message for message in said if "Fill the seat" in buttons(message)]
    assert "@bob has left Slack" in harness.plain(told)


@pytest.mark.parametrize(
    "leaves_on", [24, 30], ids=["before the escalation", "after the escalation"]
)
def test_the_raiser_is_told_that_a_sponsor_outside_cannot_decide_what_is_escalated(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, leaves_on: int
) -> None:
    """Otherwise a role holder who will not decide could remove the sponsor from the channel."""
    secret = secret_of(harness, alice)
    erin.raises("Pricing", kind="requirements", due_on="2026-11-24", in_=secret)
    until(harness, leaves_on, "12:00")
    leaves(sam, secret)
    until(harness, 3, "12:00", 12)
    (told,) = erin.dm_text("@sam cannot read")
    assert "@sam cannot read #secret any more. #1 waits for them there. Invite them" in told


def test_a_refusal_that_names_somebody_outside_says_to_invite_them(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    asked = erin.raises("Guest checkout", kind="priority", in_=secret)
    card = erin.raises("Pricing", kind="requirements", in_=secret)
    invite = "is not in #secret: invite them first."
    erin.presses(card, "Approve")
    assert invite not in erin.was_told()
    leaves(alice, secret)
    erin.presses(card, "Approve")
    assert "You can add what they should know in the card's thread" in erin.was_told()
    assert f"@alice {invite}" in erin.was_told()
    leaves(bob, secret)
    erin.presses(asked, "State impact")
    assert f"@bob {invite}" in erin.was_told()
    leaves(erin, secret)
    sam.presses(card, "Withdraw")
    assert f"Ask them in the card's thread. @erin {invite}" in sam.was_told()


def test_nobody_is_told_to_invite_somebody_who_has_signed_and_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = alice.raises("Move Beta", kind="commitment", in_=secret)
    bob.states_impact(card)
    bob.approves(card)
    harness.run(bob.member.is_deactivated())
    leaves(bob, secret)
    harness.settle()
    erin.presses(card, "Approve")
    assert "decide commitment here together" in erin.was_told()
    assert "invite them" not in erin.was_told()


def test_each_refusal_that_names_who_can_act_says_to_invite_them(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, gus: Actor
) -> None:
    """Bob, who decides, signs or reopens, is not in the channel. Gus is a guest there."""
    secret = secret_of(harness, alice)
    joins(gus, secret)
    asked = erin.raises("Pricing", kind="risk", in_=secret)
    signed = erin.raises("Move Beta", kind="commitment", in_=secret)
    bob.states_impact(signed)
    alice.approves(signed)
    settled = erin.raises("Guest checkout", kind="requirements", in_=secret)
    alice.approves(settled)
    undo = str(harness.decision(3).id)
    leaves(bob, secret)
    invite = "@bob is not in #secret: invite them first."
    gus.presses(asked, "Approve")
    assert "You are a guest, and cannot decide here; @bob can." in gus.was_told()
    assert invite in gus.was_told()
    alice.presses(signed, "Approve")
    assert "It now waits for @bob's signature." in alice.was_told()
    assert invite in alice.was_told()
    gus.presses_stale(settled, "second_thoughts.undo", undo)
    assert f"Instead, @alice or @bob can reopen it, with a reason. {invite}" in gus.was_told()
    harness.clock.advance(minutes=6)
    alice.presses_stale(settled, "second_thoughts.undo", undo)
    assert f"@alice or @bob can reopen it, with a reason. {invite}" in alice.was_told()


@pytest.mark.parametrize("how", ["guest", "outside"])
def test_a_role_holder_who_is_a_guest_or_outside_keeps_nobody_from_changing_the_set_up(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, how: str
) -> None:
    secret = secret_of(harness, alice)
    if how == "guest":
        harness.run(alice.member.becomes_guest())
    else:
        leaves(alice, secret)
    harness.settle()
    bob.types("/tradeoff setup", secret)
    assert bob.submits(sponsor="erin", reason="Sam moves on") == {}
    assert (version(harness).sponsor, version(harness).product_owner) == (erin.id, alice.id)
    bob.types("/tradeoff setup", secret)
    errors = bob.submits(project_manager="alice", reason="I move on")
    assert list(errors) == ["Project manager"]
