"""Look-ups without an answer: Slack says nothing about a channel or a person.

People then read that Slack did not answer, and do not read "no" or "nothing".
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import opens_home, presses, reads
from support.rights_helpers import announced, states, version


@pytest.fixture
def vault(harness: Harness, people: dict[str, Actor], alice: Actor) -> Channel:
    """Make a private team channel that Erin is not in."""
    channel = harness.workspace.add_channel("vault", ["alice", "bob", "sam"], private=True)
    alice.sets_up(channel)
    return channel


def slack_is_silent(harness: Harness, *channels: Channel) -> None:
    """Let Slack say nothing about these channels, until `slack_answers`."""
    for channel in channels:
        harness.bot.people.forget_place(harness.workspace.team_id, channel.id)
        for method in ("conversations.info", "conversations.members"):
            harness.breaks(method, "timeout_before", channel=channel.id, times=99)


def slack_answers(harness: Harness, *channels: Channel) -> None:
    harness.workspace.faults.planned.clear()
    for channel in channels:
        harness.bot.people.forget_place(harness.workspace.team_id, channel.id)


def test_a_person_with_decisions_is_no_newcomer_while_slack_is_silent(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    slack_is_silent(harness, checkout)
    shown = opens_home(erin)
    assert "Slack did not answer" in shown
    assert "Nothing here yet" not in shown
    assert "Nothing waits for you" not in shown
    assert "Guest checkout" not in shown
    slack_answers(harness, checkout)
    presses(erin, "Try again", "Slack did not answer")
    assert "Guest checkout" in reads(erin)
    assert "Slack did not answer" not in reads(erin)


def test_a_channel_that_slack_is_silent_about_is_not_shown_as_empty(
    harness: Harness, alice: Actor, sam: Actor, vault: Channel
) -> None:
    sam.raises("Sign the fee contract", kind="requirements", in_=vault)
    slack_is_silent(harness, vault)
    shown = opens_home(alice)
    assert "Slack did not answer" in shown
    assert "Sign" not in shown
    assert "Nothing waits for you" not in shown
    assert "channels that you are not in" not in shown


def test_a_commitment_at_risk_is_not_said_to_be_none_while_slack_is_silent(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta", "2026-12-01")
    assert "Beta" in opens_home(erin)
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    harness.breaks("conversations.members", "timeout_before", channel=checkout.id, times=99)
    shown = opens_home(erin)
    assert "Beta" not in shown
    assert "Slack did not answer" in shown
    assert "Nothing here yet" not in shown


def test_whom_slack_does_not_name_is_no_newcomer(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.bot.people.forget_person(harness.workspace.team_id, erin.id)
    harness.breaks("users.info", "timeout_before", times=99)
    shown = opens_home(erin)
    assert "Slack did not answer" in shown
    assert "Nothing here yet" not in shown
    harness.workspace.faults.planned.clear()
    harness.bot.people.forget_person(harness.workspace.team_id, erin.id)
    presses(erin, "Try again", "Slack did not answer")
    assert "Nothing here yet" in reads(erin)


def test_what_slack_does_not_say_is_not_called_nothing(
    harness: Harness, checkout: Channel, search: Channel, erin: Actor, bob: Actor
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    promise = bob.promises("Beta")
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    for method in ("conversations.info", "conversations.members"):
        harness.breaks(method, "timeout_before", channel=checkout.id, times=99)
    for asked in ("", "apple"):
        erin.types(f"/tradeoff list {asked}".strip(), search)
        words = erin.form_words()
        harness.run(erin.member.closes())
        assert "Slack did not answer" in words
        assert "Nothing" not in words
    erin.shows(1, in_=search)
    erin.presses(promise, "Ledger")
    for subject in ("#1", "that commitment"):
        assert f"I cannot show you {subject} now" in erin.was_told()
    assert "or Slack did not tell me just now whether you are" in erin.was_told()
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    erin.types("/tradeoff Gift cards", checkout)
    said = "Slack did not tell me about this channel just now. "
    assert said + "Please run `/tradeoff Gift cards` again in a moment." in erin.was_told()
    assert "I am not in this channel" not in erin.was_told()


def test_whom_slack_does_not_name_is_asked_to_try_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    """Alice goes on leave, and Erin sets a channel up. Both are full members."""
    for person in (alice, erin):
        harness.bot.people.forget_person(harness.workspace.team_id, person.id)
    harness.breaks("users.info", "timeout_before", times=99)
    alice.types("/tradeoff away @bob until 24 Dec", checkout)
    erin.types("/tradeoff setup", search)
    for person in (alice, erin):
        assert "Slack did not tell me who you are just now" in person.was_told()
        assert "full member" not in person.was_told()


def test_who_is_in_a_channel_that_slack_is_silent_about_is_not_sent_to_join_it(
    harness: Harness, alice: Actor, vault: Channel
) -> None:
    slack_is_silent(harness, vault)
    for command in ("rights", "export csv"):
        alice.types(f"/tradeoff {command}", vault)
        assert "Slack does not say that you are in #vault" in alice.was_told()
        assert "If you are in it, try again in a moment; if not, join it" in alice.was_told()


def slack_does_not_know(harness: Harness, person: Actor) -> None:
    """Let Slack say nothing about this person, until `slack_knows`."""
    harness.bot.people.forget_person(harness.workspace.team_id, person.id)
    harness.breaks("users.info", "timeout_before", channel=person.id, times=99)


def slack_knows(harness: Harness, person: Actor) -> None:
    harness.workspace.faults.planned.clear()
    harness.bot.people.forget_person(harness.workspace.team_id, person.id)


def test_whoever_confirms_does_not_read_that_a_successor_is_gone_while_slack_is_silent(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.sets_up_quietly(checkout, product_owner="erin", reason="She knows the users")
    asked = alice.dm()[-1]
    slack_does_not_know(harness, erin)
    alice.presses(asked, "Confirm")
    assert "Slack did not tell me just now whether @erin" in alice.was_told()
    assert "try again" in alice.was_told()
    slack_knows(harness, erin)
    alice.presses(asked, "Confirm")
    assert version(harness).product_owner == erin.id


@pytest.mark.both_databases
def test_a_change_that_nobody_can_confirm_does_not_lapse_while_slack_is_silent(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    bob.sets_up_again(checkout, sponsor=None, reason="Sam moves on")
    assert alice.goes_away("dora") == {}
    bob.sets_up_quietly(checkout, product_owner="erin", reason="She knows the users")
    harness.later(hours=23)
    slack_does_not_know(harness, erin)
    harness.later(hours=1, minutes=1)
    assert states(harness) == ["pending"]
    assert "Lapsed" not in harness.plain(announced(bob, checkout))
    slack_knows(harness, erin)
    harness.later(minutes=16)
    assert states(harness) == ["made"]
    assert version(harness).product_owner == erin.id
