"""119 doubtful requests: the demo Slack answers each as Slack does (docs/reference/slack.md)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import pytest
from demo.wrong_requests import CHANGES, CHAT, FILES, LOOKS, METADATA, Request
from demo.wrong_views import HOME, HOMES, MODAL, VIEWS

from bot.demo.slack.workspace import ALL_SCOPES
from support.small_slack import Reply, SmallSlack, small_slack

REQUESTS = [*CHAT, *METADATA, *CHANGES, *LOOKS, *VIEWS, *HOMES, *FILES]


def test_every_wrong_request_is_here_once() -> None:
    assert len(REQUESTS) == len({request.what for request in REQUESTS}) == 119


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Make one workspace for all requests: none of them changes the answer to another."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        slack = runner.run(stack.enter_async_context(small_slack()))
        ids = runner.run(things(slack)) | runner.run(views(slack))
        yield World(runner, slack, ids)
        runner.run(stack.aclose())


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.what)
def test_answered_as_slack_answers(world: World, request_: Request) -> None:
    assert world.runner.run(answered(world, request_)) == request_.word


class World(NamedTuple):
    runner: asyncio.Runner
    slack: SmallSlack
    ids: dict[str, str]


async def answered(world: World, request: Request) -> str:
    slack = world.slack
    given = filled(request.arguments, {**world.ids, "$trigger": slack.trigger()})
    if request.method == "upload":
        status = (await sends(slack, given["id"], given["data"])).status
        return f"HTTP {status}"
    slack.workspace.scopes = ALL_SCOPES - {given.pop("without", "")}
    form = given.pop("as_form", False)
    return (await slack.call(request.method, form=form, **given)).word


async def things(slack: SmallSlack) -> dict[str, str]:
    """Return the ids of channels, people, messages and files, by the names that requests use."""
    workspace = slack.workspace
    old = workspace.channel("old")
    old.is_archived = False
    own_in_old = (await slack.posts(channel=old)).ts
    old.is_archived = True
    return {
        "$checkout": slack.checkout.id,
        "$apart": workspace.channel("elsewhere").id,
        "$old": old.id,
        "$alice": workspace.person("alice").id,
        "$dora": workspace.person("dora").id,
        "$own": (await slack.posts()).ts,
        "$own_in_old": own_in_old,
        "$erins": (await slack.member("erin").says(slack.checkout, "Mine")).ts,
        "$asked": await asks(slack, "a.csv"),
        "$sent": await uploads(slack, "b.csv", complete=False),
        "$csv": await uploads(slack, "c.csv"),
        "$png": await uploads(slack, "d.png"),
    }


async def views(slack: SmallSlack) -> dict[str, str]:
    """Open forms and publish a Home; return triggers and a view by the names that requests use."""
    triggers, erin = slack.slack.delivery.triggers, slack.workspace.person("erin").id
    taken, used = {**MODAL, "external_id": "taken"}, slack.trigger("dora")
    shown = await slack.call("views.open", trigger_id=used, view=taken)
    await slack.call("views.publish", user_id=slack.workspace.person("alice").id, view=HOME)
    await slack.call("views.open", trigger_id=slack.trigger("erin"), view=MODAL)
    for _ in range(2):
        pushed = triggers.issue(erin, in_modal=True)
        assert (await slack.call("views.push", trigger_id=pushed, view=MODAL)).word == "ok"
    triggers.life = -0.6
    expired = slack.trigger()
    triggers.life = 30.0
    return {
        "$used": used,
        "$expired": expired,
        "$third": triggers.issue(erin, in_modal=True),
        "$view": shown.json["view"]["id"],
    }


async def asks(slack: SmallSlack, name: str) -> str:
    asked = await slack.call("files.getUploadURLExternal", form=True, filename=name, length="5")
    return str(asked.json["file_id"])


async def sends(slack: SmallSlack, id: str, data: str) -> Reply:
    url = f"{slack.workspace.base_url}/upload/{id}"
    async with slack.session.post(url, data=data.encode()) as answer:
        return Reply(answer.status, dict(answer.headers), await answer.text())


async def uploads(slack: SmallSlack, name: str, *, complete: bool = True) -> str:
    id = await asks(slack, name)
    await sends(slack, id, "12345")
    if complete:
        await slack.call("files.completeUploadExternal", files=[{"id": id}])
        await slack.call("files.info", file=id)
    return id


def filled(part: Any, ids: dict[str, str]) -> Any:
    """Replace each "$name" by the id that the workspace has for it."""
    if isinstance(part, dict):
        return {key: filled(value, ids) for key, value in part.items()}
    if isinstance(part, list):
        return [filled(item, ids) for item in part]
    if isinstance(part, str):
        return re.sub(r"\$[a-z_]+", lambda name: ids.get(name[0], name[0]), part)
    return part
