"""Faults that the demo Slack has when told to.

See docs/reference/slack.md, "Rate limits and sending".
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from support.small_slack import SmallSlack, played


@pytest.mark.parametrize("header", ["30", "1.5", "Mon, 23 Nov 2026 10:01:00 GMT"])
@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
def test_a_limit_says_how_long_to_wait(header: str, error: str) -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.faults.add("auth.test", "ratelimited", error=error, retry_after=header)
        answer = await slack.call("auth.test")
        assert (answer.status, answer.word) == (429, error)
        assert answer.headers["Retry-After"] == header

    played(steps)


def test_a_refusal_comes_as_often_as_planned_and_in_its_channel_alone() -> None:
    async def steps(slack: SmallSlack) -> None:
        other = slack.workspace.add_channel("other", ["alice"])
        refusal = {"error": "restricted_action", "channel": slack.checkout.id, "times": 2}
        slack.workspace.faults.add("chat.postMessage", "refused", **refusal)
        slack.workspace.faults.add("users.info", "refused", error="access_denied", times=2)
        post = {"channel": slack.checkout.id, "text": "Hello"}
        words = [(await slack.call("chat.postMessage", **post)).word for _ in range(3)]
        assert words == ["restricted_action", "restricted_action", "ok"]
        assert await slack.posts(channel=other)
        asked = {"user": slack.workspace.person("alice").id}
        words = [(await slack.call("users.info", **asked)).word for _ in range(3)]
        assert words == ["access_denied", "access_denied", "ok"]

    played(steps)


def test_a_server_error_comes_as_often_as_planned() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.faults.add("auth.test", "server_error", times=2)
        answers = [(await slack.call("auth.test")).status for _ in range(3)]
        assert answers == [500, 500, 200]

    played(steps)


def test_a_proxy_answers_in_plain_text() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.faults.add("chat.postMessage", "text_plain")
        answer = await slack.call("chat.postMessage", channel=slack.checkout.id, text="Hello")
        assert (answer.status, answer.text) == (200, "ok")
        assert slack.checkout.id not in slack.workspace.messages

    played(steps)


@pytest.mark.parametrize(("kind", "text"), [("no_ts", '{"ok":true}'), ("only_true", "true")])
def test_an_answer_without_fields_comes_after_the_work(kind: Any, text: str) -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.faults.add("chat.postMessage", kind)
        answer = await slack.call("chat.postMessage", channel=slack.checkout.id, text="Hello")
        assert (answer.status, answer.text) == (200, text)
        (said,) = slack.workspace.messages[slack.checkout.id]
        assert said.text == "Hello"

    played(steps)


def test_a_method_that_takes_its_time_holds_up_no_other() -> None:
    async def steps(slack: SmallSlack) -> None:
        waited: list[float] = []
        begun, over = asyncio.Event(), asyncio.Event()

        async def sleep(seconds: float) -> None:
            waited.append(seconds)
            begun.set()
            await over.wait()

        slack.workspace.faults.sleep = sleep
        slack.workspace.faults.add("auth.test", "delayed", seconds=2.5)
        slow = asyncio.create_task(slack.call("auth.test"))
        await begun.wait()
        assert (await slack.call("api.test")).word == "ok"
        assert not slow.done()
        over.set()
        assert (await slow).word == "ok"
        assert waited == [2.5]

    played(steps)
