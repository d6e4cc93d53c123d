"""Team channel without Slack.

People act through the table of routes, in transactions as dispatch makes them; tests move the time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.database import Database, wrote
from handlers import errors, routes
from handlers.answers import Answer, OpenForm
from handlers.requests import Click, Command, Due, Event, Form, LookedUp, Place, Request
from models.lock_order import has_locked
from models.refusals.refused import Refused
from models.rules import Person, Standing
from models.tables.post import Post
from models.tables.timer import Timer, TimerKind
from support.button_values import marked

R = TypeVar("R", bound=Request)

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
# The time between two checks of who may read a channel.
CHECK_EVERY = timedelta(days=1)
TEAM, CHANNEL, BOT = "T0DEMO", "C0CHECKOUT", "U0BOT"
ALICE, BOB, SAM, ERIN, DORA, NINA, GUS, OLGA = (
    "U0ALICE",
    "U0BOB",
    "U0SAM",
    "U0ERIN",
    "U0DORA",
    "U0NINA",
    "U0GUS",
    "U0OLGA",
)
ZONES = {
    ALICE: "Europe/London",
    BOB: "America/New_York",
    SAM: "Asia/Kathmandu",
    DORA: "Pacific/Kiritimati",
}
STANDINGS = {GUS: Standing.GUEST, OLGA: Standing.EXTERNAL}
PEOPLE = (ALICE, BOB, SAM, ERIN, DORA, NINA, GUS, OLGA)
HERE = Place(CHANNEL, bot_is_member=True)


@dataclass(frozen=True, slots=True)
class Pick:
    """Entry that is chosen from a list in a form."""

    value: str


@dataclass(frozen=True, slots=True)
class Who:
    """Person who is chosen in a form."""

    id: str


def held(value: Any) -> dict[str, Any]:
    """Return the state of a field with this value, as Slack sends it."""
    match value:
        case Pick():
            return {"selected_option": {"value": value.value}}
        case Who():
            return {"selected_user": value.id}
        case date():
            return {"selected_date": value.isoformat()}
        case list():
            return {"selected_users": value}
        case True:
            return {"selected_options": [{"value": "yes"}]}
    return {"value": None if value is None else str(value)}


class RouteRunner:
    """Record in memory, with people as Slack knows them and a clock."""

    def __init__(self, template: Path) -> None:
        self.database = Database("sqlite://")
        self._template = sqlite3.connect(template)
        self.clear()

    def clear(self) -> None:
        """Forget everything that anybody has done."""
        connection = self.database.engine.raw_connection()
        self._template.backup(connection.driver_connection)  # type: ignore[arg-type]
        connection.close()
        self.now = MONDAY
        self.next_check = MONDAY
        self.people = {
            person: Person(
                person, STANDINGS.get(person, Standing.MEMBER), ZONES.get(person, "Europe/London")
            )
            for person in PEOPLE
        }
        self.attempts = 0
        self._changes = -1
        self._forms = 0

    def close(self) -> None:
        self.database.close()
        self._template.close()

    def run(self, work: Callable[[Session], Any]) -> Any:
        return self.database.run_here(work)

    def changed(self) -> bool:
        """Return True if anything was written since the last call."""
        connection = self.database.engine.raw_connection()
        total = connection.driver_connection.total_changes  # type: ignore[union-attr]
        before, self._changes = self._changes, total
        connection.close()
        return before != self._changes

    # ---- people ----------------------------------------------------------------------------------

    def submits(
        self, who: str, callback: str, remember: str, form: str = "", **fields: Any
    ) -> Answer | Refused:
        """Submit a form; `remember` is its private metadata.

        To submit a form once more, give the same `form`.
        """
        state = {name: {name: held(value)} for name, value in fields.items()}
        submitted = Form(
            **self._by(who),
            id=form or self.new_form(),
            callback=callback,
            metadata=remember,
            state=state,
        )
        return self._act(routes.forms[callback], submitted)

    def presses(self, who: str, action: str, value: object) -> Answer | Refused:
        """Press a button; a decision is given by its id, and a part of one as `3:1`."""
        pressed = Click(**self._by(who), action=action, value=self.run(partial(marked, value)))
        return self._act(routes.clicks[action], pressed)

    def types(self, who: str, text: str) -> Answer | Refused:
        command = Command(**self._by(who), channel=CHANNEL, name="/tradeoff", text=text)
        return self._act(routes.commands["/tradeoff"].handler, command)

    def slack_says(self, who: str, standing: Standing) -> Answer | Refused:
        """Let Slack say that somebody has left, or is back."""
        self.people[who] = replace(self.people[who], standing=standing)
        body = {"user": {"id": who, "deleted": standing is Standing.DEACTIVATED}}
        return self._act(
            routes.events_heard["user_change"],
            Event(**self._by(who), type="user_change", body=body),
        )

    def new_form(self) -> str:
        self._forms += 1
        return f"V{self._forms}"

    def _by(self, who: str) -> dict[str, Any]:
        return {
            "workspace": TEAM,
            "at": self.now,
            "looked_up": self.looked_up,
            "bot_user": BOT,
            "user": who,
        }

    @property
    def looked_up(self) -> LookedUp:
        return LookedUp(
            people=dict(self.people),
            places={CHANNEL: HERE},
            rooms={CHANNEL: frozenset(PEOPLE)},
            anew=frozenset({CHANNEL}),
        )

    def _act(self, handler: Callable[[R, Session], Answer], request: R) -> Answer | Refused:
        """Act in one transaction, which a refusal rolls back; count an attempt outside the right.

        Check that opening a form wrote and locked nothing.
        """
        try:
            answer, changed = self.database.run_here(
                lambda session: (handler(request, session), wrote(session) or has_locked(session))
            )
        except Refused as refusal:
            attempt = refusal.attempt
            if attempt:
                self.attempts += 1
                self.run(lambda session: errors.note_attempt(attempt, request, session))
            return refusal
        assert not (changed and isinstance(answer, OpenForm)), (
            "a form was opened, and something written or locked"
        )
        return answer

    # ---- time ------------------------------------------------------------------------------------

    def pass_time(self, by: timedelta, asleep: bool, after: Callable[[], None]) -> None:
        """Fire timers as they fall due, or all at the end if the bot was `asleep`.

        `after` is called for each.
        """
        until = self.now + by
        if asleep:
            self.now = until
        while due := self.run(lambda session: self._fire(session, until)):
            self.now = max(self.now, due)
            after()
        self.now = until

    def post_messages(self) -> None:
        """Note that Slack has the messages that are due, as the outbox does after it posts them."""
        due = Post.ts.is_(None), Post.wanted > 0, Post.due_at <= self.now
        self.run(lambda session: session.execute(update(Post).where(*due).values(ts="1.000001")))

    def fire_due(self, after: Callable[[], None]) -> None:
        self.pass_time(timedelta(0), False, after)

    def _fire(self, session: Session, until: datetime) -> datetime | None:
        # The product checks every 50 minutes who may read a channel: most of the work otherwise.
        early = Timer.kind == TimerKind.READERS, Timer.due_at < self.next_check
        session.execute(update(Timer).where(*early).values(due_at=self.next_check))
        timer = session.scalar(
            select(Timer)
            .where(Timer.fired_at.is_(None), Timer.due_at <= until)
            .order_by(Timer.due_at, Timer.id)
            .limit(1)
        )
        if timer is None:
            return None
        now = max(self.now, timer.due_at)
        routes.timers[timer.kind](
            Due(workspace=TEAM, at=now, looked_up=self.looked_up, timer=timer), session
        )
        timer.fired_at = now
        if timer.kind == TimerKind.READERS:
            self.next_check = now + CHECK_EVERY
        return now
