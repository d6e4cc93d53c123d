"""Slack without an answer: it does not say who a person is, or does not open a form."""

from __future__ import annotations

import pytest

from bot.demo.slack.faults import Kind
from bot.demo.slack.workspace import Channel
from models.rules import State
from support.harness import Actor, Harness

NO_ANSWER: list[Kind] = [
    "timeout_before",
    "broken_before",
    "server_error",
    "proxy_error",
    "ratelimited",
]


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_whom_slack_does_not_know_decides_nothing(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.bot.people.forget_person(harness.workspace.team_id, bob.id)
    harness.breaks("users.info", kind, times=2)
    assert bob.presses(card, "Reject").status == 200
    assert (
        "You are someone Slack did not tell me about just now, and cannot decide here"
        in bob.was_told()
    )
    assert harness.decision().state is State.AWAITING_DECISION
    assert bob.form is None


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_nobody_unknown_becomes_a_role_holder(
    harness: Harness, alice: Actor, bob: Actor, search: Channel, kind: Kind
) -> None:
    alice.types("/tradeoff setup", search)
    harness.bot.people.forget_person(harness.workspace.team_id, bob.id)
    harness.breaks("users.info", kind, times=2)
    errors = alice.submits(product_owner="alice", project_manager="bob")
    assert errors == {
        "Project manager": "Slack did not tell me about this person just now. Try again in a "
        "moment."
    }
    assert harness.posts() == []
    harness.workspace.faults.planned.clear()
    harness.bot.people.forget_person(harness.workspace.team_id, bob.id)
    assert alice.submits() == {}
    assert len(harness.posts()) == 1


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_a_form_that_does_not_open_keeps_what_was_typed(
    harness: Harness, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    harness.breaks("views.open", kind, times=2)
    answer = erin.types("/tradeoff Guest checkout for <everyone> & all", checkout)
    assert answer.status == 200
    assert "Please try again. You typed: Guest checkout for" in erin.was_told()
    assert "everyone" in erin.was_told()
    assert erin.form is None
    harness.workspace.faults.planned.clear()
    erin.raises("Guest checkout", kind="requirements")


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_a_click_whose_form_does_not_open_is_answered(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, kind: Kind
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.breaks("views.open", kind, times=2)
    assert alice.presses(card, "Approve").status == 200
    assert "Please try again." in alice.was_told()
    harness.workspace.faults.planned.clear()
    alice.approves(card)


@pytest.mark.parametrize("kind", NO_ANSWER)
def test_a_bot_that_does_not_know_itself_yet_asks_again(
    harness: Harness, erin: Actor, search: Channel, kind: Kind
) -> None:
    harness.bot.installations.identity = None
    harness.timeouts.unknown_kept = 0
    harness.breaks("auth.test", kind, times=2)
    erin.types("/tradeoff help", search)
    harness.workspace.faults.planned.clear()
    assert erin.types("/tradeoff help", search).status == 200
    assert "raises a tradeoff" in erin.was_told()
