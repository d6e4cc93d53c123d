"""Channels that change under an app (docs/reference/slack.md, "Identity")."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.slack import changes, payloads
from support.small_slack import SmallSlack, played


def hears(slack: SmallSlack, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the list to which the app's events are added from now on."""
    heard: list[dict[str, Any]] = []

    async def event(sent: dict[str, Any]) -> None:
        heard.append(sent)

    monkeypatch.setattr(slack.slack.delivery, "event", event)
    return heard


def test_a_reply_to_a_message_that_is_gone_appears_in_the_channel() -> None:
    async def steps(slack: SmallSlack) -> None:
        card = await slack.posts("A card")
        slack.workspace.messages[slack.checkout.id].remove(card)
        reply = await slack.posts("A reply", thread_ts=card.ts)
        assert reply.thread_ts is None
        assert reply in slack.member("alice").sees(slack.checkout)

    played(steps)


def test_the_channels_of_a_person_are_listed_if_the_app_may_see_them() -> None:
    async def steps(slack: SmallSlack) -> None:
        both = slack.workspace.add_channel("both", ["erin"], private=True)
        slack.workspace.add_channel("hers", ["erin"], private=True, bot_in=False)
        erin = slack.workspace.person("erin").id
        public = await slack.call("users.conversations", user=erin)
        assert [channel["id"] for channel in public.json["channels"]] == [slack.checkout.id]
        kinds = "public_channel,private_channel"
        every = await slack.call("users.conversations", user=erin, types=kinds)
        ids = {channel["id"] for channel in every.json["channels"]}
        assert ids == {slack.checkout.id, both.id}
        assert "is_member" not in every.json["channels"][0]

    played(steps)


def test_a_channel_gets_another_id(monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(slack: SmallSlack) -> None:
        heard, old = hears(slack, monkeypatch), slack.checkout.id
        said = await slack.posts("A card")
        await changes.change_id(slack.slack.delivery, slack.checkout, "C0NEWID0001")
        (event,) = heard
        assert (event["old_channel_id"], event["new_channel_id"]) == (old, "C0NEWID0001")
        update = {"ts": said.ts, "text": "Changed"}
        assert (await slack.call("chat.update", channel=old, **update)).word == "channel_not_found"
        assert (await slack.call("chat.update", channel="C0NEWID0001", **update)).word == "ok"

    played(steps)


def test_no_app_is_in_the_group_direct_messages_of_people() -> None:
    async def steps(slack: SmallSlack) -> None:
        workspace = slack.workspace
        group = workspace.add_group([workspace.person(name).id for name in ("alice", "erin")])
        sent = payloads.command(workspace, workspace.person("alice"), group, "/tradeoff", "")
        assert sent["channel_name"] == "mpdm-alice--erin-1"
        asked = await slack.call("conversations.info", channel=group.id)
        assert asked.word == "channel_not_found"

    played(steps)


def test_an_app_with_the_scope_opens_a_group_of_at_most_8() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.scopes |= {"mpim:write"}
        people = [slack.workspace.add_person(f"p{number}").id for number in range(9)]
        opened = await slack.call("conversations.open", users=",".join(people[:8]))
        info = await slack.call("conversations.info", channel=opened.json["channel"]["id"])
        assert info.json["channel"]["is_mpim"]
        refused = await slack.call("conversations.open", users=",".join(people))
        assert refused.word == "too_many_users"

    played(steps)


def test_a_public_channel_becomes_private_and_no_event_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def steps(slack: SmallSlack) -> None:
        heard = hears(slack, monkeypatch)
        apart = slack.workspace.channel("elsewhere")
        for channel in (slack.checkout, apart):
            changes.make_private(slack.slack.delivery, channel)
        info = await slack.call("conversations.info", channel=slack.checkout.id)
        assert info.json["channel"]["is_private"]
        assert (
            await slack.call("conversations.info", channel=apart.id)
        ).word == "channel_not_found"
        assert heard == []

    played(steps)


def test_nobody_but_its_managers_posts_in_a_channel_for_announcements() -> None:
    async def steps(slack: SmallSlack) -> None:
        said = await slack.posts()
        changes.restrict_to_announcements(slack.slack.delivery, slack.checkout)
        answer = await slack.call("chat.postMessage", channel=slack.checkout.id, text="Hello")
        assert answer.word == "restricted_action_read_only_channel"
        update = {"channel": slack.checkout.id, "ts": said.ts, "text": "Changed"}
        assert (await slack.call("chat.update", **update)).word == "ok"

    played(steps)


def test_each_change_of_a_status_is_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(slack: SmallSlack) -> None:
        heard, workspace = hears(slack, monkeypatch), slack.workspace
        people = [workspace.add_person(f"p{number}") for number in range(1000)]
        for person in people:
            await changes.change_status(slack.slack.delivery, person, "In a meeting")
        assert [event["user"]["id"] for event in heard] == [person.id for person in people]
        assert {event["user"]["profile"]["status_text"] for event in heard} == {"In a meeting"}
        assert not any(event["user"]["deleted"] for event in heard)

    played(steps)
