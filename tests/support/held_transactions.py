"""Two transactions on one PostgreSQL: the first is held just before its commit.

Meanwhile the second ends, or waits for a lock of the first. Both call the handlers of the table of
routes, as dispatch does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.database import Database
from handlers import routes
from handlers.answers import Answer
from handlers.requests import Click, Command, Event, Form, LookedUp
from models.refusals.refused import Refused
from models.rules import Person, Standing
from models.tables.write_behind import write_now
from support.button_values import marked
from support.route_runner import BOT, CHANNEL, HERE, MONDAY, PEOPLE, STANDINGS, TEAM, held

Work = Callable[[Session], Answer]
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@dataclass(slots=True)
class Result:
    """Result of an act: its answer or refusal, and whether it collided or had to wait."""

    answer: Answer | Refused | None = None
    error: Exception | None = None
    collisions: int = 0
    waited: bool = False


class HeldTransactions:
    """The record on PostgreSQL. `people` says what Slack knows of each person."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.now: datetime = MONDAY
        self.people = {
            person: Person(person, STANDINGS.get(person, Standing.MEMBER), "Europe/London")
            for person in PEOPLE
        }
        self._forms = 0

    def close(self) -> None:
        self.database.close()

    # ---- acts: each keeps what Slack said of people when the act was made ------------------------

    def form(self, who: str, callback: str, remember: str, id: str = "", **fields: Any) -> Work:
        self._forms += 1
        state = {name: {name: held(value)} for name, value in fields.items()}
        form = Form(
            **self._by(who),
            id=id or f"V{self._forms}",
            callback=callback,
            metadata=remember,
            state=state,
        )
        return lambda session: routes.forms[callback](form, session)

    def click(self, who: str, action: str, value: object) -> Work:
        """Return the press of a button; a decision is given by its id."""
        marks_it = partial(marked, value)
        click = Click(**self._by(who), action=action, value=self.database.run_here(marks_it))
        return lambda session: routes.clicks[action](click, session)

    def command(self, who: str, typed: str) -> Work:
        command = Command(**self._by(who), channel=CHANNEL, name="/tradeoff", text=typed)
        return lambda session: routes.commands["/tradeoff"].handler(command, session)

    def slack_says(self, who: str, standing: Standing) -> Work:
        """Return an act of Slack: its event that somebody has left or is back.

        A departure enters `people` when the event is handled: acts that are made before do not know
        of it. The event itself knows, because dispatch first forgets what it has cached of the
        person. A return enters `people` at once.
        """
        if standing is Standing.MEMBER:
            self.people[who] = replace(self.people[who], standing=standing)
        body = {"user": {"id": who, "deleted": standing is Standing.DEACTIVATED}}

        def heard(session: Session) -> Answer:
            self.people[who] = replace(self.people[who], standing=standing)
            event = Event(**self._by(who), type="user_change", body=body)
            return routes.events_heard["user_change"](event, session)

        return heard

    def _by(self, who: str) -> dict[str, Any]:
        looked_up = LookedUp(
            people=dict(self.people), places={CHANNEL: HERE}, rooms={CHANNEL: frozenset(PEOPLE)}
        )
        return {
            "workspace": TEAM,
            "at": self.now,
            "looked_up": looked_up,
            "bot_user": BOT,
            "user": who,
        }

    # ---- one after the other, and at once --------------------------------------------------------

    def acts(self, work: Work) -> Result:
        """Act in one transaction; after a collision, once more in another."""
        result = Result()
        for _ in range(2):
            try:
                result.answer = self.database.run_here(work)
                return result
            except Refused as refusal:
                result.answer = refusal
                return result
            except (IntegrityError, OperationalError) as error:
                result.collisions += 1
                result.error = error
        return result

    def at_once(self, first: Work, second: Work) -> tuple[Result, Result]:
        """Hold the first act just before its commit, until the second waits for a lock or ends."""
        held_back, meanwhile = Result(), list[Result]()
        with self.database.sessions() as session:
            try:
                held_back.answer = first(session)
                session.flush()
                write_now(session)
            except Refused as refusal:
                held_back.answer = refusal
                session.rollback()
            thread = threading.Thread(target=lambda: meanwhile.append(self.acts(second)))
            thread.start()
            waited = False
            while thread.is_alive() and not waited:
                thread.join(0.005)
                waited = self._somebody_waits()
            session.commit()
        thread.join()
        meanwhile[0].waited = waited
        self.now += timedelta(minutes=1)
        return held_back, meanwhile[0]

    def _somebody_waits(self) -> bool:
        with self.database.engine.connect() as connection:
            return bool(connection.scalar(WAITING))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.run_here(
            lambda session: [tuple(row) for row in session.execute(text(query))]
        )
