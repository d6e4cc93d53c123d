"""Harness of the tests: the demo Slack and the real bot over HTTP.

The clock moves only if a test moves it, or if `settle` moves it to a message that is due within a
minute.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import migrate
from bot.app import Bot
from bot.demo.slack import readable
from bot.demo.slack.faults import Kind
from bot.demo.slack.member import Member
from bot.demo.slack.server import DemoSlack, running, serving
from bot.demo.slack.workspace import Channel, Message, Workspace
from bot.outbox.claims import BETWEEN_UPDATES
from bot.outbox.pace import UPDATES
from bot.settings import Settings
from bot.timeouts import Timeouts
from models.reads import lookups
from models.tables.decision import Decision
from models.tables.post import Post
from support.actor_steps import Steps
from support.actor_verbs import Verbs
from support.button_values import marked
from support.databases import kept_engine
from support.due import due

T = TypeVar("T")

# Seconds within which even a busy machine answers.
GENEROUS = 60.0
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Clock:
    """Clock that does not run: somebody sets it."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class Harness:
    """The demo Slack and the bot, started on free ports, in the loop of the harness's own runner.

    Slack and the bot wait for each other for a minute and more. `as_in_life` keeps the product's
    timeouts, for stories in which something is late.
    """

    def __init__(
        self, url: str, *, socket_mode: bool = False, as_in_life: bool = False, **workspace: Any
    ) -> None:
        self.clock = Clock()
        self.url = url
        self.socket_mode = socket_mode
        self.workspace = Workspace(clock=self.clock, **workspace)
        self.runner = asyncio.Runner()
        self.stack = contextlib.AsyncExitStack()
        self._serving_bot = contextlib.AsyncExitStack()
        self.bot: Bot
        self.bots: list[Bot] = []
        self.as_in_life = as_in_life
        self.timeouts = Timeouts()
        if not as_in_life:
            for name in ("request", "look_up", "answer", "send", "redraw", "database"):
                setattr(self.timeouts, name, GENEROUS)
        self.slack: DemoSlack

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def start(self) -> None:
        self.run(self._start())

    async def _start(self) -> None:
        self.slack = await self.stack.enter_async_context(running(self.workspace))
        self.bot = self.new_bot()
        url = await self._serving_bot.enter_async_context(serving(self.bot.web(loops=False)))
        self.stack.push_async_exit(self._serving_bot)
        if not self.as_in_life:
            self.slack.delivery.patience = 2 * GENEROUS
            self.slack.delivery.triggers.life = 2 * GENEROUS
        self.slack.delivery.bot_url = "" if self.socket_mode else url
        self.bot_url = url
        self.bot.settings.public_url = url

    async def stop_bot(self) -> None:
        """Stop the first bot as if its process were told to end."""
        await self._serving_bot.aclose()

    def settings(self) -> Settings:
        workspace = self.workspace
        return Settings(
            _env_file=None,
            database_url=self.url,
            slack_bot_token=SecretStr(workspace.token),
            slack_signing_secret=SecretStr(workspace.signing_secret),
            slack_app_token=SecretStr(workspace.app_token if self.socket_mode else ""),
            slack_api_url=f"{workspace.base_url}/api/",
        )  # type: ignore[call-arg]

    def new_bot(self) -> Bot:
        """Make a bot on the harness's database: the first one, or another replica."""
        engine = kept_engine(self.url, len(self.bots), self.timeouts.database)
        bot = Bot(self.settings(), self.clock, engine=engine, timeouts=self.timeouts)
        self.bots.append(bot)
        return bot

    def stop(self) -> None:
        self.run(self.stack.aclose())
        for bot in self.bots:
            bot.database.close()
            self.run(bot.close_connections())
        self.runner.close()

    # ---- the people ------------------------------------------------------------------------------

    def person(self, name: str, **facts: Any) -> Actor:
        self.workspace.add_person(name, **facts)
        return Actor(self, Member(self.slack.delivery, self.workspace.person(name)))

    def settle(self, *more: Bot) -> None:
        """Let the bot and these replicas do what is due now.

        Then move the clock to the next message, if that is due within a minute, and begin again.
        """
        self.run(self._settle([self.bot, *more]))

    async def _settle(self, bots: list[Bot]) -> None:
        # While Slack has not said who may read a message, the message is put off by seconds of the
        # story's clock. The bot asks Slack again after seconds of real time, so this takes many
        # turns.
        for _ in range(4000):
            now = due(self.bot.database, self.bot.installations.tenant, self.clock.now)
            sent_at, post_due = now.newest_sent, now.first_post
            if sent_at and sent_at <= self.clock.now < sent_at + BETWEEN_UPDATES:
                self.clock.now = sent_at + BETWEEN_UPDATES
                continue
            if now.timer and any(await asyncio.gather(*(bot.timers.fire_due() for bot in bots))):
                continue
            if now.posts:
                if now.can_send and any(
                    await asyncio.gather(*(bot.outbox.send_at_once() for bot in bots))
                ):
                    continue
                post_due = await self.bot.outbox.next_due()
            if post_due and self.clock.now < post_due <= self.clock.now + timedelta(minutes=1):
                self.clock.now = post_due
                if now.updates == now.posts > 0:
                    # Only updates wait. After a rest, the pace allows several at once (`burst`).
                    # So let time pass until that many, or all that wait, can go together.
                    together = min(now.posts, UPDATES.burst)
                    self.clock.now += (together - 1) * UPDATES.interval
            else:
                return
        raise AssertionError("the outbox does not come to rest")

    def later(self, **by: float) -> None:
        """Move the clock, and let the bot do what is then due."""
        self.clock.advance(**by)
        self.settle()

    def sends(self) -> None:
        """Send the messages that are due at this moment; no time passes."""
        self.run(self.bot.outbox.send_due())

    # ---- faults of Slack -------------------------------------------------------------------------

    def breaks(self, method: str, kind: Kind, **more: Any) -> None:
        """Make the next calls of this method go wrong in this way.

        If Slack is to be silent, the bot's time-outs become as in life or shorter, so that tests
        need not wait.
        """
        if kind.startswith("timeout"):
            self.timeouts.look_up = 0.4
            self.timeouts.answer = Timeouts().answer
            self.timeouts.send = 0.4
        self.workspace.faults.add(method, kind, **more)

    def refused(self, *errors: str) -> None:
        """Check that Slack refused the bot with each of these errors and no other; forget them."""
        assert {error for _, error, _ in self.workspace.bad_requests} == set(errors)
        self.workspace.bad_requests.clear()

    # ---- the record ------------------------------------------------------------------------------

    def query(self, work: Callable[[Session], T]) -> T:
        return self.bot.database.run_here(work)

    def decisions(self) -> list[Decision]:
        return list(
            self.query(
                lambda session: session.scalars(select(Decision).order_by(Decision.number)).all()
            )
        )

    def decision(self, number: int = 1) -> Decision:
        return next(decision for decision in self.decisions() if decision.number == number)

    def decision_whole(self, number: int = 1) -> Decision:
        """Return the decision with all its parts, such as impacts, signatures and messages."""
        id = self.decision(number).id
        return self.query(lambda session: lookups.decision_to_draw(session, id))

    def confirms_rights(self, author: Actor) -> None:
        """Close the author's forms, and let each person who is asked confirm the change."""
        while author.form:
            self.run(author.member.closes())
        asked = [post.person for post in self.posts() if post.drawing == "rights_change_request"]
        for person in map(self.workspace.people.get, dict.fromkeys(filter(None, asked))):
            assert person
            member = Member(self.slack.delivery, person)
            for message in member.dm():
                if "rights.confirm" in str(message.blocks):
                    self.run(member.presses(message, "Confirm"))
                    self.settle()

    def posts(self) -> list[Post]:
        return list(
            self.query(lambda session: session.scalars(select(Post).order_by(Post.id)).all())
        )

    def text(self, message: Message) -> str:
        """Return the words that a person reads in this message."""
        return readable.words(message, self.workspace)

    def whole(self, message: Message) -> str:
        """Return the words that people read of a decision: in this message, and in its Details."""
        details = readable.details(message)
        if details is None:
            return self.text(message)
        reader = next(
            Member(self.slack.delivery, person)
            for person in self.workspace.people.values()
            if person.id in self.workspace.channels[message.channel].members
            and person.id != self.workspace.bot.id
            and not self.workspace.modals(person.id)
        )
        self.run(reader.presses(message, details))
        words = readable.words(reader.modal, self.workspace) if reader.modal else ""
        while reader.modal:
            self.run(reader.closes())
        return f"{self.text(message)}\n{words}"

    def plain(self, message: Message) -> str:
        """Return the message's top-level text, as a screen reader reads it."""
        return readable.plain(message.text, self.workspace)


