"""Sample for drawings: people, a channel's rights, a commitment, and decisions of eight shapes.

Nothing of it is stored, unless `stored` made the sample.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, StaticPool

from handlers.requests import Place
from models import locks
from models.acts import Act
from models.rules import DEFAULT_RIGHTS, Decider, Kind, Person, Right, Standing
from models.tables import Base
from models.tables.channel import Channel
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.workspace import Workspace
from models.verbs import raising
from models.verbs.raising import Ask, Effect, Finished, Origin, Past, Source
from models.verbs.routing import Matter, Routing, route
from models.words import Words

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
PEOPLE = {
    name: Person(name, Standing.MEMBER, "Europe/London")
    for name in ("U0ALICE", "U0BOB", "U0ERIN", "U0SAM", "U0OLGA")
}
ALICE, BOB, ERIN, SAM, OLGA = PEOPLE.values()
ABOUT: dict[str, Any] = {
    "workspace": "T0DEMO",
    "bot_user": "U0BOT",
    "user": ALICE.id,
    "at": MONDAY,
    "find_person": PEOPLE.get,
}
HERE = Place("C0CHECKOUT", bot_is_member=True)
PROMISED, LATER = date(2026, 12, 12), date(2026, 12, 17)

# Shapes of decisions: the kind, who decides, and whether impact comes first.
SHAPES = {
    "priority": (Kind.PRIORITY, Right(Decider.PRODUCT_OWNER, True)),
    "schedule": (Kind.SCHEDULE, Right(Decider.PROJECT_MANAGER, True)),
    "scope control": (Kind.SCOPE_CONTROL, Right(Decider.PROJECT_MANAGER, False)),
    "commitment": (Kind.COMMITMENT, Right(Decider.JOINT, True)),
    "joint, no impact": (Kind.FEATURE, Right(Decider.JOINT, False)),
    "acceptance": (Kind.ACCEPTANCE, Right(Decider.PRODUCT_OWNER, False)),
    "recorded": (Kind.RISK, Right(Decider.PROJECT_MANAGER, False)),
    "recorded, joint": (Kind.RESOURCES, Right(Decider.JOINT, True)),
}
# Shapes whose decisions touch the commitment, and shapes that somebody has asked for by number.
TOUCHING = ("priority", "commitment")
MENTIONED = ("priority", "commitment", "acceptance")


@dataclass
class Sample:
    """Rights and commitment of a channel, and a session whose database has a workspace alone."""

    session: Session
    shape: str
    two_hats: bool = False
    words: Words | None = None
    at: datetime = MONDAY
    # Routings by kind and version: they cost statements, and here nobody leaves or goes away.
    routings: dict[tuple[Kind, int], Routing] = field(default_factory=dict)
    version: RightsVersion = field(init=False)
    promise: Commitment = field(init=False)

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Go back to Monday morning, with new rights and a new commitment."""
        self.session.expunge_all()
        self.at = MONDAY
        self.version = self.rights()
        self.promise = Commitment(
            id=1,
            channel=self.version.channel,
            channel_id=1,
            name="Beta",
            promised_to="The partners",
            scope="All of it",
            baseline_on=PROMISED,
            promised_on=PROMISED,
            state=CommitmentState.OPEN,
            made_by=ALICE.id,
            made_at=MONDAY,
            made_with="V0",
            moves=[],
        )

    def a_minute_passes(self) -> None:
        self.at += timedelta(minutes=1)

    def rights(self, number: int = 3, **facts: Any) -> RightsVersion:
        channel = Channel(
            id=1,
            workspace_id=1,
            slack_id="C0CHECKOUT",
            rights_number=number,
            workspace=Workspace(id=1, tenant="T0DEMO", labels=self.words),
        )
        given = {
            "product_owner": ALICE.id,
            "project_manager": ALICE.id if self.two_hats else BOB.id,
            "sponsor": SAM.id,
            "time_zone": "Europe/London",
            "impact_days": 2,
            "grace_days": 3,
            "reminds": True,
            "confirms": True,
            "author": BOB.id,
            "reason": "Because",
            "digest_weekday": 0,
            "digest_hour": 9,
            "table": {
                **DEFAULT_RIGHTS,
                # The product owner moves the commitment alone, unless this sample is of the kind
                # *commitment*.
                Kind.COMMITMENT: Right(Decider.PRODUCT_OWNER, False),
                SHAPES[self.shape][0]: SHAPES[self.shape][1],
            },
        }
        return RightsVersion(
            id=number,
            channel=channel,
            channel_id=1,
            number=number,
            made_at=MONDAY,
            **(given | facts),
        )

    def routing(self, kind: Kind) -> Routing:
        key = kind, self.version.number
        if key not in self.routings:
            matter = Matter(kind, self.promise.name if self.shape in TOUCHING else None)
            self.routings[key] = route(self.session, self.version, matter, self.at)
        return replace(self.routings[key], version=self.version, time_zone="Europe/London")

    def ask(self, kind: Kind, **facts: Any) -> Ask:
        """Return a question; in the shapes of `TOUCHING`, it would move the commitment."""
        effect = Effect(self.promise, LATER, "Refunds go out") if self.shape in TOUCHING else None
        asked: dict[str, Any] = {
            "kind": kind,
            "due_on": date(2026, 12, 1),
            "effect": effect,
        } | facts
        title, option = facts.pop("words", ("Wallet", "Add it now"))
        asked.pop("words", None)
        options = [(option, "Wallets", "A week")] * 5
        return Ask(
            title, why_now="It is time", options=options, consulted=[SAM.id, OLGA.id], **asked
        )

    def raised(self) -> Decision:
        kind, _ = SHAPES[self.shape]
        routing, act, origin = self.routing(kind), Act(ERIN, MONDAY), Origin("V1")
        if self.shape == "acceptance":
            finished = Finished("Wallet", "https://example.com/demo", "See the demo", ["Works"] * 6)
            decision = raising.claim_finished(self.session, routing, finished, act, origin)
        elif self.shape.startswith("recorded"):
            past = Past("Wallet", kind, "We add it", BOB.id, MONDAY.date(), "It pays")
            decision = raising.record_past(self.session, routing, past, act, origin)
        else:
            source = (
                Source("Could we?", OLGA.id, "https://demo.slack.com/archives/C1/p1")
                if self.shape == "schedule"
                else None
            )
            origin = Origin(
                "V1",
                source,
                supersedes=7 if self.shape == "joint, no impact" else None,
                disputes=8 if self.shape == "scope control" else None,
            )
            decision = raising.raise_tradeoff(self.session, routing, self.ask(kind), act, origin)
        decision.id = decision.number
        decision.card_link = "https://demo.slack.com/archives/C1/p1"
        if self.shape in MENTIONED:
            decision.posts += [
                self.answer(decision.number, drawing)
                for drawing in (Drawing.ANSWER, Drawing.ANSWER_ELSEWHERE)
            ]
        self.settle(decision)
        return decision

    def answer(self, number: int, drawing: Drawing) -> Post:
        """Make the post that answers somebody who asked for a decision by its number."""
        return Post(
            channel=self.version.channel,
            key=f"mention:{number}:{drawing}",
            drawing=drawing,
            due_at=MONDAY,
            round=1,
        )

    def settle(self, decision: Decision) -> None:
        """Add the posts that a commit would write, and set ids as a flush would."""
        for number, question in enumerate(decision.questions, start=1):
            question.id = number
        waiting = self.session.info.get("behind", [])
        inserts = [insert for insert in waiting if insert[0] is Post.__table__]
        waiting.clear()
        for insert in inserts:
            row, owner, question = insert[2], insert[3]["decision_id"], insert[3]["question_id"]
            if row["key"] not in [post.key for post in owner.posts]:
                owner.posts.append(Post(**row, channel=owner.channel, question=question))
        for number, post in enumerate(decision.posts, start=1):
            post.wanted = post.wanted or 1
            post.id = number


def sample(shape: str = "priority", two_hats: bool = False, words: Words | None = None) -> Sample:
    session = Session(_engine().connect(), autoflush=False)
    session.add(Workspace(id=1, tenant="T0DEMO", last_number=0, labels=words))
    session.commit()
    session.expunge_all()
    locks.lock_who_decides(session, "T0DEMO")
    return Sample(session, shape, two_hats, words)


@cache
def _engine() -> Engine:
    """Make the engine of all samples. Each connection has a database of its own, without rows.

    The tables are made once and copied. The engine keeps its compiled statements.
    """
    empty = sqlite3.connect(":memory:", check_same_thread=False)
    made = create_engine("sqlite://", creator=lambda: empty, poolclass=StaticPool)
    Base.metadata.create_all(made)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        empty.backup(connection)
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def stored(shape: str = "priority") -> Sample:
    """Make a sample whose rights and commitment are in the tables."""
    here = sample(shape)
    here.session.execute(delete(Workspace))
    here.session.add_all([here.version, here.promise])
    here.session.flush()
    return here
