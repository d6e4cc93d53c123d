"""Notices about people outside a private channel: who gets them, and what they say later."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves
from support.story_helpers import rhythm, secret_of


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
    assert erin.dm_text("@bob can read #secret again.") == []
    assert len(erin.dm_text("@bob could read #secret again for a while.")) == 1


def test_a_notice_that_was_not_sent_in_time_is_not_sent_after_the_return(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob is back before Erin's notice is sent; later he leaves once more."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    leaves(bob, secret)
    joins(bob, secret)
    assert erin.dm_text("@bob") == []
    leaves(bob, secret)
    harness.settle()
    assert len(erin.dm_text("@bob cannot read #secret any more. #1 waits for them there.")) == 1


def test_a_notice_that_was_kept_back_is_not_shown_after_the_return(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Erin is outside too, so Alice gets the notice about Bob. Then both are back."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    for person in (bob, erin):
        leaves(person, secret)
    harness.settle()
    for person in (bob, erin):
        joins(person, secret)
    harness.settle()
    assert alice.dm_text("@bob") == ["@bob can read #secret again."]
    assert erin.dm_text("@bob") == []


def test_a_notice_of_what_somebody_was_not_told_changes_when_they_are_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    leaves(bob, secret)
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    not_told = "I could not tell @bob about #1: they are not in the channel."
    assert len(erin.dm_text(not_told)) == 1
    joins(bob, secret)
    assert erin.dm_text(not_told) == []
    assert erin.dm_text("@bob can read #secret again.") == ["@bob can read #secret again."]


def test_only_the_newest_notice_says_to_invite_somebody(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Erin is not told to invite Bob by two messages; the older one says only what happened."""
    secret = secret_of(harness, alice)
    leaves(bob, secret)
    harness.settle()
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    first = "I could not tell @bob about #1: they are not in the channel."
    invite = "Invite them, so that they act or let somebody else act for them."
    assert erin.dm_text(first) == [f"{first} {invite}"]
    erin.raises("Close an office", kind="risk", in_=secret)
    assert erin.dm_text(first) == [first]
    assert len(erin.dm_text("Invite them")) == 1
    joins(bob, secret)
    harness.settle()
    assert erin.dm_text("Invite them") == []


def test_a_notice_about_somebody_who_has_left_slack_says_whether_the_decision_waits_for_them(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob could not be asked, and then leaves Slack. Sam acts for him, or there is no sponsor."""
    channels = list[Channel]()
    for name, sponsor in (("secret", "sam"), ("hidden", None)):
        people = ["alice", "bob", "sam", "erin"]
        channels.append(harness.workspace.add_channel(name, people, private=True))
        alice.sets_up(channels[-1], sponsor=sponsor)
        leaves(bob, channels[-1])
    harness.settle()
    for channel in channels:
        erin.raises_quietly("Lay off contractors", channel, "risk")
    harness.run(bob.member.is_deactivated())
    harness.settle()
    left = "I could not tell @bob about #{}: they have left Slack. "
    assert len(erin.dm_text(left.format(1) + "It does not wait for them any more.")) == 1
    assert len(erin.dm_text(left.format(2) + "What waits for them waits until somebody")) == 1


REFUSED = "I could not tell @bob about #1: Slack does not take the message as I write it."


def test_a_notice_of_what_slack_refused_is_still_there_after_a_departure_and_return(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.breaks("chat.postMessage", "refused", channel=bob.id, error="invalid_blocks")
    erin.raises("Guest checkout", kind="risk")
    assert len(erin.dm_text(REFUSED)) == 1
    harness.run(bob.member.is_deactivated())
    harness.settle()
    harness.run(bob.member.is_reactivated())
    harness.settle()
    assert len(erin.dm_text(REFUSED)) == 1


def test_a_notice_about_somebody_who_had_left_slack_says_what_slack_refused_when_they_are_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    harness.run(bob.member.is_deactivated())
    harness.breaks("chat.postMessage", "refused", channel=bob.id, error="invalid_blocks")
    erin.raises("Guest checkout", kind="risk", in_=search)
    left = "I could not tell @bob about #1: they have left Slack. What waits for them"
    assert len(erin.dm_text(left)) == 1
    harness.run(bob.member.is_reactivated())
    harness.settle()
    assert erin.dm_text(left) == []
    assert len(erin.dm_text(REFUSED)) == 1


def test_what_a_channel_was_told_changes_after_a_new_version_of_the_rights_too(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    """Bob leaves the channel, then Slack; Alice changes the digest meanwhile; then he is back."""
    secret = secret_of(harness, alice)
    leaves(bob, secret)
    harness.settle()
    harness.run(bob.member.is_deactivated())
    harness.settle()
    outside, empty = alice.member.sees(secret)[-2:]
    rhythm(alice, secret, digest_hour="10")
    harness.run(bob.member.is_reactivated())
    harness.settle()
    assert harness.plain(empty) == "@bob, project manager here, is back in Slack."
    joins(bob, secret)
    assert harness.plain(outside) == "@bob, project manager here, can read this channel again."


def test_notices_about_a_guest_change_as_soon_as_the_guest_is_a_member_again(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Lay off contractors", kind="risk")
    checkout.members.discard(bob.id)
    harness.run(bob.member.becomes_guest())
    harness.settle()
    outside, told = "@bob cannot read #checkout any more.", erin.member.sees(checkout)[-1]
    assert len(erin.dm_text(outside)) == 1
    harness.run(bob.member.becomes_member())
    harness.settle()
    assert erin.dm_text(outside) == []
    assert harness.plain(told) == "@bob, project manager here, can read this channel again."
