"""Public channels that become private: nothing of them is shown any more.

No event says so, and the bot knew a moment ago that the channel was public.
"""

from __future__ import annotations

from functools import partial

import pytest

from bot.demo.slack.changes import make_private
from bot.demo.slack.workspace import Channel
from support.button_values import marked
from support.hand_made import presses_by_hand
from support.harness import Actor, Harness
from support.home_visitor import home, opens_home


@pytest.mark.both_databases
def test_a_channel_that_becomes_private_is_private_at_once(
    harness: Harness, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    lobby = harness.workspace.add_channel("lobby", ["erin", "dora"])
    erin.raises("Lay off contractors", kind="requirements")
    checkout.members.discard(dora.id)
    dora.types("/tradeoff list state:open", lobby)
    assert "Lay off" in dora.form_words()
    harness.run(dora.member.closes())
    make_private(harness.slack.delivery, checkout)
    dora.types("/tradeoff list state:open", lobby)
    assert "Lay off" not in dora.form_words()
    harness.run(dora.member.closes())
    dora.shows(1, in_=lobby)
    assert dora.form is None
    assert "Lay off" not in opens_home(dora)


@pytest.fixture
def lobby(harness: Harness, erin: Actor, dora: Actor, checkout: Channel) -> Channel:
    """Return a channel in which Dora, who is not in #checkout, has just read a decision of it."""
    lobby = harness.workspace.add_channel("lobby", ["erin", "dora"])
    checkout.members.discard(dora.id)
    erin.raises("Lay off contractors", kind="requirements")
    assert "Lay off" in dora.shows(1, in_=lobby)
    harness.run(dora.member.closes())
    return lobby


def test_a_refusal_names_nothing_of_a_channel_that_has_become_private(
    harness: Harness, dora: Actor, checkout: Channel, lobby: Channel
) -> None:
    value = harness.query(partial(marked, str(harness.decision().id)))
    make_private(harness.slack.delivery, checkout)
    presses_by_hand(dora, "decide.approve", value)
    assert "I cannot show you that decision now" in dora.was_told()
    assert "alice" not in dora.was_told()


def test_home_leads_nowhere_into_a_channel_that_has_become_private(
    harness: Harness, dora: Actor, checkout: Channel, lobby: Channel
) -> None:
    opens_home(dora)
    dora.presses(home(dora), "Who decides?")
    make_private(harness.slack.delivery, checkout)
    errors = dora.submits(channel="checkout")
    assert errors["In which channel?"].startswith("I cannot show you this channel now.")


def test_no_similar_titles_of_a_channel_that_has_become_private(
    harness: Harness, alice: Actor, dora: Actor, checkout: Channel, lobby: Channel
) -> None:
    alice.rejects(alice.card(checkout))
    opens_home(dora)
    dora.presses(home(dora), "Raise a tradeoff")
    assert dora.submits(channel="checkout") == {}
    make_private(harness.slack.delivery, checkout)
    options = {"option1_name": "Yes", "option2_name": "No", "why_now": "I ask"}
    assert dora.submits(title="Lay off contractor", kind="requirements", **options) == {}
    assert "Slack does not say that you are in #checkout" in dora.form_words()
    assert "#1" not in dora.form_words()


def test_a_mention_shows_nothing_of_a_channel_that_has_become_private(
    harness: Harness, dora: Actor, checkout: Channel, lobby: Channel
) -> None:
    make_private(harness.slack.delivery, checkout)
    dora.says("What about @tradeoffs #1?", lobby)
    harness.settle()
    said = " ".join(map(harness.text, harness.workspace.messages[lobby.id]))
    assert "I have no decision #1 " in said
    assert "Lay off" not in said
