"""Drawings that fail because the database does not answer: the message waits."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, exc

from bot.demo.slack.workspace import Channel
from bot.outbox.outcomes import MOST_DRAWINGS
from models.tables.post import PostState
from support.harness import Actor, Harness


@pytest.mark.parametrize(
    "gone",
    [
        exc.OperationalError("", {}, Exception("terminated by an administrator")),
        exc.InterfaceError("", {}, Exception("the connection is closed")),
        exc.TimeoutError("no connection is free"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_message_that_slack_did_not_take_for_an_hour_survives_a_restart_of_the_database(
    harness: Harness, erin: Actor, checkout: Channel, gone: Exception
) -> None:
    """Tries in which Slack failed do not count as tries in which the message could not be drawn."""
    erin.raises_quietly("Guest checkout", checkout)
    harness.breaks("chat.postMessage", "server_error", times=99, channel=checkout.id)
    for _ in range(11):
        harness.later(minutes=6)
    assert max(post.attempts for post in harness.posts()) > MOST_DRAWINGS
    harness.workspace.faults.planned.clear()
    failures = [gone]

    @event.listens_for(harness.bot.database.engine, "before_cursor_execute")
    def refuse(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("SELECT") and "post.claimed_by IN" in statement and failures:
            raise failures.pop()

    harness.clock.advance(minutes=6)
    harness.sends()
    assert failures == []
    for _ in range(4):
        harness.later(minutes=6)
    assert {post.state for post in harness.posts()} == {PostState.OWED}
    cards = [message for message in harness.workspace.messages[checkout.id] if message.bot_id]
    assert len([card for card in cards if "Guest checkout" in card.text]) == 1
