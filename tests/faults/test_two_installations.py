"""Two installations on one database: no bot sends messages or fires timers of the other.

A bot's token is valid in its own workspace only. With it, Slack would refuse messages to the
channels and people of the other workspace, and these messages would be lost.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness


@pytest.mark.both_databases
def test_a_bot_leaves_messages_and_timers_of_another_installation_alone(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    tenant = harness.bot.installations.tenant
    erin.raises_quietly("Guest checkout", checkout)
    harness.bot.installations.tenant = "T0OTHER001"
    said = len(harness.workspace.messages[checkout.id])
    harness.later(days=9)
    assert len(harness.workspace.messages[checkout.id]) == said
    assert alice.dm() == []
    assert harness.run(harness.bot.timers.next_due()) is None
    harness.bot.installations.tenant = tenant
    harness.settle()
    assert "Guest checkout" in harness.plain(erin.card(checkout))
    assert "Guest checkout" in harness.plain(alice.dm()[0])


def test_nothing_is_sent_before_slack_has_said_who_we_are(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """The loops ask Slack themselves, because it may take hours until a request comes."""
    erin.raises_quietly("Guest checkout", checkout)
    harness.timeouts.unknown_kept = 0.0
    replica = harness.new_bot()
    harness.breaks("auth.test", "refused", error="account_inactive")
    assert harness.run(replica.outbox.send_due()) == 0
    assert harness.run(replica.outbox.send_due()) > 0


def test_messages_wait_while_the_app_is_not_installed(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The app is installed again after two tries, and the messages go out."""
    harness.breaks("chat.postMessage", "refused", error="token_revoked", times=2)
    erin.raises_quietly("Guest checkout", checkout)
    harness.settle()
    assert alice.dm() == []
    harness.later(hours=1)
    assert "Guest checkout" in harness.plain(erin.card(checkout))
    assert "Guest checkout" in harness.plain(alice.dm()[0])
    assert harness.workspace.faults.used_up
