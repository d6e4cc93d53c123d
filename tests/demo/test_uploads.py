"""Uploads of files to the demo Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot import uploads
from bot.demo.slack.server import running
from bot.demo.slack.workspace import ALL_SCOPES, Workspace
from bot.slack_client import Connections, SlackClient

PNG = b"\x89PNG\r\n"
Steps = Callable[[Workspace, SlackClient], Awaitable[None]]


@asynccontextmanager
async def slack(**workspace: frozenset[str]) -> AsyncIterator[tuple[Workspace, SlackClient]]:
    made = Workspace(**workspace)
    made.add_person("alice")
    made.add_channel("checkout", ["alice"])
    made.add_channel("elsewhere", ["alice"], bot_in=False)
    connections = Connections()
    async with running(made):
        client = SlackClient(
            connections,
            lambda: 5.0,
            token=made.token,
            base_url=f"{made.base_url}/api/",
            retry_handlers=[],
        )
        yield made, client
        await connections.close()


def played(steps: Steps, **workspace: frozenset[str]) -> None:
    async def play() -> None:
        async with slack(**workspace) as (made, client):
            await steps(made, client)

    asyncio.run(play())


async def refused(work: Awaitable[object]) -> str:
    """Return the name of the error with which Slack refuses."""
    with pytest.raises(SlackApiError) as refusal:
        await work
    return str(refusal.value.response["error"])


def picture(id: str) -> list[dict[str, object]]:
    return [{"type": "image", "slack_file": {"id": id}, "alt_text": "A chart"}]


def test_a_file_is_shared_with_its_comment_and_can_be_saved() -> None:
    async def steps(made: Workspace, client: SlackClient) -> None:
        direct = made.direct(made.person("alice").id)
        id = await uploads.upload(
            client, direct.id, "a b.csv", "All of it", b"1,2\r\n", "Here it is."
        )
        (message,) = made.messages[direct.id]
        assert (message.text, [file.title for file in message.files]) == (
            "Here it is.",
            ["All of it"],
        )
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{made.base_url}/files/{id}") as answer,
        ):
            assert await answer.read() == b"1,2\r\n"
            assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20b.csv"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    played(steps)


def test_a_picture_can_be_in_a_block_once_slack_has_looked_at_it() -> None:
    async def steps(made: Workspace, client: SlackClient) -> None:
        channel = made.channel("checkout").id
        id = await uploads.upload(client, None, "chart.png", "Chart", PNG)
        assert made.messages == {}
        post = {"channel": channel, "text": "The week"}
        assert (
            await refused(client.chat_postMessage(**post, blocks=picture(id))) == "invalid_blocks"
        )
        assert await uploads.until_ready(client, id)
        await client.chat_postMessage(**post, blocks=picture(id))
        assert (
            await refused(client.chat_postMessage(**post, blocks=picture("F0NOTTHERE")))
            == "invalid_blocks"
        )
        both = [{**picture(id)[0], "image_url": "https://example.com/a.png"}]
        assert await refused(client.chat_postMessage(**post, blocks=both)) == "invalid_blocks"
        table = await uploads.upload(client, None, "table.csv", "Table", b"1")
        assert await uploads.until_ready(client, table)
        assert (
            await refused(client.chat_postMessage(**post, blocks=picture(table)))
            == "invalid_blocks"
        )

    played(steps)


def test_wrong_steps_of_an_upload_are_refused() -> None:
    async def steps(made: Workspace, client: SlackClient) -> None:
        alice, elsewhere = made.person("alice"), made.channel("elsewhere")
        assert await refused(uploads.send(client, "empty.csv", b"")) == "missing_argument"
        id = await uploads.send(client, "a.csv", b"1")
        # A person's id will not do: slackapi/python-slack-sdk#1326.
        assert await refused(uploads.share(client, alice.id, id, "A")) == "invalid_arguments"
        assert await refused(uploads.share(client, elsewhere.id, id, "A")) == "not_in_channel"
        assert await refused(uploads.share(client, None, "F0NOTTHERE", "A")) == "file_not_found"
        place = await client.files_getUploadURLExternal(filename="b.csv", length=9)
        assert await refused(uploads.share(client, None, place["file_id"], "B")) == "file_not_found"
        assert await refused(client.files_info(file=place["file_id"])) == "file_not_found"
        await uploads.share(client, None, id, "A")
        assert await refused(uploads.share(client, None, id, "A")) == "file_not_found"

    played(steps)


def test_bytes_that_do_not_arrive_are_said_to_have_failed() -> None:
    async def steps(made: Workspace, client: SlackClient) -> None:
        made.faults.add("upload", "server_error")
        with pytest.raises(uploads.UploadFailed, match="answered with 500"):
            await uploads.upload(client, None, "a.csv", "A", b"1")
        assert not any(file.completed for file in made.files.values())

    played(steps)


def test_without_its_scope_no_file_is_taken() -> None:
    async def steps(made: Workspace, client: SlackClient) -> None:
        assert await refused(uploads.send(client, "a.csv", b"1")) == "missing_scope"

    played(steps, scopes=ALL_SCOPES - {"files:write"})
