"""Notices about people who cannot act, after the thing that waited for them is settled."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves
from support.story_helpers import secret_of

OVER = "What waited for them there does not wait any more."


def an_hour_later(harness: Harness) -> None:
    harness.later(hours=1)


def test_a_notice_says_that_a_decision_does_not_wait_any_more(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    """Alice, who decides, is outside. Erin withdraws the decision; Alice comes back."""
    secret = secret_of(harness, alice)
    card = erin.raises("Close an office", kind="requirements", in_=secret)
    leaves(alice, secret)
    an_hour_later(harness)
    (told,) = erin.dm_text("@alice cannot read #secret any more")
    assert "#1 waits for them there. Invite them" in told
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Not needed") == {}
    an_hour_later(harness)
    assert erin.dm_text("@alice cannot") == [f"@alice cannot read #secret any more. {OVER}"]
    before = [post.id for post in harness.posts()]
    an_hour_later(harness)
    assert [post.id for post in harness.posts()] == before
    joins(alice, secret)
    an_hour_later(harness)
    assert erin.dm_text("@alice can") == ["@alice can read #secret again."]


def test_a_notice_says_that_a_follow_up_was_left_out(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = bob.claims("Login", in_=secret)
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="not_met", criterion2="met", reason="Nearly") == {}
    assert alice.submits(follow_up1_owner="erin", follow_up1_due="2026-12-10") == {}
    leaves(erin, secret)
    an_hour_later(harness)
    assert len(alice.dm_text("Their follow-up of #1 is still open.")) == 1
    alice.reopens(card)
    an_hour_later(harness)
    assert alice.dm_text("@erin") == [f"@erin cannot read #secret any more. {OVER}"]


def test_a_notice_says_that_a_question_needs_no_answer_any_more(
    harness: Harness, alice: Actor, erin: Actor, bob: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = bob.raises("Close an office", kind="requirements", in_=secret)
    alice.asks(card, "erin", "How long does it take?")
    harness.run(erin.member.is_deactivated())
    an_hour_later(harness)
    assert len(alice.dm_text("The question about #1 waits for their answer.")) == 1
    alice.rejects(card)
    an_hour_later(harness)
    over = "What waited for them in #secret does not wait any more."
    assert alice.dm_text("@erin has left") == [f"@erin has left Slack. {over}"]


def test_a_notice_says_that_a_change_does_not_wait_any_more(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    secret = secret_of(harness, alice)
    alice.asks_for_table(secret, risk="product_owner")
    while alice.form:
        harness.run(alice.member.closes())
    leaves(bob, secret)
    an_hour_later(harness)
    assert len(alice.dm_text("Your change of who decides waits for them there.")) == 1
    shown = alice.member.sees(secret)
    (message,) = [told for told in shown if "rights.withdraw" in str(told.blocks)]
    alice.presses(message, "Withdraw")
    an_hour_later(harness)
    assert alice.dm_text("@bob cannot") == [f"@bob cannot read #secret any more. {OVER}"]


def test_a_message_that_could_not_be_sent_does_not_ask_for_an_invitation_for_ever(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob is outside when Alice states the impact; Erin then withdraws the decision."""
    secret = secret_of(harness, alice)
    card = erin.raises("Close an office", kind="schedule", in_=secret)
    leaves(bob, secret)
    alice.states_impact(card)
    an_hour_later(harness)
    told = "I could not tell @bob about #1: they are not in the channel."
    assert erin.dm_text(told) == [told], "a newer notice says to invite him"
    assert len(erin.dm_text("#1 waits for them there. Invite them")) == 1
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Not needed") == {}
    an_hour_later(harness)
    assert erin.dm_text(told) == [f"{told} It does not wait for them any more."]
    assert erin.dm_text("Invite them") == []


def test_a_notice_about_somebody_who_has_left_slack_ends_when_the_seat_is_filled(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    """Without a sponsor, nobody acts for Alice. Then Erin gets the seat, and its decisions."""
    alice.sets_up(search, sponsor=None)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    erin.raises("Close an office", kind="requirements", in_=search)
    told = "I could not tell @alice about #1: they have left Slack."
    harness.refused("user_disabled")
    (first,) = erin.dm_text(told)
    assert first.endswith("waits until somebody gets their seat, with `/tradeoff setup`.")
    an_hour_later(harness)
    assert erin.dm_text(told) == [first]
    bob.sets_up_again(search, product_owner="erin", reason="Erin does it now")
    an_hour_later(harness)
    assert erin.dm_text(told) == [f"{told} It does not wait for them any more."]


def test_a_notice_about_somebody_who_has_left_slack_ends_with_the_time_to_state_the_impact(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    """Once the window is over, the decision waits for Alice, and Bob's seat may stay empty."""
    alice.sets_up(search, sponsor=None)
    harness.run(bob.member.is_deactivated())
    harness.settle()
    erin.raises("Add Apple Pay", kind="priority", in_=search)
    harness.refused("user_disabled")
    told = "I could not tell @bob about #1: they have left Slack."
    (first,) = erin.dm_text(told)
    assert first.endswith("waits until somebody gets their seat, with `/tradeoff setup`.")
    harness.later(days=3)
    an_hour_later(harness)
    assert "#1 Add Apple Pay in #search waits for your decision." in alice.dm_text("#1")[-1]
    assert erin.dm_text(told) == [f"{told} It does not wait for them any more."]
