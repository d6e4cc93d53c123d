"""Failed sends: Slack is slow, refuses or breaks the connection while we post and update."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import text

from bot.commands import doctor
from bot.demo.slack.faults import Kind
from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome
from models.tables.post import Drawing, PostState
from support.harness import Actor, Harness

# The call did nothing, or it did its work; the bot cannot tell which.
AMBIGUOUS: list[Kind] = [
    "no_ts",
    "only_true",
    "server_error",
    "proxy_error",
    "broken_before",
    "broken_after",
    "timeout_before",
    "timeout_after",
]


def cards(channel: Channel, harness: Harness, title: str = "Guest checkout") -> list[Message]:
    """Return every card of this title in the channel."""
    found = harness.workspace.messages.get(channel.id, [])
    return [
        message
        for message in found
        if message.bot_id and not message.thread_ts and title in message.text
    ]


def calls(harness: Harness, method: str) -> int:
    """Return how many calls of this method Slack has answered with success or a named refusal."""
    return [called for called, _, _ in harness.workspace.calls].count(method)


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
def test_where_slack_asks_for_a_pause_nobody_calls_that_method_before(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel, error: str
) -> None:
    alice.sets_up(search)
    card = erin.raises("Guest checkout", kind="requirements")
    harness.clock.advance(minutes=1)
    harness.breaks("chat.postMessage", "ratelimited", retry_after=45, error=error)
    erin.raises_quietly("Better ranking", checkout)
    harness.sends()
    erin.raises_quietly("Better ranking", search)
    harness.run(alice.member.presses(card, "Reject"))
    assert harness.run(alice.member.submits(reason="No")) == {}
    before = calls(harness, "chat.postMessage")
    harness.clock.advance(seconds=44)
    harness.sends()
    assert calls(harness, "chat.postMessage") == before
    assert "Rejected by @alice" in harness.text(card)
    harness.later(seconds=1)
    assert len(cards(checkout, harness, "Better ranking")) == 1
    assert len(cards(search, harness, "Better ranking")) == 1


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_a_post_that_may_have_gone_out_is_there_once(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    harness.breaks("chat.postMessage", kind, times=2, channel=checkout.id)
    card = erin.raises("Guest checkout", kind="requirements")
    assert len(cards(checkout, harness)) == 1
    assert len(alice.dm()) == 1
    harness.breaks("chat.postMessage", kind, times=2, channel=checkout.id)
    alice.approves(card)
    outcomes = [
        message
        for message in harness.workspace.messages[checkout.id]
        if message.thread_ts == card.ts
    ]
    assert len(outcomes) == 1
    assert "approved by @alice" in harness.plain(outcomes[0])
    assert len(erin.dm()) == 1


@pytest.mark.both_databases
def test_a_post_that_went_out_at_the_last_of_many_tries_is_found_again(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises_quietly("Guest checkout", checkout)
    harness.breaks("chat.postMessage", "server_error", times=8, channel=checkout.id)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    for _ in range(12):
        harness.later(minutes=6)
    assert len(cards(checkout, harness)) == 1


def test_while_slack_is_down_what_may_be_there_is_looked_for_again(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises_quietly("Guest checkout", checkout)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    harness.breaks("conversations.info", "server_error", times=20)
    for _ in range(12):
        harness.later(minutes=6)
    assert len(cards(checkout, harness)) == 1
    assert {post.state for post in harness.posts()} == {PostState.OWED}
    for _ in range(20):
        harness.later(minutes=6)
    assert len(cards(checkout, harness)) == 1
    assert all(post.shown == post.wanted for post in harness.posts())


def test_after_a_day_in_which_slack_cannot_say_the_message_is_unknown(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises_quietly("Guest checkout", checkout)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    harness.breaks("conversations.info", "server_error", times=60)
    for _ in range(30):
        harness.later(hours=1)
    assert PostState.UNKNOWN in {post.state for post in harness.posts()}
    assert "may have been posted or not" in str(harness.query(doctor._stuck))
    assert len(cards(checkout, harness)) == 1


@pytest.mark.both_databases
def test_what_may_have_gone_out_is_looked_for_even_if_it_could_not_be_drawn_meanwhile(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises_quietly("Guest checkout", checkout)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    harness.clock.advance(seconds=5)
    harness.sends()
    assert len(cards(checkout, harness)) == 1
    turned = "UPDATE post SET drawing = '{}' WHERE drawing = '{}'"
    for was, becomes in (("card", "of_tomorrow"), ("of_tomorrow", "card")):
        change = text(turned.format(becomes, was))
        harness.query(lambda session, change=change: session.execute(change))
        harness.clock.advance(minutes=1)
        harness.sends()
    harness.settle()
    assert len(cards(checkout, harness)) == 1


@pytest.mark.parametrize("kind", ["broken_after", "timeout_after"])
def test_where_we_may_not_look_for_it_a_message_is_not_posted_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    harness.workspace.scopes -= {"channels:history"}
    erin.raises_quietly("Guest checkout", checkout)
    harness.breaks("chat.postMessage", kind, channel=checkout.id)
    harness.settle()
    harness.refused("missing_scope")
    assert len(cards(checkout, harness)) == 1
    (post,) = [post for post in harness.posts() if post.state is PostState.UNKNOWN]
    assert "may have been posted or not" in str(harness.query(doctor._stuck))
    assert post.drawing is Drawing.CARD


@pytest.mark.parametrize("kind", [*AMBIGUOUS, "ratelimited"])
def test_an_update_that_fails_is_made_good(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.breaks("chat.update", kind, times=2, retry_after=20)
    alice.rejects(card)
    assert "Rejected by @alice" in harness.text(card)
    assert "rejected by @alice" in harness.text(alice.dm()[-1])
    assert harness.decision().outcome is Outcome.REJECTED
    assert len(cards(checkout, harness)) == 1


@pytest.mark.both_databases
def test_a_burst_in_one_channel_keeps_slacks_pace(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.faults.one_post_a_second = True
    harness.clock.advance(seconds=5)
    for number in range(10):
        erin.raises_quietly(f"Guest checkout {number}", checkout)
    harness.settle()
    times = sorted(float(message.ts) for message in cards(checkout, harness))
    assert len(times) == 10
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.999
    assert len(alice.dm()) == 10
