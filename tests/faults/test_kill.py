"""Process killed between the commit and the post.

After its restart, Slack shows each message exactly once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.demo.slack.faults import Kind
from bot.demo.slack.member import Member
from bot.demo.slack.server import DemoSlack, running
from bot.demo.slack.workspace import Message, Workspace
from support.command_line import PATIENCE, Served, served


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


class Story:
    """Workspace whose bot is a real process."""

    def __init__(self, slack: DemoSlack) -> None:
        self.slack = slack
        slack.delivery.patience = PATIENCE
        slack.delivery.triggers.life = PATIENCE
        self.workspace = slack.workspace
        self.channel = self.workspace.add_channel("checkout", ["alice", "bob"])
        self.alice = Member(slack.delivery, self.workspace.person("alice"))

    async def finds(self, bot: Served) -> None:
        assert await bot.ready() == {"ok": True, "faults": []}
        self.slack.delivery.bot_url = f"http://127.0.0.1:{bot.port}"

    async def set_up(self) -> None:
        await self.alice.types(self.channel, "/tradeoff setup")
        assert await self.alice.submits(product_owner="alice", project_manager="bob") == {}
        await until(lambda: self.workspace.messages.get(self.channel.id))

    async def raises(self) -> None:
        typed = {
            "kind": "requirements",
            "why_now": "Asked for",
            "option1_name": "Yes",
            "option2_name": "No",
        }
        typed |= {
            f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")
        }
        await self.alice.types(self.channel, "/tradeoff Guest checkout")
        assert await self.alice.submits(typed) == {}

    def cards(self) -> list[Message]:
        return self.about("#1 Guest checkout", thread=False)

    def outcomes(self) -> list[Message]:
        return self.about("approved by", thread=True)

    def about(self, words: str, thread: bool) -> list[Message]:
        found = self.workspace.messages.get(self.channel.id, [])
        return [
            message
            for message in found
            if words in message.text
            and bool(message.thread_ts) is thread
            and not message.ephemeral_to
        ]

    async def is_shown_once(self) -> None:
        """Approve the decision; check that card, direct message and outcome are there once each."""
        await until(lambda: self.cards() and self.alice.dm())
        assert await self.alice.presses(self.cards()[0], "Approve")
        assert await self.alice.submits(option="A. Yes", reason="Asked for") == {}
        await until(lambda: self.outcomes() and "Approved by" in self.cards()[0].text)
        assert (len(self.cards()), len(self.alice.dm()), len(self.outcomes())) == (1, 1, 1)


def a_minute_passes(database_url: str) -> None:
    """Let the leases of all messages run out."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE post SET claimed_until = '2020-01-01 00:00:00+00:00' WHERE "
                "claimed_until IS NOT NULL"
            )
        )
    engine.dispose()


async def killed(bot: Served) -> None:
    bot.process.kill()
    await bot.process.wait()


@pytest.mark.parametrize(
    "kind",
    [
        "timeout_before",
        pytest.param("timeout_after", marks=pytest.mark.both_databases),
        "ratelimited",
    ],
)
def test_a_bot_killed_between_commit_and_post_posts_once_after_its_start(
    database_url: str, tmp_path: Path, kind: Kind
) -> None:
    async def story() -> None:
        workspace = Workspace()
        for name in ("alice", "bob"):
            workspace.add_person(name)
        async with running(workspace) as slack:
            team = Story(slack)
            async with served(tmp_path, workspace, database_url=database_url) as bot:
                await team.finds(bot)
                await team.set_up()
                for place in (team.channel.id, team.alice.id):
                    workspace.faults.add("chat.postMessage", kind, channel=place, retry_after=2)
                await team.raises()
                await until(lambda: workspace.faults.used_up)
                await killed(bot)
            assert len(team.cards()) == (1 if kind == "timeout_after" else 0)
            a_minute_passes(database_url)
            async with served(tmp_path, workspace, database_url=database_url) as bot:
                await team.finds(bot)
                await team.is_shown_once()
        assert workspace.bad_requests == []

    asyncio.run(story())


@pytest.mark.both_databases
def test_a_bot_killed_at_the_moment_of_the_answer_shows_the_card_once(
    database_url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        workspace = Workspace()
        for name in ("alice", "bob"):
            workspace.add_person(name)
        async with running(workspace) as slack:
            team = Story(slack)
            async with served(tmp_path, workspace, database_url=database_url) as bot:
                await team.finds(bot)
                await team.set_up()
                await team.raises()
                await killed(bot)
            a_minute_passes(database_url)
            async with served(tmp_path, workspace, database_url=database_url) as bot:
                await team.finds(bot)
                await team.is_shown_once()

    asyncio.run(story())
