"""People with a part in a channel that they may not read any more."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import accepted_with_follow_up, joins, leaves
from support.rights_helpers import states
from support.story_helpers import acting, escalated_to, secret_of, until

INVITE = "Invite them, so that they act or let somebody else act for them."
# A follow-up has no stand-in.
PASS_ON = (
    "Invite them, or reopen the decision: the next verdict leaves the follow-up out, or gives it "
    "to somebody else."
)


def check_told(alice: Actor, owed: str) -> None:
    """Check what Alice is told of Bob, and of Erin, who owes a follow-up of `owed`."""
    told = alice.dm_text("@bob cannot read #checkout any more")
    assert [text.split(". ")[1] for text in told] == [
        "#2 waits for them there",
        "Your change of who decides waits for them there",
    ]
    (told,) = alice.dm_text("@erin cannot read #checkout any more")
    assert f"Their follow-up of {owed} is still open. Invite them" in told


def test_a_sponsors_delegate_who_is_not_in_the_channel_takes_no_empty_seat_there(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin is asked to leave the channel after Sam has gone on leave with her as his delegate."""
    secret = secret_of(harness, alice)
    bob.raises("Lay off contractors", kind="requirements", in_=secret)
    assert sam.goes_away("erin") == {}
    leaves(erin, secret)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    bob.raises("Close an office", kind="requirements", in_=secret)
    assert [harness.decision(number).holder for number in (1, 2)] == [sam.id, sam.id]


