"""Answers that reach another channel late, when they may not be read there any more."""

from __future__ import annotations

import pytest

from bot.demo.slack.changes import make_private
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness

pytestmark = pytest.mark.both_databases


def test_an_answer_that_was_held_back_shows_nothing_of_a_channel_that_is_private_by_now(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The lobby is archived before the answer comes, and opened again after the decision."""
    card = alice.raises("Lay off contractors", kind="requirements")
    lobby = harness.workspace.add_channel("lobby", ["alice", "erin", "tradeoffs"])
    erin.says("What about @tradeoffs #1?", lobby)
    lobby.is_archived = True
    harness.settle()
    harness.refused("is_archived")
    make_private(harness.slack.delivery, checkout)
    alice.approves(card, because="A secret reason")
    harness.later(minutes=10)
    lobby.is_archived = False
    opened = {"type": "channel_unarchive", "channel": lobby.id, "user": erin.id}
    harness.run(harness.slack.delivery.event(opened))
    harness.settle()
    said = " ".join(map(harness.text, harness.workspace.messages[lobby.id]))
    assert "I have no decision #1 that I can show in this channel." in said
    assert "Lay off" not in said
    assert "secret" not in said
