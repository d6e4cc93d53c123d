"""Crowd: people act at random on several replicas, while faults happen.

Then the replicas come to rest, and every message is compared with the record.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot import migrate
from bot.database import Database
from bot.demo.slack.member import Member
from bot.demo.slack.server import DemoSlack
from bot.demo.slack.workspace import Channel, Workspace
from support.crowd_comparison import Differences, compare, is_at_rest
from support.crowd_faults import build_gates, hold_commits, trouble_replicas
from support.crowd_people import CrowdMember
from support.crowd_proxy import Proxy
from support.crowd_replicas import Replicas
from support.crowd_slack import RollingFaults, SlowSlack, take_slack_down

PEOPLE = ("alice", "bob", "sam", "erin", "dora", "nina", "carl")
# channel → product owner, project manager, sponsor. One person has two hats.
TEAMS = {
    "checkout": ("alice", "bob", "sam"),
    "search": ("dora", "erin", None),
    "growth": ("nina", "nina", "alice"),
}
# Seconds in which every owed message must be sent. This is longer than a lease and the longest
# back-off after a fault, so a message that is still owed then will never be sent.
REST_WITHIN = 420
LOOK_EVERY = 0.5
# The most times that a person tries to set up a channel.
PATIENCE = 5


@dataclass(frozen=True)
class Plan:
    """Size and seed of a run.

    The seed decides what people and faults choose, but not which of them happen at the same moment.
    """

    seed: int
    minutes: float
    replicas: int

    def dice(self, what: str) -> Random:
        return Random(f"{self.seed} {what}")


@dataclass
class Report:
    """Report of a run: acts of people, faults, and what was found at the end."""

    plan: Plan
    acts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    # Posts and updates that went wrong.
    interrupted: int = 0
    differences: Differences = field(default_factory=Differences)

    @property
    def line(self) -> str:
        """Return all figures in one line.

        `repaired` counts the posts and updates that went wrong, less the messages that are wrong at
        the end.
        """
        found, counted = self.differences, Counter(self.acts)
        refused, unanswered = counted.pop("refused", 0), counted.pop("unanswered", 0)
        wrong = len(found.lost) + len(found.doubled) + len(found.false)
        figures = {
            "seed": self.plan.seed,
            "minutes": self.plan.minutes,
            "replicas": self.plan.replicas,
            "acts": counted.total(),
            "refused": refused,
            "unanswered": unanswered,
            "faults": self.faults.total(),
            "messages": found.messages,
            "lost": len(found.lost),
            "doubled": len(found.doubled),
            "false": len(found.false),
            "other": len(found.other),
            "repaired": max(self.interrupted - wrong, 0),
        }
        return ", ".join(f"{name} {figure}" for name, figure in figures.items())


class Crowd:
    """Run of a crowd on this database, which is empty; `folder` gets the replicas' logs."""

    def __init__(self, url: str, folder: Path, plan: Plan) -> None:
        self.url = url
        self.plan = plan
        self.faults = RollingFaults(one_post_a_second=True, dice=plan.dice("faults of Slack"))
        self.workspace = Workspace()
        self.workspace.faults = self.faults
        self.replicas = Replicas(folder, self.workspace, url, plan.replicas)
        self.proxy = Proxy(self.replicas.ports, plan.dice("proxy"))
        self.report = Report(plan)

    async def run(self) -> Report:
        """Act under faults for as long as planned, come to rest, and compare."""
        migrate.upgrade(self.url)
        build_gates(self.url)
        slack = SlowSlack(self.workspace, self.plan.dice("ways"))
        async with slack.running(), self.proxy.serving() as proxy_url:
            slack.delivery.bot_url = proxy_url
            async with self.replicas.running():
                channels = await self._set_up(slack)
                await self._rage(slack, channels)
                self.faults.one_post_a_second = False
                await self._rest()
            # A replica may have stopped while it sent a message. So the replicas start again, and
            # look for that message in Slack.
            while not await asyncio.to_thread(self._is_at_rest):
                async with self.replicas.running():
                    if not await self._rest():
                        break
        self.report.interrupted = self.faults.of_sending
        self.report.differences = await asyncio.to_thread(compare, self.url, self.workspace)
        return self.report

    async def _set_up(self, slack: DemoSlack) -> list[Channel]:
        for name in PEOPLE:
            self.workspace.add_person(name)
        channels = []
        for name, (product_owner, project_manager, sponsor) in TEAMS.items():
            channel = self.workspace.add_channel(name, list(PEOPLE))
            member = Member(slack.delivery, self.workspace.person(product_owner))
            roles = {"product_owner": product_owner, "project_manager": project_manager}
            await _sets_up(member, channel, {**roles, "sponsor": sponsor})
            channels.append(channel)
        return channels

    async def _rage(self, slack: DemoSlack, channels: list[Channel]) -> None:
        """Let people act while everything goes wrong."""
        ended = asyncio.Event()
        people = [
            CrowdMember(
                Member(slack.delivery, self.workspace.person(name)),
                channels,
                self.plan.dice(name),
                self.report.acts,
            )
            for name in PEOPLE
        ]
        self.faults.raging = True
        self.proxy.raging = True
        asyncio.get_running_loop().call_later(60 * self.plan.minutes, ended.set)
        async with asyncio.TaskGroup() as tasks:
            counted = [
                tasks.create_task(trouble)
                for trouble in (
                    trouble_replicas(self.replicas, self.plan.dice("replicas"), ended),
                    hold_commits(self.url, self.plan.dice("gates"), ended),
                    take_slack_down(self.faults, self.plan.dice("Slack"), ended),
                )
            ]
            for person in people:
                tasks.create_task(person.act_until(ended))
        self.faults.raging = False
        self.proxy.raging = False
        for task in counted:
            self.report.faults += task.result()
        self.report.faults += self.proxy.gone_wrong
        self.report.faults["calls of Slack"] = self.faults.gone_wrong.total()

    async def _rest(self) -> bool:
        """Wait until nothing is owed; return False if that does not happen in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_WITHIN):
                while not await asyncio.to_thread(self._is_at_rest):
                    await asyncio.sleep(LOOK_EVERY)
                return True
        return False

    def _is_at_rest(self) -> bool:
        with closing(Database(self.url)) as database:
            return database.run_here(is_at_rest)


async def _sets_up(member: Member, channel: Channel, roles: dict[str, str | None]) -> None:
    """Submit the set-up form until the bot accepts it.

    On a busy machine, Slack or the bot may not answer in time.
    """
    told: list[object] = []
    for _ in range(PATIENCE):
        await member.types(channel, "/tradeoff setup")
        if member.modal is None:
            told.append(member.was_told())
            continue
        errors = await member.submits(roles)
        if not errors and member.modal is None:
            return
        told.append(errors or (member.modal and member.modal.view["blocks"]))
        while member.modal:
            await member.closes()
    raise AssertionError(f"{channel.name} is not set up: {told}")
