"""Bad days: Slack says nothing about a channel or a person. That is never shown as "no" or "nothing"."""

from __future__ import annotations

import pytest
from at_home import opens_home, presses, reads
from house import Actor, House

from bot.demo.workspace import Channel

pytestmark = pytest.mark.any_database


@pytest.fixture
def vault(house: House, people: dict[str, Actor], alice: Actor) -> Channel:
    """A private team channel that Erin is not in."""
    channel = house.workspace.add_channel("vault", ["alice", "bob", "sam"], private=True)
    alice.sets_up(channel)
    return channel


def slack_is_silent(house: House, *channels: Channel) -> None:
    """About these channels, until `slack_answers`."""
    for channel in channels:
        house.bot.people.forget_place(house.workspace.team_id, channel.id)
        for method in ("conversations.info", "conversations.members"):
            house.breaks(method, "timeout_before", channel=channel.id, times=99)


def slack_answers(house: House, *channels: Channel) -> None:
    house.workspace.faults.planned.clear()
    for channel in channels:
        house.bot.people.forget_place(house.workspace.team_id, channel.id)


def test_who_has_decisions_is_no_newcomer_while_slack_is_silent(house: House, erin: Actor, checkout: Channel) -> None:
    erin.raises("Guest checkout", kind="requirements")
    slack_is_silent(house, checkout)
    shown = opens_home(erin)
    assert "Slack did not answer" in shown
    assert "Nothing here yet" not in shown
    assert "Nothing waits for you" not in shown
    assert "Guest checkout" not in shown
    slack_answers(house, checkout)
    presses(erin, "Try again", "Slack did not answer")
    assert "Guest checkout" in reads(erin)
    assert "Slack did not answer" not in reads(erin)


def test_what_may_wait_in_a_silent_channel_is_not_nothing(
    house: House, alice: Actor, sam: Actor, vault: Channel
) -> None:
    sam.raises("Sign the fee contract", kind="requirements", in_=vault)
    slack_is_silent(house, vault)
    shown = opens_home(alice)
    assert "Sign" not in shown
    assert "Nothing waits for you" not in shown
    assert "channels that you are not in" not in shown


def test_promises_of_a_channel_without_a_seat_may_be_at_risk(
    house: House, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta", "2026-12-01")
    assert "Beta" in opens_home(erin)
    house.bot.people.forget_place(house.workspace.team_id, checkout.id)
    house.breaks("conversations.members", "timeout_before", channel=checkout.id, times=99)
    shown = opens_home(erin)
    assert "Beta" not in shown
    assert "Slack did not answer" in shown
    assert "Nothing here yet" not in shown


def test_whom_slack_does_not_name_is_no_newcomer(house: House, erin: Actor, checkout: Channel) -> None:
    house.bot.people.forget_person(house.workspace.team_id, erin.id)
    house.breaks("users.info", "timeout_before", times=99)
    shown = opens_home(erin)
    assert "Slack did not answer" in shown
    assert "Nothing here yet" not in shown
    house.workspace.faults.planned.clear()
    house.bot.people.forget_person(house.workspace.team_id, erin.id)
    presses(erin, "Try again", "Slack did not answer")
    assert "Nothing here yet" in reads(erin)


def test_what_slack_does_not_say_is_not_called_nothing(
    house: House, checkout: Channel, search: Channel, erin: Actor, bob: Actor
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    promise = bob.promises("Beta")
    house.bot.people.forget_place(house.workspace.team_id, checkout.id)
    for method in ("conversations.info", "conversations.members"):
        house.breaks(method, "timeout_before", channel=checkout.id, times=99)
    for asked in ("", "apple"):
        erin.types(f"/tradeoff list {asked}".strip(), search)
        words = erin.form_words()
        house.run(erin.member.closes())
        assert "Slack did not answer" in words
        assert "Nothing" not in words
    erin.shows(1, in_=search)
    erin.presses(promise, "Ledger")
    for what in ("#1", "this commitment"):
        assert f"Slack did not tell me just now whether you may read the channel of {what}" in erin.was_told()
    assert "not in, so" not in erin.was_told()
    house.bot.people.forget_place(house.workspace.team_id, checkout.id)
    erin.types("/tradeoff Gift cards", checkout)
    assert "Slack did not tell me about this channel just now" in erin.was_told()
    assert "I am not in this channel" not in erin.was_told()
