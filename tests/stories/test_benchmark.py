"""The requests of the benchmark are what Slack sends, so that the bot answers them."""

from __future__ import annotations

from urllib.parse import urlsplit

from bench.client import help_command, raise_form, times
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness


def test_the_bot_answers_what_the_benchmark_sends(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff", checkout)
    assert erin.member.modal
    port = urlsplit(harness.bot_url).port
    assert port
    for body in (help_command(erin.id, checkout.id), raise_form(erin.id, erin.member.modal.view)):
        spent, _ = harness.run(times(port, body, 2, 1))
        assert len(spent) == 2
    assert [decision.title for decision in harness.decisions()] == [
        "Add Apple Pay to Sprint 14"
    ] * 2
