"""Identity of the bot: Slack has not said it yet, or its answer is misshapen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.slack.delivery import Delivered
from bot.demo.slack.faults import Kind
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness

NOT_YET = "Slack has not told me yet who I am"
SILENT: list[Kind] = ["ratelimited", "server_error", "text_plain", "only_true", "no_ts"]


@pytest.fixture(params=SILENT)
def nameless(harness: Harness, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Return a function that makes the bot forget who it is; Slack does not say it again."""

    def forget() -> None:
        harness.bot.installations.identity = None
        harness.breaks("auth.test", request.param, times=99)

    return forget


def learns_its_name(harness: Harness) -> None:
    harness.workspace.faults.planned.clear()
    harness.bot.installations._ask_again_at = 0


def event(harness: Harness, **fields: Any) -> Delivered:
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": harness.workspace.team_id,
            "event_id": "Ev1",
            "event": fields,
        }
    )
    headers = {"Content-Type": "application/json", **harness.slack.delivery.sign(body)}
    return harness.run(harness.slack.delivery.post(body, headers))


def test_a_command_is_answered_in_our_own_words(
    harness: Harness, erin: Actor, checkout: Channel, nameless: Callable[[], None]
) -> None:
    nameless()
    erin.types("/tradeoff Guest checkout", checkout)
    assert NOT_YET in erin.was_told()
    assert "You typed: /tradeoff Guest checkout" in erin.was_told()
    assert "reinstall" not in erin.was_told()
    learns_its_name(harness)
    erin.raises("Guest checkout", kind="requirements")


def test_a_filled_form_stays_open(
    harness: Harness, erin: Actor, checkout: Channel, nameless: Callable[[], None]
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    nameless()
    typed = {"kind": "risk", "why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}
    assert NOT_YET in str(erin.submits(**typed))
    assert erin.form.values["why_now"]["why_now"]["value"] == "Asked for"
    assert harness.decisions() == []
    learns_its_name(harness)
    assert erin.submits() == {}
    assert len(harness.decisions()) == 1


def test_a_click_is_told_that_slack_has_not_said_who_we_are(
    harness: Harness,
    alice: Actor,
    erin: Actor,
    checkout: Channel,
    nameless: Callable[[], None],
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    nameless()
    assert alice.presses(card, "Approve").status == 200
    assert NOT_YET in alice.was_told()
    learns_its_name(harness)
    alice.approves(card)


def test_an_event_is_sent_again(harness: Harness, search: Channel, nameless: Any) -> None:
    nameless()
    joined = {"type": "member_joined_channel", "user": harness.workspace.bot.id}
    assert event(harness, **joined, channel=search.id).status == 503
    learns_its_name(harness)
    assert event(harness, **joined, channel=search.id).status == 200
    harness.settle()
    assert harness.posts()


def test_slack_is_asked_before_anything_is_served(harness: Harness) -> None:
    assert [method for method, _, _ in harness.workspace.calls] == ["auth.test"]


@pytest.mark.parametrize("kind", ["text_plain", "only_true", "no_ts"])
@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
def test_one_misshapen_answer_locks_nobody_out(
    harness: Harness, bob: Actor, erin: Actor, kind: Kind, method: str
) -> None:
    """One answer of Slack is only `{"ok": true}` or `true`, or is the text of a proxy."""
    vault = harness.workspace.add_channel("vault", ["alice", "bob", "erin", "sam"], private=True)
    bob.sets_up(vault)
    bob.raises("Sign the contract", kind="requirements", in_=vault)
    people = harness.bot.people
    for cache in (people._people, people._places, people._rooms):
        cache._kept.clear()
    harness.timeouts.unknown_kept = 0
    harness.breaks(method, kind)
    for _ in range(2):
        answer = erin.types("/tradeoff list", vault)
        assert answer.status == 200
    assert harness.workspace.faults.used_up
    assert "Sign the contract" in erin.form_words()


@pytest.mark.parametrize("kind", ["text_plain", "only_true", "no_ts"])
@pytest.mark.parametrize("method", ["views.open", "views.publish", "views.update"])
def test_a_misshapen_answer_to_a_form_breaks_nothing(
    harness: Harness, erin: Actor, checkout: Channel, kind: Kind, method: str
) -> None:
    harness.breaks(method, kind)
    harness.run(erin.member.opens_home())
    erin.types("/tradeoff Guest checkout", checkout)
    if erin.form:
        assert erin.presses(erin.form, "Add another option").status == 200
        harness.run(erin.member.closes())
    assert {answer.status for answer in harness.slack.delivery.delivered} == {200}
