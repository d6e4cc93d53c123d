"""Player of the demo's story: the six weeks of decisions that are there when the demo opens.

People act through signed HTTP, while the player moves the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.demo.seed import script
from bot.demo.seed.acts import Step
from bot.demo.slack import readable
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.member import Member, NotOnScreen
from bot.demo.slack.workspace import Message
from bot.timeouts import Timeouts
from models.tables.timer import Timer, TimerKind

HOME = ZoneInfo("Europe/London")
# Seconds that each side may wait while the story is played.
UNHURRIED = 60.0


class DemoClock:
    """Clock of the demo: it says the real time, unless it is set to another time."""

    def __init__(self) -> None:
        self.set_to: datetime | None = None

    def __call__(self) -> datetime:
        return self.set_to or datetime.now(UTC)


async def play(delivery: Delivery, bot: Bot, clock: DemoClock) -> None:
    """Play every step at its time; afterwards the clock shows the real time again."""
    stage = Stage(delivery, bot, clock)
    today = clock().astimezone(HOME)
    with _unhurried(delivery, bot.timeouts):
        for step in sorted(script.STEPS, key=lambda step: (-step.days_ago, step.at)):
            await stage.go_to(moment_of(today, step))
            await stage.act(step)
        await stage.go_to(today.astimezone(UTC) - timedelta(minutes=5))
    clock.set_to = None


@contextmanager
def _unhurried(delivery: Delivery, timeouts: Timeouts) -> Iterator[None]:
    """Let both sides wait: on a busy machine, an act may take more than three seconds."""
    ours, triggers = vars(timeouts).copy(), delivery.triggers
    patience, life = delivery.patience, triggers.life
    for name in ("request", "look_up", "answer", "send", "redraw", "database"):
        setattr(timeouts, name, UNHURRIED)
    delivery.patience = 2 * UNHURRIED
    triggers.life = 2 * UNHURRIED
    try:
        yield
    finally:
        vars(timeouts).update(ours)
        delivery.patience = patience
        triggers.life = life


def moment_of(today: datetime, step: Step) -> datetime:
    """Return the moment of a step from its working days before today and its time of day."""
    day: date = today.date()
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    for _ in range(step.days_ago):
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    return datetime.combine(day, time.fromisoformat(step.at), HOME).astimezone(UTC)


def working_day(day: date, *, after: timedelta) -> date:
    """Return the day at this distance; from a weekend, go on to a working day."""
    found = day + after
    while found.weekday() >= 5:
        found += timedelta(days=1 if after > timedelta(0) else -1)
    return found


def moved(promised: date, working_days: int) -> date:
    """Return the day that is `working_days` later, or earlier if the number is negative."""
    step = timedelta(days=1 if working_days > 0 else -1)
    for _ in range(abs(working_days)):
        promised = working_day(promised, after=step)
    return promised


def put_off_checks(session: Session, until: datetime) -> None:
    """Put off all checks of who is there, because a channel has a thousand of them in six weeks.

    The checks look for events that Slack has lost, and this Slack loses none.
    """
    checks = Timer.kind.in_([TimerKind.READERS, TimerKind.WHO_IS_THERE])
    session.execute(
        update(Timer)
        .where(checks, Timer.fired_at.is_(None), Timer.due_at < until)
        .values(due_at=until + timedelta(seconds=1)),
        execution_options={"synchronize_session": False},
    )


class Stage:
    """Place where the steps are played: who acts, on which card, and what falls due in between."""

    def __init__(self, delivery: Delivery, bot: Bot, clock: DemoClock) -> None:
        self.delivery = delivery
        self.workspace = delivery.workspace
        self.bot = bot
        self.clock = clock
        self.cards: dict[str, Message] = {}

    async def go_to(self, moment: datetime) -> None:
        """Move the clock forward; on the way, fire timers and send messages, each at its time."""
        self.clock.set_to = self.clock.set_to or moment
        await self.bot.database.run(lambda session: put_off_checks(session, moment))
        while (due_at := await self.bot.timers.next_due()) and due_at <= moment:
            self.clock.set_to = max(due_at, self.clock())
            await self._settle()
        self.clock.set_to = max(moment, self.clock())

    async def act(self, step: Step) -> None:
        person = Member(self.delivery, self.workspace.person(step.who))
        try:
            await getattr(self, f"_{step.verb}")(person, step)
        except (NotOnScreen, RuntimeError, StopIteration, IndexError) as error:
            error.add_note(f"{step} was told: {person.was_told()[-300:]}")
            raise
        await self._settle()

    async def _settle(self) -> None:
        """Let the bot do what is due now, and what Slack's pace puts off for some seconds."""
        while True:
            await self.bot.timers.fire_due()
            await self.bot.outbox.send_due()
            due_at, now = await self.bot.outbox.next_due(), self.clock()
            if due_at is None or due_at > now + timedelta(minutes=1):
                return
            self.clock.set_to = max(now, due_at) + timedelta(milliseconds=1)

    # ---- verbs -----------------------------------------------------------------------------------

    async def _invites(self, person: Member, step: Step) -> None:
        await person.invites_bot(step.where)

    async def _says(self, person: Member, step: Step) -> None:
        await person.says(step.where, step.text)

    async def _replies(self, person: Member, step: Step) -> None:
        await person.says(step.where, step.text, thread_ts=self.cards[step.card].ts)

    async def _sets_up(self, person: Member, step: Step) -> None:
        await person.types(step.where, "/tradeoff setup")
        await self._submit(person, step.fields)

    async def _types(self, person: Member, step: Step) -> None:
        await person.types(step.where, step.text)
        if step.fields:
            await self._submit(person, step.fields)
        if step.card:
            await self._keep_card(person, step.where, step.card)

    async def _promises(self, person: Member, step: Step) -> None:
        await person.types(step.where, "/tradeoff commitments")
        await person.presses(person.sees(step.where)[-1], "Add a commitment")
        await self._submit(person, step.fields)

    async def _raises(self, person: Member, step: Step) -> None:
        await person.types(step.where, f"/tradeoff {step.text}")
        await self._fill_options(person, step)
        if step.effect:
            await self._touch_commitment(person, step.effect)
        await self._submit(person, step.fields)
        await self._keep_card(person, step.where, step.card)

    async def _fill_options(self, person: Member, step: Step) -> None:
        assert person.modal, f"{step.text} opened no form"
        while f"option{len(step.options)}_name" not in person.modal.values:
            await person.presses(person.modal, "Add another option")
        for position, option in enumerate(step.options, start=1):
            for part, text in zip(("name", "value", "cost"), option, strict=True):
                person.fills(f"option{position}_{part}", text)

    async def _touch_commitment(self, person: Member, effect: dict[str, Any]) -> None:
        """Fill in the commitment; `moves` are working days from the date that the form names."""
        assert person.modal
        await person.presses(person.modal, "It touches a commitment")
        block = next(
            block for block in person.modal.view["blocks"] if block.get("block_id") == "commitment"
        )
        option = next(
            option
            for option in block["element"]["options"]
            if option["text"]["text"] == effect["commitment"]
        )
        person.fills("commitment", effect["commitment"])
        if "moves" in effect:
            words = option["description"]["text"].removeprefix("promised for ")
            promised = datetime.strptime(f"{words} +0000", "%a %d %b %Y %z").date()
            person.fills("move_to", moved(promised, effect["moves"]))
        person.fills("scope", effect.get("scope", ""))

    async def _supersedes(self, person: Member, step: Step) -> None:
        await person.presses(self.cards[step.card], step.text)
        await self._submit(person, step.fields)
        await self._keep_card(person, step.where, step.more["new"])

    async def _raises_from_message(self, person: Member, step: Step) -> None:
        """Raise a tradeoff from the newest message that a person wrote there."""
        message = next(
            message
            for message in reversed(person.sees(step.where))
            if not message.bot_id and not message.ephemeral_to
        )
        await person.shortcut(message, "tradeoff_from_message")
        await self._submit(person, step.fields)
        await self._keep_card(person, step.where, step.card)

    async def _claims(self, person: Member, step: Step) -> None:
        await person.types(step.where, f"/accept {step.text}")
        await self._submit(person, step.fields)
        await self._keep_card(person, step.where, step.card)

    async def _keep_card(self, person: Member, where: str, card: str) -> None:
        await self._settle()
        self.cards[card] = next(
            message
            for message in reversed(person.sees(where))
            if message.bot_id and not message.thread_ts and not message.ephemeral_to
        )

    async def _presses(self, person: Member, step: Step) -> None:
        """Press a button on a card, then submit each form that it leads to."""
        await person.presses(self.cards[step.card], step.text)
        for fields in (step.fields, step.more):
            if fields:
                await self._submit(person, fields)

    async def _presses_in_dm(self, person: Member, step: Step) -> None:
        shown = [
            message
            for message in reversed(person.dm())
            if step.text in readable.buttons(message) + readable.menu(message)
        ]
        await person.presses(shown[0], step.text)
        if step.fields:
            await self._submit(person, step.fields)

    async def _snoozes(self, person: Member, step: Step) -> None:
        reminder = next(
            message
            for message in reversed(person.dm())
            if readable.select(message, "silence.snooze")
        )
        block, element = readable.select(reminder, "silence.snooze")[0]
        await person.press_element(reminder, block["block_id"], element, step.text)

    async def _changes_table(self, person: Member, step: Step) -> None:
        await person.types(step.where, "/tradeoff rights")
        await person.presses(person.sees(step.where)[-1], "Change who decides")
        await self._submit(person, step.fields)

    async def _submit(self, person: Member, fields: dict[str, Any]) -> None:
        today = self.clock().date()
        given = {
            name: working_day(today, after=value) if isinstance(value, timedelta) else value
            for name, value in fields.items()
        }
        errors = await person.submits(given)
        if errors:
            raise RuntimeError(f"the seed no longer fits the forms: {errors}")
