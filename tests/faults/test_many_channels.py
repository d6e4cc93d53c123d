"""Companies with many channels: what one person may read costs a few calls, not one per channel."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import leaves, opens_home

MANY = 12


@pytest.fixture
def vaults(harness: Harness, alice: Actor, checkout: Channel) -> list[Channel]:
    """Make private channels, each with a decision newer than #checkout's; Erin is in the first."""
    made = []
    alice.raises_quietly("Readable", checkout)
    for number in range(MANY):
        members = ["alice", "bob", "sam", *(["erin"] if number == 0 else [])]
        vault = harness.workspace.add_channel(f"vault{number}", members, private=True)
        alice.sets_up(vault)
        alice.raises_quietly(f"Secret {number}", vault)
        made.append(vault)
    harness.settle()
    return made


def forgets(harness: Harness) -> None:
    people = harness.bot.people
    for cache in (people._people, people._places, people._rooms, people._shared, people._listed):
        cache.clear()


def test_a_list_asks_slack_a_few_times(
    harness: Harness, erin: Actor, search: Channel, vaults: list[Channel]
) -> None:
    forgets(harness)
    calls = len(harness.workspace.calls)
    erin.types("/tradeoff list state:open", search)
    words = erin.form_words()
    assert "Readable" in words
    assert "Secret 0" in words
    assert "Secret 1" not in words
    asked = Counter(method for method, _, _ in harness.workspace.calls[calls:])
    assert asked["conversations.members"] == 0
    assert sum(asked.values()) <= 8, asked


def test_a_person_removed_from_a_channel_sees_it_no_more(
    harness: Harness, erin: Actor, search: Channel, vaults: list[Channel]
) -> None:
    erin.types("/tradeoff list state:open", search)
    assert "Secret 0" in erin.form_words()
    harness.run(erin.member.closes())
    leaves(erin, vaults[0])
    erin.types("/tradeoff list state:open", search)
    assert "Readable" in erin.form_words()
    assert "Secret" not in erin.form_words()


def test_home_asks_slack_a_few_times(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """A commitment is at risk in each of many channels, of which Erin is in the first."""
    for number in range(MANY):
        members = ["alice", "bob", "sam", *(["erin"] if number == 0 else [])]
        channel = harness.workspace.add_channel(f"open{number}", members)
        alice.sets_up(channel)
        alice.promises(f"Beta {number}", "2026-11-24", in_=channel)
    forgets(harness)
    calls = len(harness.workspace.calls)
    words = opens_home(erin)
    assert "Beta 0" in words
    assert "Beta 1" not in words
    asked = Counter(method for method, _, _ in harness.workspace.calls[calls:])
    assert asked["conversations.members"] == 0
    assert asked["users.conversations"] <= 2, asked


def test_a_silent_slack_is_said_to_be_silent(
    harness: Harness, erin: Actor, search: Channel, vaults: list[Channel]
) -> None:
    forgets(harness)
    harness.breaks("users.conversations", "server_error", times=9)
    erin.types("/tradeoff list state:open", search)
    assert "Slack did not answer" in erin.form_words()
    assert "Secret" not in erin.form_words()