class Actor(Steps, Verbs):
    """Person in a story. The methods have the names that the product gives to what people do."""

    def __init__(self, harness: Harness, member: Member) -> None:
        self.harness = harness
        self.member = member

    @property
    def id(self) -> str:
        return self.member.id

    def types(self, text: str, in_: Channel) -> Any:
        answer = self.harness.run(self.member.types(in_, text))
        self.harness.settle()
        return answer

    def submits(self, **fields: Any) -> dict[str, str]:
        errors = self.harness.run(self.member.submits(fields))
        self.harness.settle()
        return errors

    def presses(self, where: Any, button: str) -> Any:
        answer = self.harness.run(self.member.presses(where, button))
        self.harness.settle()
        return answer

    def presses_stale(self, card: Message, action: str, value: str) -> None:
        """Press a button that this card had in an older drawing."""
        value = self.harness.query(partial(marked, value))
        element = {
            "type": "button",
            "action_id": action,
            "value": value,
            "text": {"type": "plain_text", "text": "Old"},
        }
        self.harness.run(self.member.press_element(card, "old", element, value))
        self.harness.settle()

    def fills(self, **fields: Any) -> None:
        for name, value in fields.items():
            self.member.fills(name, value)

    def was_told(self) -> str:
        return self.member.was_told()

    @property
    def form(self) -> Any:
        return self.member.modal

    def form_words(self) -> str:
        return (
            readable.words(self.member.modal, self.harness.workspace) if self.member.modal else ""
        )

    def dm(self) -> list[Message]:
        return self.member.dm()


def migrated(path: Path) -> str:
    """Make a new SQLite database at this path, on the newest schema."""
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    return url


def tomorrow(harness: Harness) -> date:
    return (harness.clock.now + timedelta(days=1)).date()
