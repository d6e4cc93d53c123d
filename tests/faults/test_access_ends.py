"""Access that ends: people leave or become guests, with and without Slack's event."""

from __future__ import annotations

import time

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves, opens_home, reads
from support.story_helpers import files, secret_of


@pytest.mark.both_databases
def test_an_open_home_shows_nothing_of_a_channel_that_was_left(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Severance pay", kind="requirements", in_=secret)
    assert "Severance pay" in opens_home(erin)
    leaves(erin, secret)
    assert "Severance" not in reads(erin)


def test_the_rights_say_who_has_left_the_channel_and_sees_nothing_of_it(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Decisions still wait for that person; only the others can invite them back."""
    secret = secret_of(harness, alice)
    blind = "@alice is not in this channel, and sees none of its decisions: invite them"
    bob.types("/tradeoff rights", secret)
    assert blind not in bob.was_told()
    leaves(alice, secret)
    bob.types("/tradeoff rights", secret)
    assert blind in bob.was_told()


@pytest.mark.parametrize("word", ["rights", "digest", "commitments", "export"])
def test_a_command_from_outside_a_private_channel_shows_nothing_of_it(
    harness: Harness, alice: Actor, erin: Actor, word: str
) -> None:
    """Slack lets nobody type there from outside; if it did, they would read nothing."""
    secret = secret_of(harness, alice)
    erin.raises("Severance pay", kind="requirements", in_=secret)
    leaves(erin, secret)
    erin.types(f"/tradeoff {word}", secret)
    assert "Slack does not say that you are in" in erin.was_told()
    assert "Severance" not in erin.was_told()


@pytest.mark.parametrize("how", ["is a guest", "is outside"])
def test_show_list_and_home_are_closed_a_minute_after_a_missed_event(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, how: str
) -> None:
    secret = secret_of(harness, alice)
    lobby = harness.workspace.add_channel("lobby", ["erin"])
    erin.raises("Severance pay", kind="requirements", in_=secret if how == "is outside" else None)
    assert "Severance pay" in opens_home(erin)
    (secret if how == "is outside" else checkout).members.discard(erin.id)
    erin.member.person.is_restricted = how == "is a guest"
    harness.timeouts.stopwatch = lambda: time.monotonic() + 61
    erin.shows(1, in_=lobby)
    assert erin.form is None
    assert "I cannot show you #1 now" in erin.was_told()
    erin.types("/tradeoff list state:open", lobby)
    assert "Severance" not in erin.form_words()
    harness.run(erin.member.closes())
    assert "Severance" not in opens_home(erin)


@pytest.mark.parametrize("is_inside", [False, True])
def test_a_file_is_for_those_who_may_read_its_channel_when_it_is_sent(
    harness: Harness, erin: Actor, checkout: Channel, is_inside: bool
) -> None:
    """Making a file takes time, and Slack's event about the person may be lost."""
    erin.raises("Severance pay", kind="requirements")
    harness.run(erin.member.types(checkout, "/tradeoff export csv"))
    erin.member.person.is_restricted = True
    if not is_inside:
        checkout.members.discard(erin.id)
    harness.settle()
    told = "\n".join(map(harness.text, erin.dm()))
    assert ("could not be sent" in told) is not is_inside
    sent = [file for message in erin.dm() for file in message.files]
    assert bool(sent) is is_inside


@pytest.mark.both_databases
@pytest.mark.parametrize("place", ["checkout", "secret"])
def test_a_file_that_was_sent_is_not_said_to_be_missing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, place: str
) -> None:
    """Erin has the file. She leaves the channel, and comes back."""
    channel = checkout if place == "checkout" else secret_of(harness, alice)
    erin.raises("Severance pay", kind="requirements", in_=channel)
    erin.types("/tradeoff export csv", channel)
    leaves(erin, channel)
    harness.later(hours=1)
    joins(erin, channel)
    harness.later(hours=1)
    assert erin.dm_text("could not be sent") == []
    assert len(files(erin)) == 1
