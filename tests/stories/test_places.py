"""Places and people that Slack has beside channels and colleagues.

The facts are in docs/reference/slack.md, under "Identity". If a fault was reported in public for
another bot, its story names the report.
"""

from __future__ import annotations

import pytest

from bot.demo.slack import changes
from bot.demo.slack.workspace import Channel
from models.tables.post import PostState
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.home_visitor import leaves


def test_a_changed_status_asks_slack_nothing(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """Slack sends a `user_change` for every status and huddle (grafana/oncall#1938)."""
    harness.workspace.calls.clear()
    for _ in range(10):
        harness.run(changes.change_status(harness.slack.delivery, erin.member.person, "Lunch"))
    assert harness.workspace.calls == []


def test_rights_are_not_shown_in_a_direct_message(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """The answer says to go to the team's channel, and offers no set-up."""
    erin.types("/tradeoff rights", harness.workspace.direct(erin.id))
    assert "Decisions belong to a team channel" in erin.was_told()


def test_a_refusal_of_the_place_repeats_what_was_typed(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    place = harness.workspace.add_channel("random", ["erin"], bot_in=False)
    for line in ("/tradeoff Add <b> & Apple Pay", "/accept Refunds", "/tradeoff record Two banks"):
        erin.types(line, place)
        assert erin.was_told().endswith(f"Type /invite @tradeoffs here, then run `{line}` again.")
        erin.types(line, harness.workspace.direct(erin.id))
        assert erin.was_told().endswith(f"Go to your team's channel and run `{line}` there.")


def test_a_group_direct_message_is_not_asked_to_invite_the_bot(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The answer asks nobody to invite the bot there (java-slack-sdk#1260, bolt-js#365)."""
    group = harness.workspace.add_group([alice.id, erin.id])
    erin.types("/tradeoff Add Apple Pay", group)
    harness.workspace.bad_requests.clear()
    assert "Decisions belong to a team channel" in erin.was_told()
    assert "/invite" not in erin.was_told()


@pytest.mark.parametrize("line", ["/tradeoff rights", "/tradeoff export csv", "/accept Refunds"])
def test_a_command_in_a_group_is_told_where_to_go(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, line: str
) -> None:
    group = harness.workspace.add_group([alice.id, erin.id])
    erin.types(line, group)
    harness.workspace.bad_requests.clear()
    assert "Decisions belong to a team channel" in erin.was_told()


def test_a_message_in_a_group_raises_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    said = alice.says("Shall we?", harness.workspace.add_group([alice.id, erin.id]))
    erin.uses("Raise a tradeoff", on=said)
    harness.workspace.bad_requests.clear()
    assert "Decisions belong to a team channel" in erin.was_told()


def test_a_channel_that_got_another_id_keeps_its_rights(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """A private channel that is about to be shared: G… becomes C… (bolt-js#802, dispatch#560)."""
    erin.raises("Guest checkout", kind="requirements")
    harness.run(changes.change_id(harness.slack.delivery, checkout, "C0NEWID0001"))
    erin.types("/tradeoff rights", checkout)
    assert "(rights v1)" in erin.was_told()


def test_what_is_open_goes_on_under_the_new_id(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    alice.types("/tradeoff setup", checkout)
    harness.run(changes.change_id(harness.slack.delivery, checkout, "C0NEWID0001"))
    card = next(message for message in erin.member.sees(checkout) if "#1" in harness.whole(message))
    # Alice's form was opened before, and names the channel as it was.
    assert alice.submits(time_zone="Asia/Tokyo", reason="We moved") == {}
    alice.approves(card, because="Guests leave")
    assert "approved by @alice" in harness.plain(erin.member.sees(checkout)[-1])
    assert {post.state for post in harness.posts()} == {PostState.OWED}
    erin.types("/tradeoff rights", checkout)
    assert "(rights v2)" in erin.was_told()


CLAIM = {"evidence": "Demo on Friday", "criteria": "Works"}
PAST = {"decided": "Guests may order", "made_by": "alice", "made_on": "2026-11-20", "reason": "So"}
OPTIONS = {"why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("/tradeoff Guest checkout", {**OPTIONS, "kind": "requirements", "consulted": ["bob"]}),
        ("/accept Guest checkout", CLAIM),
        ("/tradeoff record Guest checkout", {**PAST, "kind": "requirements"}),
    ],
)
def test_a_form_that_was_opened_before_raises_in_the_channel_under_its_new_id(
    harness: Harness, erin: Actor, checkout: Channel, line: str, fields: dict[str, str]
) -> None:
    erin.types(line, checkout)
    harness.run(changes.change_id(harness.slack.delivery, checkout, "C0NEWID0001"))
    assert erin.submits(**fields) == {}
    assert [decision.title for decision in harness.decisions()] == ["Guest checkout"]


def test_a_link_to_the_board_of_a_channel_that_got_another_id_goes_on(
    harness: Harness, erin: Actor, bob: Actor, checkout: Channel
) -> None:
    url, other = link(erin, checkout), link(bob, checkout)
    harness.run(changes.change_id(harness.slack.delivery, checkout, "C0NEWID0001"))
    page = follow(harness, url)
    assert (page.status, "#checkout" in page.words) == (200, True)
    leaves(erin, checkout)
    assert (follow(harness, url).status, follow(harness, other).status) == (410, 200)


@pytest.mark.both_databases
def test_a_channel_is_met_under_its_new_id_before_slack_says_so(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    delivery, workspace = harness.slack.delivery, harness.workspace
    arrived = {"type": "member_joined_channel", "user": workspace.bot.id, "channel": "C0NEWID0001"}
    harness.run(delivery.event(arrived))
    harness.run(changes.change_id(delivery, checkout, "C0NEWID0001"))
    harness.settle()
    erin.types("/tradeoff rights", checkout)
    assert "(rights v1)" in erin.was_told()
    erin.raises("Guest checkout", kind="requirements")
    assert len(harness.decisions()) == 1


@pytest.mark.both_databases
def test_slack_says_twice_that_a_channel_got_another_id(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    delivery, old = harness.slack.delivery, checkout.id
    harness.run(changes.change_id(delivery, checkout, "C0NEWID0001"))
    told = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": "C0NEWID0001"}
    harness.run(delivery.event(told))
    erin.types("/tradeoff rights", checkout)
    assert "(rights v1)" in erin.was_told()


def test_a_colleague_from_a_sister_workspace_can_be_a_delegate(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """In Enterprise Grid, `enterprise_user` names the company (bolt-python#767, bolt-js#1875)."""
    workspace = harness.workspace
    workspace.enterprise_id = "E0COMPANY"
    harness.bot.installations.identity = None
    checkout.members.add(workspace.add_sister_person("nora").id)
    card = erin.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, to="nora") == {}
