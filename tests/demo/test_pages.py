"""Pages of long lists (docs/reference/slack.md, "Limits" and "Rate limits and sending")."""

from __future__ import annotations

import pytest

from support.small_slack import SmallSlack, played


async def all_pages(slack: SmallSlack, method: str, key: str, **given: object) -> list[list[str]]:
    """Return the texts or ids of every page."""
    found, cursor = [], ""
    while True:
        answer = (await slack.call(method, cursor=cursor, **given)).json
        found.append([item if isinstance(item, str) else item["text"] for item in answer[key]])
        cursor = answer.get("response_metadata", {}).get("next_cursor", "")
        assert answer.get("has_more", bool(cursor)) == bool(cursor)
        if not cursor:
            return found


async def says_five(slack: SmallSlack, thread_ts: str | None = None) -> list[str]:
    """Post five messages, a second apart; return their time stamps."""
    stamps = []
    for number in range(5):
        slack.clock.advance(seconds=1)
        more = {"thread_ts": thread_ts} if thread_ts else {}
        stamps.append((await slack.posts(str(number), **more)).ts)
    return stamps


def test_the_newest_messages_of_a_history_come_first() -> None:
    async def steps(slack: SmallSlack) -> None:
        stamps = await says_five(slack)
        given = {"channel": slack.checkout.id, "limit": 2}
        read = await all_pages(slack, "conversations.history", "messages", **given)
        assert read == [["4", "3"], ["2", "1"], ["0"]]
        given |= {"oldest": stamps[1], "latest": stamps[4]}
        read = await all_pages(slack, "conversations.history", "messages", **given)
        assert read == [["3", "2"]]
        given |= {"inclusive": True}
        read = await all_pages(slack, "conversations.history", "messages", **given)
        assert read == [["4", "3"], ["2", "1"]]

    played(steps)


def test_replies_are_read_from_the_earliest() -> None:
    async def steps(slack: SmallSlack) -> None:
        first = await slack.posts("first")
        await says_five(slack, first.ts)
        given = {"channel": slack.checkout.id, "ts": first.ts, "limit": 3}
        read = await all_pages(slack, "conversations.replies", "messages", **given)
        assert read == [["first", "0", "1"], ["2", "3", "4"]]

    played(steps)


def test_a_distributed_app_gets_15_messages_a_page() -> None:
    async def steps(slack: SmallSlack) -> None:
        slack.workspace.rates.is_distributed = True
        for _ in range(4):
            await says_five(slack)
        answer = await slack.call("conversations.history", channel=slack.checkout.id, limit=999)
        assert len(answer.json["messages"]) == 15
        assert answer.json["has_more"]

    played(steps)


@pytest.mark.parametrize(
    ("limit", "sizes"), [(None, [100, 100, 5]), (1000, [205]), (150, [150, 55])]
)
def test_members_come_in_pages(limit: int | None, sizes: list[int]) -> None:
    async def steps(slack: SmallSlack) -> None:
        workspace = slack.workspace
        names = [f"p{number:03d}" for number in range(204)]
        for name in names:
            workspace.add_person(name)
        channel = workspace.add_channel("crowd", names)
        given = {"channel": channel.id} | ({"limit": limit} if limit else {})
        read = await all_pages(slack, "conversations.members", "members", **given)
        assert [len(page) for page in read] == sizes
        assert {id for page in read for id in page} == channel.members

    played(steps)


def test_a_cursor_that_slack_did_not_give_is_refused() -> None:
    async def steps(slack: SmallSlack) -> None:
        answer = await slack.call("users.list", cursor="nonsense")
        assert answer.word == "invalid_cursor"

    played(steps)
