"""Rate limits of the demo Slack (docs/reference/slack.md, "Rate limits and sending")."""

from __future__ import annotations

import pytest

from support.small_slack import SmallSlack, played


@pytest.mark.parametrize(
    ("method", "most"), [("users.list", 20), ("team.info", 50), ("users.info", 100)]
)
def test_a_method_is_taken_so_often_a_minute(method: str, most: int) -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.rates.by_tier = True
        asked = {"user": slack.workspace.person("alice").id}
        for _ in range(most):
            assert (await slack.call(method, **asked)).word == "ok"
        slack.clock.advance(seconds=10)
        answer = await slack.call(method, **asked)
        assert (answer.status, answer.word) == (429, "ratelimited")
        assert answer.headers["Retry-After"] == "50"
        assert (await slack.call("auth.test")).word == "ok"
        slack.clock.advance(seconds=50)
        assert (await slack.call(method, **asked)).word == "ok"

    played(steps)


def test_a_channel_takes_one_message_a_second() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.faults.one_post_a_second = True
        other = slack.workspace.add_channel("other", ["alice"])
        await slack.posts()
        again = await slack.call("chat.postMessage", channel=slack.checkout.id, text="Hello")
        assert (again.status, again.headers["Retry-After"]) == (429, "1")
        await slack.posts(channel=other)
        slack.clock.advance(seconds=1)
        await slack.posts()

    played(steps)


def test_a_workspace_takes_so_many_messages_a_minute_in_all_its_channels() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.rates.posts_a_minute = 3
        channels = [slack.workspace.add_channel(f"team-{n}", ["alice"]) for n in range(4)]
        for channel in channels[:3]:
            await slack.posts(channel=channel)
        answer = await slack.call("chat.postMessage", channel=channels[3].id, text="Hello")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
        slack.clock.advance(seconds=60)
        await slack.posts(channel=channels[3])

    played(steps)


def test_a_distributed_app_reads_history_once_a_minute() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.rates.is_distributed = True
        here = {"channel": slack.checkout.id}
        assert (await slack.call("conversations.history", **here)).word == "ok"
        assert (await slack.call("conversations.history", **here)).status == 429

    played(steps)