def test_a_delegate_who_is_not_in_the_channel_gets_nothing_by_somebody_elses_leave(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice is away, and Erin, who stands in for her, has left the channel; Sam goes on leave."""
    secret = secret_of(harness, alice)
    card = bob.raises("Lay off contractors", kind="requirements", in_=secret)
    assert alice.delegates(card, "sam") == {}
    assert alice.goes_away("erin") == {}
    leaves(erin, secret)
    assert sam.goes_away("bob") == {}
    assert acting(harness)[:2] == ("alice", None)


def test_a_sponsors_delegate_who_is_not_in_the_channel_gets_nothing_that_is_escalated(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    bob.raises("Lay off", kind="requirements", in_=secret, due_on="2026-11-24")
    assert sam.goes_away("erin", until="2026-12-09") == {}
    leaves(erin, secret)
    until(harness, 30, "12:00")
    decision = harness.decision()
    assert (decision.escalated_to, decision.escalated_for) == (sam.id, None)


def test_a_role_holder_who_has_left_the_channel_is_not_said_to_have_left_slack(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob is Alice's delegate too: he does not stand in for her here, and keeps his own work."""
    secret = secret_of(harness, alice)
    card = erin.raises("Lay off contractors", kind="risk", in_=secret)
    assert bob.delegates(card, "erin") == {}
    assert alice.goes_away("bob", both=["both"]) == {}
    leaves(bob, secret)
    sam.raises("Close an office", kind="risk", in_=secret)
    harness.run(erin.member.is_deactivated())
    harness.settle()
    assert [acting(harness, number)[:2] for number in (1, 2)] == [("bob", None)] * 2
    assert "left Slack" not in sam.shows(2, secret)
    sam.types("/tradeoff rights", secret)
    assert "left Slack" not in str(sam.member.sees(secret)[-1].blocks)


def test_no_role_in_a_private_channel_for_somebody_who_leaves_it_before_the_change_is_confirmed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    alice.sets_up_quietly(secret, project_manager="erin", reason="Bob moves on")
    leaves(erin, secret)
    (asked,) = [message for message in bob.dm() if "rights.confirm" in str(message.blocks)]
    bob.presses(asked, "Confirm")
    assert "@erin, who would get a role by this change, cannot hold one any more." in bob.was_told()
    assert states(harness) == ["pending"]


def test_a_change_does_not_wait_for_somebody_who_may_not_read_it(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob is asked to leave; he would have been asked to confirm, and could not have read it."""
    secret = secret_of(harness, alice)
    leaves(bob, secret)
    alice.types("/tradeoff setup", secret)
    errors = alice.submits(project_manager="erin", reason="Bob moves on")
    assert "@bob has to confirm this, and is not in the channel." in errors["Why this change"]
    assert states(harness) == []
    alice.types("/tradeoff rights", secret)
    told = "@bob is not in this channel, and sees none of its decisions: invite them, so"
    assert told in alice.was_told()


def test_the_raiser_is_told_that_whoever_decides_is_not_in_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob has left. Without this message, the card would wait for him for ever."""
    secret = secret_of(harness, alice)
    leaves(bob, secret)
    card = erin.raises("Lay off contractors", kind="risk", in_=secret)
    told = "I could not tell @bob about #1: they are not in the channel. Invite them,"
    told += " so that they act or let somebody else act for them."
    assert len(erin.dm_text(told)) == 1
    erin.presses(card, "Edit")
    assert erin.submits(title="Lay off all contractors") == {}
    assert len(erin.dm_text(told)) == 1
    assert bob.dm() == []


def test_the_raiser_is_told_that_whoever_decides_has_left_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob was told of the two decisions that wait for him, and can read neither any more."""
    secret = secret_of(harness, alice)
    for title in ("Lay off contractors", "Close an office"):
        erin.raises(title, kind="risk", in_=secret)
    erin.raises("Keep the name", kind="requirements", in_=secret)
    leaves(bob, secret)
    harness.settle()
    (told,) = erin.dm_text("@bob cannot read #secret any more")
    assert "#1 and 1 other decision wait for them there. Invite them, so that they act" in told
    leaves(erin, secret)
    harness.settle()
    assert erin.dm_text("@bob cannot read #secret any more") == []


def test_whoever_may_reopen_is_told_that_the_owner_of_a_follow_up_has_left_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    accepted_with_follow_up(alice, erin, in_=secret)
    leaves(erin, secret)
    harness.settle()
    (told,) = alice.dm_text("@erin cannot read #secret any more")
    assert f"Their follow-up of #1 is still open. {PASS_ON}" in told
    assert bob.dm_text("@erin cannot read") == []


def test_others_are_told_of_what_waits_for_a_guest_who_leaves_a_public_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """A guest reads only the channels that they are in, also the public ones."""
    accepted_with_follow_up(alice, erin)
    alice.raises("Close an office", kind="risk")
    alice.sets_up_quietly(checkout, project_manager="sam", reason="Bob moves on")
    for guest in (bob, erin):
        harness.run(guest.member.becomes_guest())
        harness.settle()
        assert alice.dm_text("any more") == []
    for guest in (bob, erin):
        leaves(guest, checkout)
    harness.settle()
    check_told(alice, owed="#1")


def test_others_are_told_of_what_waits_for_whoever_becomes_a_guest_outside_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    alice.raises("Lay off contractors", kind="risk", in_=secret)
    alice.raises("Close an office", kind="risk")
    accepted_with_follow_up(alice, erin)
    alice.sets_up_quietly(checkout, project_manager="sam", reason="Bob moves on")
    for person in (bob, erin):
        leaves(person, checkout)
        harness.settle()
        assert alice.dm_text(f"@{person.member.person.name} cannot read") == []
        harness.run(person.member.becomes_guest())
        harness.settle()
    check_told(alice, owed="#3")


def test_others_are_told_of_what_waits_for_people_outside_a_channel_that_has_become_private(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Slack sends no event when a channel becomes private."""
    accepted_with_follow_up(alice, erin)
    alice.raises("Close an office", kind="risk")
    alice.asks(alice.raises("Guest checkout", kind="requirements"), "dora", "Who needs it?")
    alice.sets_up_quietly(checkout, project_manager="sam", reason="Bob moves on")
    for person in (bob, dora, erin):
        leaves(person, checkout)
    harness.settle()
    assert alice.dm_text("any more") == []
    checkout.is_private = True
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    for _ in range(2):
        harness.later(minutes=59)
        told = alice.dm_text("cannot read #checkout any more")
        assert sorted(text.replace(" cannot read #checkout any more.", ":") for text in told) == [
            f"@bob: #2 waits for them there. {INVITE}",
            f"@bob: Your change of who decides waits for them there. {INVITE}",
            "@dora: The question about #3 waits for their answer. "
            "Invite them, ask somebody else, or decide without it.",
            f"@erin: Their follow-up of #1 is still open. {PASS_ON}",
        ]


def test_nobody_is_told_to_invite_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    harness.run(erin.member.is_deactivated())
    checkout.members.discard(erin.id)
    for private in (False, True):
        checkout.is_private = private
        harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
        harness.later(minutes=59)
        assert len(alice.dm_text("@erin has left Slack")) == 1
        assert alice.dm_text("@erin cannot read") == []


def test_whoever_decides_is_told_that_the_person_who_was_asked_cannot_answer(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    hidden = bob.raises("Guest checkout", kind="requirements", in_=secret)
    alice.asks(hidden, "erin", "How long does it take?")
    shown = bob.raises("Pricing for partners", kind="requirements")
    alice.asks(shown, "dora", "Who needs it?")
    leaves(erin, secret)
    leaves(dora, checkout)
    harness.settle()
    (told,) = alice.dm_text("@erin cannot read #secret any more")
    assert "The question about #1 waits for their answer. Invite them, ask somebody else" in told
    assert alice.dm_text("@dora cannot read") == []
    harness.run(dora.member.is_deactivated())
    harness.settle()
    (told,) = alice.dm_text("@dora has left Slack")
    assert "The question about #2 waits for their answer. Ask somebody else, or decide" in told
    assert bob.dm_text("waits for their answer") == []


def test_of_two_role_holders_the_one_who_is_there_is_told_of_a_follow_up(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    accepted_with_follow_up(alice, erin)
    accepted_with_follow_up(alice, erin, in_=secret)
    leaves(alice, secret)
    leaves(erin, secret)
    harness.settle()
    assert len(bob.dm_text("@erin cannot read #secret any more. Their follow-up of #2")) == 1
    assert alice.dm_text("@erin") == []
    harness.run(alice.member.is_deactivated())
    harness.run(erin.member.is_deactivated())
    harness.settle()
    assert len(bob.dm_text("@erin has left Slack. Their follow-up of #1")) == 1
    assert len(bob.dm_text("@erin has left Slack. Their follow-up of #2")) == 1


def test_the_author_of_a_change_is_told_that_whoever_has_to_confirm_it_has_left_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob can neither read nor answer it; without this message it would lapse without a reason."""
    secret = secret_of(harness, alice)
    alice.sets_up_quietly(secret, project_manager="erin", reason="Bob moves on")
    leaves(bob, secret)
    harness.settle()
    (told,) = alice.dm_text("@bob cannot read #secret any more")
    assert "Your change of who decides waits for them there. Invite them" in told
    leaves(erin, secret)
    harness.settle()
    assert len(alice.dm_text("cannot read #secret any more")) == 1


def test_the_author_of_a_change_is_told_that_the_sponsor_is_not_in_the_channel(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    leaves(sam, secret)
    alice.asks_for_table(secret, risk="product_owner")
    assert bob.goes_away("erin") == {}
    harness.settle()
    told = "@sam cannot read #secret any more. Your change of who decides waits for them there."
    assert len(alice.dm_text(told)) == 1


def test_a_decision_is_escalated_after_the_sponsor_has_come_into_the_channel(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Pricing", kind="requirements", due_on="2026-11-24", in_=secret)
    leaves(sam, secret)
    until(harness, 1, "12:00", 12)
    assert escalated_to(harness) == (None, None)
    joins(sam, secret)
    until(harness, 3, "12:00", 12)
    assert escalated_to(harness) == ("sam", None)


@pytest.mark.parametrize("later", [False, True])
def test_a_sponsors_delegate_who_leaves_the_channel_keeps_nothing_that_is_escalated(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, later: bool
) -> None:
    """Nor if an edit has moved the date, so that the decision is not overdue any more."""
    secret = secret_of(harness, alice)
    card = alice.raises("Pricing", kind="requirements", due_on="2026-11-24", in_=secret)
    sam.types("/tradeoff away @erin until 2026-12-20", secret)
    assert sam.submits() == {}
    until(harness, 30, "12:00")
    if later:
        alice.presses(card, "Edit")
        assert alice.submits(due_on="2026-12-24") == {}
    assert escalated_to(harness) == ("erin", "sam")
    leaves(erin, secret)
    harness.settle()
    assert escalated_to(harness) == ("sam", None)
