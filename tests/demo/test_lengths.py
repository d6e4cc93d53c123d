"""Lengths of texts and blocks that the demo Slack takes (docs/reference/slack.md, "Limits")."""

from __future__ import annotations

import pytest

from support.small_slack import SmallSlack, played, section


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a" * 4000, "ok"),
        ("a" * 4001, "msg_too_long"),
        ("я" * 2000, "ok"),
        ("я" * 2001, "msg_too_long"),
        ("👍" * 1000, "ok"),
        ("👍" * 1001, "msg_too_long"),
    ],
)
def test_an_update_takes_4000_bytes_of_utf_8(text: str, word: str) -> None:
    async def steps(slack: SmallSlack) -> None:
        ts, channel = (await slack.posts(text)).ts, slack.checkout.id
        answer = await slack.call("chat.update", channel=channel, ts=ts, text=text)
        assert answer.word == word

    played(steps)


@pytest.mark.parametrize(("characters", "word"), [(2600, "ok"), (2601, "msg_blocks_too_long")])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.update"])
def test_all_blocks_of_a_message_take_13000_characters(
    method: str, characters: int, word: str
) -> None:
    async def steps(slack: SmallSlack) -> None:
        blocks = [section("a" * characters) for _ in range(5)]
        where = {"channel": slack.checkout.id, "user": slack.workspace.person("alice").id}
        ts = (await slack.posts()).ts
        answer = await slack.call(method, text="Hello", blocks=blocks, ts=ts, **where)
        assert answer.word == word

    played(steps)


def test_blocks_that_answer_through_a_response_url_are_as_short() -> None:
    async def steps(slack: SmallSlack) -> None:
        alice = slack.workspace.person("alice").id
        triggers = slack.slack.delivery.triggers
        token = triggers.response_url(slack.checkout.id, alice, None, slack.clock())
        url = f"{slack.workspace.base_url}/response/{token}"
        blocks = [section("a" * 2601) for _ in range(5)]
        async with slack.session.post(url, json={"text": "Hello", "blocks": blocks}) as answer:
            assert await answer.json() == {"ok": False, "error": "msg_blocks_too_long"}

    played(steps)


def test_a_text_of_more_than_40000_characters_is_cut_and_slack_says_so() -> None:
    async def steps(slack: SmallSlack) -> None:
        answer = await slack.call("chat.postMessage", channel=slack.checkout.id, text="a" * 40_001)
        assert (answer.word, answer.json["warning"]) == ("ok", "message_truncated")
        assert len(slack.workspace.messages[slack.checkout.id][-1].text) == 40_000

    played(steps)
