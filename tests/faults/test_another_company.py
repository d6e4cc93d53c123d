"""People of another company in a channel that both companies share (Slack Connect)."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from models.rules import State
from support.harness import Actor, Harness
from support.home_visitor import leaves, opens_home

REFUSED = "This person is from another company, and cannot"


@pytest.fixture
def olga(people: dict[str, Actor], checkout: Channel) -> Actor:
    """Return somebody of another company, and put them into the channel."""
    checkout.members.add(people["olga"].id)
    return people["olga"]


def test_nobody_of_another_company_is_given_authority(
    harness: Harness, alice: Actor, olga: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert REFUSED in alice.delegates(card, "olga")["Who decides this"]
    harness.run(alice.member.closes())
    assert REFUSED in alice.goes_away("olga")["Who decides for you"]
    harness.run(alice.member.closes())
    alice.types("/tradeoff setup", checkout)
    fields = {"project_manager": "olga", "sponsor": "olga", "reason": "They know it"}
    errors = alice.submits(**fields)
    assert REFUSED in errors["Project manager"]
    assert REFUSED in errors["Sponsor"]


def test_somebody_of_another_company_decides_nothing_in_a_shared_channel(
    harness: Harness, alice: Actor, olga: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    for button in ("Approve", "Reject", "Defer", "Ask", "Delegate"):
        olga.presses(card, button)
        assert "You are from another company, and cannot decide here" in olga.was_told()
        assert olga.form is None
    for button in ("Edit", "Withdraw"):
        olga.presses(card, button)
        assert f"can {button.lower()} it" in olga.was_told()
    assert harness.decision().state is State.AWAITING_DECISION


def test_somebody_of_another_company_is_asked_only_as_long_as_they_are_in_the_channel(
    harness: Harness, alice: Actor, olga: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "olga", "Do partners need it?")
    leaves(olga, checkout)
    harness.settle()
    assert "Guest checkout" not in harness.plain(olga.dm()[-1]) + opens_home(olga)
    olga.presses_stale(card, "questions.answer", f"{harness.decision().id}:1")
    assert "I cannot show you that decision now" in olga.was_told()
    assert len(alice.dm_text("@olga cannot read #checkout any more. The question about #1")) == 1
    alice.asks(card, "erin", "Do partners need it?")
    assert "waiting for @erin to answer" in harness.whole(card)
