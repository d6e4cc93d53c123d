"""Typed texts, as the demo Slack sends them to an app (docs/reference/slack.md, "Escaping")."""

from __future__ import annotations

import pytest

from bot.demo.slack.typed import in_command, in_message
from bot.demo.slack.workspace import Workspace
from support.small_slack import SmallSlack, played

# Texts that are sent alike in messages and in commands.
BOTH = [
    ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
    ("Mail a@b.example first", "Mail <mailto:a@b.example|a@b.example> first"),
    ("Move to example.com", "Move to <http://example.com|example.com>"),
    ("See https://a.example/b?c=1&d=2", "See <https://a.example/b?c=1&amp;d=2>"),
    ("Call +49 1234", "Call <tel:+491234|+49 1234>"),
    ("Ask @alice, not @nobody", "Ask <@U0ALICE000>, not @nobody"),
    ("Ask @designers", "Ask <!subteam^S000000003|@designers>"),
    ("v1.2 in 3.5 days, e.g. now", "v1.2 in 3.5 days, e.g. now"),
    ("# a heading, #3", "# a heading, #3"),
]


@pytest.fixture
def workspace() -> Workspace:
    made = Workspace()
    made.add_person("alice")
    made.add_channel("checkout", ["alice"])
    made.add_channel("secret", ["alice"], private=True)
    made.add_user_group("designers")
    return made


@pytest.mark.parametrize(("typed", "sent"), BOTH)
def test_links_people_and_groups(workspace: Workspace, typed: str, sent: str) -> None:
    sent = sent.replace("S000000003", workspace.groups["designers"])
    assert in_message(typed, workspace) == sent
    assert in_command(typed, workspace) == sent


def test_channels_have_a_name_in_commands_alone(workspace: Workspace) -> None:
    public, private = workspace.channel("checkout").id, workspace.channel("secret").id
    typed = "In #checkout and #secret"
    assert in_message(typed, workspace) == f"In <#{public}> and <#{private}>"
    assert in_command(typed, workspace) == f"In <#{public}|checkout> and <#{private}|>"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/tradeoff show\u00a01", "show\u00a01"),
        ("/tradeoff show\t1 ", "show\t1 "),
        ("/tradeoff show\n1", "show\n1"),
        ("/tradeoff\nshow 1", "show 1"),
        ("/tradeoff  show", " show"),
        ("/tradeoff", ""),
    ],
)
def test_a_command_keeps_its_blanks(typed: str, sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(slack: SmallSlack) -> None:
        got: list[str] = []

        async def command(fields: dict[str, str]) -> None:
            got.append(fields["text"])
            raise LookupError

        monkeypatch.setattr(slack.slack.delivery, "command", command)
        with pytest.raises(LookupError):
            await slack.member("alice").types(slack.checkout, typed)
        assert got == [sent]

    played(steps)


def test_a_message_is_kept_as_markup() -> None:
    async def steps(slack: SmallSlack) -> None:
        alice = slack.workspace.person("alice").id
        said = await slack.member("erin").says(slack.checkout, "@alice: is a < b?")
        assert said.text == f"<@{alice}>: is a &lt; b?"

    played(steps)
