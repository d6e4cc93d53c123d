"""Bad days: Slack is slow, full or broken while we post and update."""

from __future__ import annotations

from itertools import pairwise

import pytest
from house import Actor, House

from bot.commands import doctor
from bot.demo.slack.faults import Kind
from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome
from models.tables.post import Drawing, PostState

# The call did nothing, or it did its work; the bot cannot tell which.
AMBIGUOUS: list[Kind] = [
    "server_error",
    "proxy_error",
    "broken_before",
    "broken_after",
    "timeout_before",
    "timeout_after",
]


def cards(channel: Channel, house: House, title: str = "Guest checkout") -> list[Message]:
    """Every card of this title that stands in the channel."""
    found = house.workspace.messages.get(channel.id, [])
    return [one for one in found if one.bot_id and not one.thread_ts and title in one.text]


def test_a_full_channel_waits_as_long_as_slack_says_and_holds_up_no_other(
    house: House, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    house.clock.advance(minutes=1)
    erin.raises_quietly("Guest checkout", checkout)
    erin.raises_quietly("Better ranking", search)
    house.breaks("chat.postMessage", "ratelimited", retry_after=45, channel=checkout.id)
    house.sends()
    assert len(cards(search, house, "Better ranking")) == 1
    assert len(alice.dm()) == 2
    house.clock.advance(seconds=44)
    house.sends()
    assert cards(checkout, house) == []
    house.clock.advance(seconds=1)
    house.sends()
    assert len(cards(checkout, house)) == 1


@pytest.mark.any_database
@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_a_post_that_may_have_gone_out_stands_there_once(
    house: House, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    house.breaks("chat.postMessage", kind, times=2, channel=checkout.id)
    card = erin.raises("Guest checkout", kind="requirements")
    assert len(cards(checkout, house)) == 1
    assert len(alice.dm()) == 1
    house.breaks("chat.postMessage", kind, times=2, channel=checkout.id)
    alice.approves(card)
    outcomes = [one for one in house.workspace.messages[checkout.id] if one.thread_ts == card.ts]
    assert len(outcomes) == 1
    assert "approved by @alice" in house.plain(outcomes[0])
    assert len(erin.dm()) == 1


def test_a_post_that_went_out_at_the_last_of_many_tries_is_found_again(
    house: House, erin: Actor, checkout: Channel
) -> None:
    erin.raises_quietly("Guest checkout", checkout)
    house.breaks("chat.postMessage", "server_error", times=8, channel=checkout.id)
    house.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    for _ in range(12):
        house.later(minutes=6)
    assert len(cards(checkout, house)) == 1


@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["broken_after", "timeout_after"])
def test_where_we_may_not_look_it_is_never_posted_blindly(
    house: House, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    house.workspace.scopes -= {"channels:history"}
    erin.raises_quietly("Guest checkout", checkout)
    house.breaks("chat.postMessage", kind, channel=checkout.id)
    house.settle()
    house.refused("missing_scope")
    assert len(cards(checkout, house)) == 1
    (post,) = [one for one in house.posts() if one.state is PostState.UNKNOWN]
    assert "may have been posted or not" in str(house.query(doctor._stuck))
    assert post.drawing is Drawing.CARD


@pytest.mark.any_database
@pytest.mark.parametrize("kind", [*AMBIGUOUS, "ratelimited"])
def test_an_update_that_fails_is_made_good(
    house: House, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    house.breaks("chat.update", kind, times=2, retry_after=20)
    alice.rejects(card)
    assert "Rejected by @alice" in house.text(card)
    assert "rejected by @alice" in house.text(alice.dm()[-1])
    assert house.decision().outcome is Outcome.REJECTED
    assert len(cards(checkout, house)) == 1


def test_a_burst_in_one_channel_keeps_slacks_pace(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    house.workspace.faults.one_post_a_second = True
    house.clock.advance(seconds=5)
    for number in range(10):
        erin.raises_quietly(f"Guest checkout {number}", checkout)
    house.settle()
    times = sorted(float(one.ts) for one in cards(checkout, house))
    assert len(times) == 10
    assert min(later - one for one, later in pairwise(times)) > 0.999
    assert len(alice.dm()) == 10
