"""The bot is not in a private channel any more: it was removed, or installed again in Slack."""

from __future__ import annotations

import pytest

from bot.demo.slack import changes
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import opens_home
from support.rights_helpers import announced, states
from support.story_helpers import acting, secret_of, until


def test_nobody_is_said_to_have_left_a_channel_that_the_bot_has_left(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor
) -> None:
    """The bot cannot see who is in it. Two checks of its readers pass before it is back."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="requirements", in_=secret)
    bob.asks(erin.raises("Close an office", kind="risk", in_=secret), "sam", "Which one?")
    harness.run(alice.member.removes_bot(secret))
    harness.later(minutes=51)
    harness.later(minutes=51)
    assert "I cannot see you any more" in harness.plain(alice.dm()[0])
    harness.run(alice.member.invites_bot(secret))
    harness.settle()
    assert len(alice.dm_text("#1 Lay off contractors")) == 1
    harness.later(minutes=51)
    told = [text for person in (alice, bob, sam, erin) for text in person.dm_text("cannot read")]
    assert told == []
    said = [harness.plain(message) for message in erin.member.sees(secret)]
    assert [text for text in said if "read this channel" in text] == []
    harness.refused("channel_not_found")


def test_a_delegate_acts_also_for_what_returns_while_the_bot_is_outside(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    card = bob.raises("Lay off contractors", kind="requirements", in_=secret)
    alice.defers(card, "2026-11-24")
    assert alice.goes_away("erin") == {}
    harness.run(bob.member.removes_bot(secret))
    harness.later(days=2)
    assert acting(harness)[:2] == ("erin", "alice")
    assert erin.dm_text("Lay off contractors") == []
    harness.run(bob.member.invites_bot(secret))
    harness.settle()
    assert len(erin.dm_text("#1 Lay off contractors")) == 1
    harness.later(minutes=51)
    assert bob.dm_text("I could not tell @erin") == []
    harness.refused("channel_not_found")


def test_people_inside_are_told_that_the_bot_is_outside(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Alice decides, Bob holds the other role, and Erin has raised it. All three are inside."""
    secret = secret_of(harness, alice)
    card = erin.raises("Lay off contractors", kind="requirements", in_=secret)
    harness.run(alice.member.removes_bot(secret))
    harness.settle()
    invites = "that you or I are not in. If you are there, type /invite @tradeoffs there"
    assert f"1 thing waits for you in a channel {invites}" in opens_home(alice)
    for person in (bob, erin):
        shown = opens_home(person)
        assert f"Something concerns you in a channel {invites}" in shown
        assert "Nothing" not in shown
    erin.types("/tradeoff list", secret)
    assert "I am not in this channel" in erin.form_words()
    assert "Nothing found" not in erin.form_words()
    harness.run(erin.member.closes())
    for command in ("rights", "export csv"):
        erin.types(f"/tradeoff {command}", secret)
        assert "I am not in this channel" in erin.was_told()
        assert "Type /invite @tradeoffs here, then run the command again." in erin.was_told()
    alice.presses(card, "Approve")
    assert "it belongs to a channel that you or I are not in" in alice.was_told()
    harness.refused("channel_not_found")


def test_nobody_is_told_that_nothing_waits_while_the_bot_is_outside(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob is to be reminded of his impact when half of its window is over."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="priority", in_=secret)
    harness.run(alice.member.removes_bot(secret))
    for _ in range(3):
        harness.later(days=1)
    assert bob.dm_text("waiting for you") == []
    assert alice.dm_text("waiting for you") == []
    harness.refused("channel_not_found")


@pytest.mark.parametrize("how", ["removed", "archived"])
def test_nobody_takes_a_right_in_a_channel_that_would_not_read_of_it(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, how: str
) -> None:
    """Bob is away, and there is no sponsor. The change would take effect after a working day."""
    alice.sets_up_again(checkout, sponsor=None, reason="Sam moves on")
    assert bob.goes_away("erin") == {}
    alice.types("/tradeoff rights", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Change who decides")
    if how == "removed":
        harness.run(alice.member.removes_bot(checkout))
    else:
        harness.run(alice.member.archives(checkout))
    wanted = {"right_risk": "product_owner", "reason": "I know better"}
    assert "nobody there would read this" in alice.submits(**wanted)["Why this change"]
    assert states(harness) == []
    if how == "removed":
        harness.run(alice.member.invites_bot(checkout))
    else:
        harness.run(alice.member.archives(checkout, undo=True))
    assert alice.submits(**wanted) == {}
    assert states(harness) == ["pending"]
    assert "I know better" in harness.plain(announced(alice, checkout))


def asks_unread(harness: Harness, alice: Actor, bob: Actor, checkout: Channel, until: str) -> None:
    """Let Alice ask for a right of Bob's while he is away and the bot may not post.

    There is no sponsor, so nobody can confirm the change.
    """
    alice.sets_up_again(checkout, sponsor=None, reason="Sam moves on")
    assert bob.goes_away("erin", until=until) == {}
    changes.restrict_to_announcements(harness.slack.delivery, checkout)
    alice.asks_for_table(checkout, "I know better", risk="product_owner")


def lets_the_bot_post(harness: Harness, alice: Actor, checkout: Channel) -> None:
    checkout.is_announcement_only = False
    harness.run(alice.member.removes_bot(checkout))
    harness.run(alice.member.invites_bot(checkout))
    harness.settle()


def test_a_change_that_the_channel_has_not_read_does_not_take_effect_unopposed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    asks_unread(harness, alice, bob, checkout, until="2026-12-01")
    harness.later(hours=26)
    assert states(harness) == ["pending"]
    harness.later(days=7)
    assert states(harness) == ["lapsed"]
    assert "was not made" in harness.plain(alice.dm()[-1])
    harness.refused("restricted_action_read_only_channel")


def test_a_change_of_which_the_channel_reads_late_waits_for_a_working_day_from_then(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    asks_unread(harness, alice, bob, checkout, until="2026-12-01")
    harness.later(hours=26)
    lets_the_bot_post(harness, alice, checkout)
    assert "I know better" in harness.plain(announced(erin, checkout))
    harness.later(minutes=16)
    assert states(harness) == ["pending"]
    told = harness.plain(announced(erin, checkout))
    assert "it takes effect 2026-11-25 12:0" in told
    harness.later(hours=23)
    assert states(harness) == ["pending"]
    harness.later(hours=1)
    assert states(harness) == ["made"]
    harness.refused("restricted_action_read_only_channel")


def test_whoever_is_back_while_a_late_announcement_is_read_can_still_decline(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The change would have lapsed on 30 November at 10:00; it was announced an hour before."""
    asks_unread(harness, alice, bob, checkout, until="2026-12-15")
    until(harness, 30, "09:00")
    lets_the_bot_post(harness, alice, checkout)
    until(harness, 30, "12:00")
    bob.is_back()
    assert "Without your answer by 2026-12-01 09:00 UTC it lapses." in harness.plain(bob.dm()[-1])
    bob.presses(bob.dm()[-1], "Decline")
    assert bob.submits(reason="Risk is mine") == {}
    assert states(harness) == ["declined"]
    harness.refused("restricted_action_read_only_channel")
