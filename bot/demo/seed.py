"""Plays six weeks of decisions before the demo opens: people act through signed HTTP, only the clock is moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.demo import stories
from bot.demo.member import Member
from bot.demo.stories import Step
from bot.demo.workspace import Message, Workspace

HOME = ZoneInfo("Europe/London")


class DemoClock:
    """The real time, unless it is set to another."""

    def __init__(self) -> None:
        self.set_to: datetime | None = None

    def __call__(self) -> datetime:
        return self.set_to or datetime.now(UTC)


async def play(workspace: Workspace, bot: Bot, clock: DemoClock) -> None:
    """Every step at its time; afterwards the clock shows the real time again."""
    stage = Stage(workspace, bot, clock)
    today = clock().astimezone(HOME)
    for step in sorted(stories.STEPS, key=lambda one: (-one.days_ago, one.at)):
        await stage.go_to(_moment(today, step))
        await stage.act(step)
    await stage.go_to(today.astimezone(UTC) - timedelta(minutes=5))
    clock.set_to = None


def _moment(today: datetime, step: Step) -> datetime:
    """So many working days before today, at this time of day at home."""
    day: date = today.date()
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    for _ in range(step.days_ago):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return datetime.combine(day, time.fromisoformat(step.at), HOME).astimezone(UTC)


class Stage:
    """Where the steps are played: who acts, on which card, and what falls due in between."""

    def __init__(self, workspace: Workspace, bot: Bot, clock: DemoClock) -> None:
        self.workspace, self.bot, self.clock = workspace, bot, clock
        self.cards: dict[str, Message] = {}

    async def go_to(self, moment: datetime) -> None:
        """Move the clock forward; what falls due on the way happens in its time."""
        self.clock.set_to = self.clock.set_to or moment
        while (due_at := await self.bot.timers.next_due()) and due_at <= moment:
            self.clock.set_to = max(due_at, self.clock.set_to)
            await self._settle()
        self.clock.set_to = max(moment, self.clock.set_to)

    async def act(self, step: Step) -> None:
        person = Member(self.workspace, self.workspace.person(step.who))
        await getattr(self, f"_{step.verb}")(person, step)
        await self._settle()

    async def _settle(self) -> None:
        """Let the bot do what is due now, and what Slack's pace puts a few seconds later."""
        while True:
            await self.bot.timers.fire_due()
            await self.bot.outbox.send_due()
            due_at, now = await self.bot.outbox.next_due(), self.clock()
            if due_at is None or due_at > now + timedelta(minutes=1):
                return
            self.clock.set_to = max(now, due_at) + timedelta(milliseconds=1)

    # ---- verbs ---------------------------------------------------------------------------------------------------

    async def _invites(self, person: Member, step: Step) -> None:
        await person.invites_bot(step.where)

    async def _says(self, person: Member, step: Step) -> None:
        await person.says(step.where, step.text)

    async def _replies(self, person: Member, step: Step) -> None:
        await person.says(step.where, step.text, thread_ts=self.cards[step.card].ts)

    async def _sets_up(self, person: Member, step: Step) -> None:
        await person.types(step.where, "/tradeoff setup")
        await self._submit(person, step.fields)

    async def _raises(self, person: Member, step: Step) -> None:
        await person.types(step.where, f"/tradeoff {step.text}")
        assert person.modal
        while f"option{len(step.options)}_name" not in person.modal.values:
            await person.presses(person.modal, "Add another option")
        fields = dict(step.fields)
        for position, option in enumerate(step.options, start=1):
            for part, text in zip(("name", "value", "cost"), option, strict=True):
                fields[f"option{position}_{part}"] = text
        if due_in := fields.pop("due_in", None):
            fields["due_on"] = self.clock().date() + timedelta(days=due_in)
        await self._submit(person, fields)
        await self._keep_card(person, step)

    async def _claims(self, person: Member, step: Step) -> None:
        await person.types(step.where, f"/accept {step.text}")
        await self._submit(person, step.fields)
        await self._keep_card(person, step)

    async def _keep_card(self, person: Member, step: Step) -> None:
        await self._settle()
        self.cards[step.card] = next(
            one for one in reversed(person.sees(step.where)) if one.bot_id and not one.thread_ts
        )

    async def _presses(self, person: Member, step: Step) -> None:
        """A button on a card; then each form that it leads to."""
        await person.presses(self.cards[step.card], step.text)
        if step.fields:
            await self._submit(person, step.fields)
        if step.more:
            more = dict(step.more)
            if due_in := more.pop("due_in", None):
                more["follow_up1_due"] = self.clock().date() + timedelta(days=due_in)
            await self._submit(person, more)

    async def _changes_table(self, person: Member, step: Step) -> None:
        await person.types(step.where, "/tradeoff rights")
        await person.presses(person.sees(step.where)[-1], "Change who decides")
        await self._submit(person, step.fields)

    async def _submit(self, person: Member, fields: dict[str, Any]) -> None:
        errors = await person.submits(fields)
        if errors:
            raise RuntimeError(f"the seed no longer fits the forms: {errors}")
