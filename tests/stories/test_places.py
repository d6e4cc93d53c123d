"""Places and people that Slack has beside channels and colleagues (docs/reference/slack.md).

The topic is "Identity"; each story names the public report of another bot.
"""

from __future__ import annotations

import pytest

from bot.demo.slack import changes
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness

PLACES = pytest.mark.xfail(
    strict=True, reason="Working time, places, proxies, and ten reports of your own"
)


@pytest.mark.any_database
def test_a_changed_status_asks_slack_nothing(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """Every status and huddle is a `user_change`, which says it all (grafana/oncall#1938)."""
    harness.workspace.calls.clear()
    for _ in range(10):
        harness.run(changes.change_status(harness.slack.delivery, erin.member.person, "Lunch"))
    assert [method for method, _, _ in harness.workspace.calls if method == "users.info"] == []


@PLACES
@pytest.mark.any_database
def test_rights_in_a_direct_message(harness: Harness, erin: Actor, checkout: Channel) -> None:
    """Every command there says: go to the team's channel. None offers to set up the messages."""
    erin.types("/tradeoff rights", harness.workspace.direct(erin.id))
    assert "Decisions belong to a team channel" in erin.was_told()


@PLACES
@pytest.mark.any_database
def test_a_group_direct_message(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Nobody can invite a bot into one: say where to go (java-slack-sdk#1260, bolt-js#365)."""
    group = harness.workspace.add_group([alice.id, erin.id])
    erin.types("/tradeoff Add Apple Pay", group)
    harness.workspace.bad_requests.clear()
    assert "/invite" not in erin.was_told()


@PLACES
def test_a_channel_that_got_another_id(harness: Harness, erin: Actor, checkout: Channel) -> None:
    """A private channel that is about to be shared: G… becomes C… (bolt-js#802, dispatch#560)."""
    erin.raises("Guest checkout", kind="requirements")
    harness.run(changes.change_id(harness.slack.delivery, checkout, "C0NEWID0001"))
    erin.types("/tradeoff rights", checkout)
    assert "is not set up yet" not in erin.was_told()


@PLACES
@pytest.mark.any_database
def test_a_colleague_from_a_sister_workspace(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Enterprise Grid: one company, by `enterprise_user` (bolt-python#767, bolt-js#1875)."""
    workspace = harness.workspace
    workspace.enterprise_id = "E0COMPANY"
    harness.bot.installations.known = None
    checkout.members.add(workspace.add_sister_person("nora").id)
    card = erin.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, to="nora") == {}
