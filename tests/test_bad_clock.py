"""Bad days: the clock goes back, or jumps. Nothing happens twice, and nothing is lost."""

from __future__ import annotations

from house import Actor, House
from sqlalchemy import select

from bot.demo.slack.workspace import Channel
from models.rules import Impact, State, Verb
from models.tables.history import HistoryEvent


def lapses(house: House) -> int:
    query = select(HistoryEvent).where(HistoryEvent.verb == Verb.LAPSE_IMPACT)
    return len(house.query(lambda session: session.scalars(query).all()))


def said(house: House, channel: Channel, words: str) -> int:
    """In how many messages of the bot this stands."""
    return len(
        [one for one in house.workspace.messages[channel.id] if one.bot_id and words in one.text]
    )


def test_a_day_that_is_skipped_fires_what_it_held_once(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Add Apple Pay")
    house.later(days=5)
    house.later(days=30)
    assert house.decision().impact is Impact.LAPSED
    assert lapses(house) == 1
    assert len(alice.dm()) == 1


def test_what_has_fired_does_not_fire_again_when_the_clock_goes_back(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    house.later(days=3)
    for _ in range(3):
        house.later(days=-1)
    house.later(days=4)
    assert lapses(house) == 1
    assert len(alice.dm()) == 1
    assert said(house, checkout, "Add Apple Pay") == 1
    alice.approves(card)
    assert "Decided without impact" in house.text(card)


def test_work_goes_on_at_once_when_the_clock_goes_back_a_day(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    house.clock.advance(days=-1)
    bob.states_impact(card)
    assert "5 days of slip" in house.text(card)
    assert said(house, checkout, "Guest checkout") == 0
    second = erin.raises("Guest checkout", kind="requirements")
    assert "Guest checkout" in house.text(second)
    alice.approves(card)
    assert "Approved by @alice" in house.text(card)
    assert said(house, checkout, "approved by") == 1
    assert len(bob.dm()) == 1
    house.later(days=2)
    assert (said(house, checkout, "approved by"), said(house, checkout, "Guest checkout")) == (1, 1)


def test_what_was_put_off_before_the_clock_went_back_still_comes(
    house: House, erin: Actor, checkout: Channel
) -> None:
    house.clock.advance(seconds=5)
    house.breaks("chat.postMessage", "ratelimited", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)
    house.sends()
    house.later(days=-1)
    house.later(days=1, minutes=1)
    assert said(house, checkout, "Guest checkout") == 1
    assert house.decision().state is State.AWAITING_DECISION


def test_a_post_cut_off_while_our_clock_was_ahead_is_not_posted_twice(
    house: House, erin: Actor, checkout: Channel
) -> None:
    house.clock.advance(seconds=5)
    slack_time = house.clock.now
    house.workspace.clock = lambda: slack_time
    house.clock.advance(minutes=5)
    house.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    erin.raises_quietly("Guest checkout", checkout)
    house.sends()
    house.clock.advance(minutes=-5)
    house.settle()
    house.later(days=2)
    assert said(house, checkout, "Guest checkout") == 1
