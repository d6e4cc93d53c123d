"""Refusals by Slack, and messages that were deleted: no try is repeated for ever.

The person who acted is told why.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import doctor
from bot.demo.slack.workspace import Channel, Message
from bot.outbox.pace import LONGEST_PAUSE, retry_after
from models.tables.post import Drawing, Post, PostState
from support.harness import MONDAY, Actor, Harness


def cards(harness: Harness, channel: Channel) -> list[Message]:
    found = harness.workspace.messages.get(channel.id, [])
    return [
        message
        for message in found
        if message.bot_id and not message.thread_ts and "#1 Wish" in message.text
    ]


def card_row(harness: Harness) -> Post:
    (card,) = [post for post in harness.posts() if post.drawing is Drawing.CARD]
    return card


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("restricted_action_read_only_channel", "posting permissions"),
        ("no_permission", "posting permissions"),
        ("org_login_required", "does not let me post there"),
        ("msg_blocks_too_long", "Slack does not take the message as I write it"),
        ("a_name_of_next_year", "Slack refuses the message"),
    ],
)
def test_a_refusal_is_final_and_a_message_and_doctor_say_why(
    harness: Harness, erin: Actor, checkout: Channel, error: str, told: str
) -> None:
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "refused", error=error, times=50, channel=checkout.id)
    erin.raises_quietly("Wish", checkout)
    for _ in range(8):
        harness.later(minutes=6)
    assert card_row(harness).state is PostState.PARKED
    (notice,) = [
        message for message in erin.dm() if "are recorded, but I cannot post there" in message.text
    ]
    assert told in notice.text
    assert error in str(harness.query(doctor._stuck))


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "request_timeout"])
def test_a_fault_of_slacks_own_passes(
    harness: Harness, erin: Actor, checkout: Channel, error: str
) -> None:
    harness.breaks("chat.postMessage", "refused", error=error, times=7, channel=checkout.id)
    erin.raises_quietly("Wish", checkout)
    for _ in range(12):
        harness.later(minutes=6)
    assert len(cards(harness, checkout)) == 1
    assert card_row(harness).state is PostState.OWED


def test_a_look_up_that_is_refused_is_not_asked_for_ever(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    harness.breaks("conversations.history", "refused", error="a_name_of_next_year", times=50)
    erin.raises_quietly("Wish", checkout)
    harness.later(minutes=6)
    assert card_row(harness).state is PostState.UNKNOWN
    assert len(cards(harness, checkout)) == 1
    (notice,) = [
        message for message in erin.dm() if "may not have posted all there" in message.text
    ]
    assert "the connection broke while I posted" in notice.text


def test_a_look_up_asks_for_the_seconds_in_question(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    slack_ahead = timedelta(minutes=3)
    harness.workspace.clock = lambda: harness.clock.now + slack_ahead
    harness.clock.advance(seconds=5)
    harness.breaks("chat.postMessage", "broken_after", channel=checkout.id)
    erin.raises_quietly("Wish", checkout)
    harness.settle()
    (asked,) = [
        asked for how, asked, _ in harness.workspace.calls if how == "conversations.history"
    ]
    assert float(asked["latest"]) - float(asked["oldest"]) <= 70
    assert len(cards(harness, checkout)) == 1


def test_a_deleted_card_is_posted_anew_once_and_the_outcome_follows(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    first = erin.raises("Wish", kind="requirements")
    harness.workspace.messages[checkout.id].remove(first)
    alice.rejects(alice.dm()[-1])
    harness.refused("message_not_found")
    (card,) = cards(harness, checkout)
    assert "Rejected by @alice" in harness.text(card)
    (outcome,) = [
        message for message in harness.workspace.messages[checkout.id] if message.thread_ts
    ]
    assert (outcome.thread_ts, "rejected by" in outcome.text) == (card.ts, True)
    harness.workspace.messages[checkout.id].remove(card)
    row = card_row(harness).id
    harness.query(lambda session: session.get_one(Post, row).redraw(harness.clock.now))
    harness.query(lambda session: setattr(session.get_one(Post, row), "fingerprint", None))
    harness.later(minutes=6)
    harness.refused("message_not_found")
    assert cards(harness, checkout) == []
    assert card_row(harness).state is PostState.PARKED
    assert f"doctor --post-again {row}" in str(harness.query(doctor._stuck))
    harness.query(lambda session: doctor._owe_again(session, row, harness.clock.now))
    harness.settle()
    assert len(cards(harness, checkout)) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("1.5", 1.5),
        ("Mon, 23 Nov 2026 10:00:20 GMT", 20),
        (str(2**47), LONGEST_PAUSE.total_seconds()),
        ("-5", 0.1),
        ("nan", 1),
        ("soon", 1),
        ("", 1),
    ],
)
def test_a_retry_after_is_understood_or_a_second_is_waited(said: str, seconds: float) -> None:
    assert retry_after({"Retry-After": said}, MONDAY) == timedelta(seconds=seconds)
