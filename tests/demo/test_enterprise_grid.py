"""Two workspaces of one company in the demo Slack (docs/reference/slack.md, "Identity")."""

from __future__ import annotations

import pytest

from bot.demo.slack import payloads
from bot.demo.slack.workspace import SISTER
from support.small_slack import SmallSlack, played

COMPANY = "E0COMPANY"


def test_a_colleague_of_a_sister_workspace_is_no_stranger() -> None:
    async def steps(slack: SmallSlack) -> None:
        workspace = slack.workspace
        colleague = workspace.add_sister_person("nora")
        stranger = workspace.add_person("olga", external=True)
        answer = await slack.call("users.info", user=colleague.id)
        user = answer.json["user"]
        assert (user["team_id"], user["is_stranger"]) == (SISTER, False)
        assert user["enterprise_user"]["enterprise_id"] == COMPANY
        assert user["enterprise_user"]["teams"] == [SISTER]
        answer = await slack.call("users.info", user=stranger.id)
        assert answer.json["user"]["is_stranger"]
        assert "enterprise_user" not in answer.json["user"]

    played(steps, enterprise_id=COMPANY)


def test_a_channel_that_both_workspaces_share() -> None:
    async def steps(slack: SmallSlack) -> None:
        workspace = slack.workspace
        workspace.add_sister_person("nora")
        channel = workspace.add_channel("both", ["alice", "nora"])
        channel.is_org_shared = True
        info = await slack.call("conversations.info", channel=channel.id)
        assert (info.json["channel"]["is_org_shared"], info.json["channel"]["is_ext_shared"]) == (
            True,
            False,
        )
        await slack.member("nora").types(channel, "/tradeoff help")
        assert "not available" in slack.member("nora").was_told()

    played(steps, enterprise_id=COMPANY)


@pytest.mark.parametrize("is_org_install", [True, False])
def test_an_org_install_names_no_workspace(is_org_install: bool) -> None:
    async def steps(slack: SmallSlack) -> None:
        workspace = slack.workspace
        nora = workspace.add_sister_person("nora")
        told = (await slack.call("auth.test")).json
        assert told["enterprise_id"] == COMPANY
        assert told["is_enterprise_install"] is is_org_install
        said = await slack.posts()
        sent = payloads.shortcut(workspace, nora, said, "keep")
        assert sent["enterprise"]["id"] == COMPANY
        assert (sent["team"] is None) is is_org_install
        typed = payloads.command(workspace, nora, slack.checkout, "/tradeoff", "")
        assert typed["team_id"] == (SISTER if is_org_install else workspace.team_id)
        assert typed["is_enterprise_install"] == ("true" if is_org_install else "false")
        for method in ("users.list", "conversations.list"):
            word = (await slack.call(method)).word
            assert word == ("missing_argument" if is_org_install else "ok")
            assert (await slack.call(method, team_id=SISTER)).word == "ok"

    played(steps, enterprise_id=COMPANY, is_org_install=is_org_install)
