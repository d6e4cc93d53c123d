"""The bot is not in a private channel any more: it was removed, or installed again in Slack."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import acting, secret_of


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
