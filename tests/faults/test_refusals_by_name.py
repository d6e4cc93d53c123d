"""Refusals that other bots met (docs/reference/slack.md, "Rate limits and sending")."""

from __future__ import annotations

import pytest

from bot.commands import doctor
from bot.demo.slack.workspace import Channel
from bot.outbox import refusals
from handlers import not_posted
from models.tables.post import PostState
from support.harness import Actor, Harness


def for_an_hour(harness: Harness) -> None:
    """Let the outbox send what is due, minute by minute."""
    for _ in range(60):
        harness.sends()
        harness.clock.advance(minutes=1)


@pytest.mark.parametrize(
    "error", ["restricted_action_read_only_channel", "msg_blocks_too_long", "access_denied"]
)
def test_a_plain_refusal_is_final_and_told(
    harness: Harness, erin: Actor, checkout: Channel, error: str
) -> None:
    """Slack refuses by a name that we know, so the message was not posted.

    It is parked, told to whoever acted, and listed in doctor. Seen in dust-tt/dust#28230 and
    getsentry/junior#713.
    """
    fault = {"error": error, "channel": checkout.id, "times": 999}
    harness.workspace.faults.add("chat.postMessage", "refused", **fault)
    erin.raises_quietly("Guest checkout", checkout)
    for_an_hour(harness)
    (card,) = [post for post in harness.posts() if post.drawing.value == "card"]
    assert card.state is PostState.PARKED
    assert not harness.query(doctor._stuck)[0][0]
    assert erin.dm_text("cannot post there")


def test_a_limit_by_its_other_name(harness: Harness, erin: Actor, checkout: Channel) -> None:
    """`rate_limited` means `ratelimited`: wait, then post (slack-github-action#292)."""
    harness.workspace.scopes -= {"channels:history"}
    fault = {"error": "rate_limited", "channel": checkout.id}
    harness.workspace.faults.add("chat.postMessage", "ratelimited", **fault)
    erin.raises_quietly("Guest checkout", checkout)
    for_an_hour(harness)
    harness.workspace.bad_requests.clear()
    said = harness.workspace.messages.get(checkout.id, [])
    assert [message for message in said if "Guest checkout" in message.text]


@pytest.mark.both_databases
def test_a_card_that_was_deleted_comes_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Slack deletes old messages in some workspaces. The card is then posted anew."""
    card = erin.raises("Guest checkout", kind="requirements")
    harness.workspace.messages[checkout.id].remove(card)
    alice.presses(alice.dm()[-1], "Ask")
    assert alice.submits(person="erin", question="Sure?") == {}
    harness.workspace.bad_requests.clear()
    texts = [message.text for message in harness.workspace.messages[checkout.id]]
    assert [text for text in texts if text.startswith("#1 Guest checkout")]


def test_every_final_refusal_has_advice_of_its_own() -> None:
    assert [name for name in refusals.FINAL if not_posted.cause_of(name) is not_posted.OTHER] == []
