"""Cases that `bench.scale` measures. Each is one transaction, with the drawing of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot import timers
from bot.outbox import claims
from handlers import posts, routes
from handlers.answers import Answer
from handlers.board import page
from handlers.digest import posting
from handlers.requests import Asking, Click, Command, Event, Place
from models.reads import lookups
from models.reads.waiting import waiting_for
from models.rules import Person, Standing
from models.tables.channel import Channel
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.workspace import Workspace

Work = Callable[[Session], object]


@dataclass(frozen=True)
class Asker:
    """Product owner or project manager of four channels, who may see all of them."""

    tenant: str
    channel: str
    person: Person
    gone: str = ""

    def types(self, line: str) -> Callable[[Session], Answer]:
        command = Command(**self._by(), name="/tradeoff", text=line, channel=self.channel)
        return lambda session: routes.commands["/tradeoff"].handler(command, session)

    def opens_home(self, session: Session) -> Answer:
        return self._hears("app_home_opened", {"tab": "home"}, session)

    def waits(self, session: Session) -> object:
        return waiting_for(session, self.tenant, self.person.id, datetime.now(UTC))

    def opens_leave(self, session: Session) -> Answer:
        click = Click(**self._by(), action="delegation.go_on_leave", value="")
        return routes.clicks[click.action](click, session)

    def leaves_slack(self, session: Session) -> Answer:
        left = Asker(self.tenant, self.channel, self.person, gone=self.person.id)
        user = {"id": self.person.id, "deleted": True}
        return left._hears("user_change", {"user": user}, session)

    def reads_board(self, session: Session) -> object:
        asking = Asking(**self._knows())
        rights = lookups.require_rights(session, self.tenant, self.channel)
        return page.board(asking, session, rights, self.person.id, "tomorrow")

    def draws_digest(self, session: Session) -> object:
        """Draw the digest as the outbox does, with the numbers of its picture."""
        rights = lookups.require_rights(session, self.tenant, self.channel)
        now = datetime.now(UTC)
        post = Post(channel=rights.channel, drawing=Drawing.DIGEST, covers_until=now, due_at=now)
        return posting.digest_post(post, session)

    def draws_card(self, session: Session) -> object:
        """Draw the first decision's card as the outbox does."""
        card = select(Post).where(Post.decision_id == 1, Post.drawing == Drawing.CARD)
        channel = joinedload(Post.channel).joinedload(Channel.workspace)
        post = session.scalars(card.options(channel)).one()
        return posts.draw_for_reader(post, session, Asking(**self._knows()))

    def _hears(self, name: str, body: dict[str, Any], session: Session) -> Answer:
        return routes.events_heard[name](Event(**self._by(), type=name, body=body), session)

    def _by(self) -> dict[str, Any]:
        return {**self._knows(), "bot_user": "UBOT", "user": self.person.id}

    def _knows(self) -> dict[str, Any]:
        return {
            "workspace": self.tenant,
            "at": datetime.now(UTC),
            "find_person": self._find,
            "find_place": _at,
            "find_room": lambda channel: frozenset({self.person.id}),
        }

    def _find(self, id: str) -> Person:
        standing = Standing.DEACTIVATED if id == self.gone else Standing.MEMBER
        return Person(id, standing, "Europe/London")


def _at(channel: str) -> Place:
    return Place(channel, bot_is_member=True)


def askers(session: Session) -> tuple[Asker, Asker]:
    """Return the product owner and the project manager of the first channels."""
    rights, channel, tenant = session.execute(
        select(RightsVersion, Channel.slack_id, Workspace.tenant)
        .join(RightsVersion.channel)
        .join(Channel.workspace)
        .order_by(RightsVersion.id)
        .limit(1)
    ).one()
    owner, manager = (
        Asker(tenant, channel, Person(id, Standing.MEMBER, "Europe/London"))
        for id in (rights.product_owner, rights.project_manager)
    )
    return owner, manager


def cases(session: Session) -> dict[str, Work]:
    owner, manager = askers(session)
    number = session.scalars(select(Workspace.last_number)).one()
    return {
        "list, the newest": owner.types("list"),
        "list, a rare word": owner.types("list unheard"),
        "list, a common word": owner.types("list everywhere"),
        "list, a word and a kind": owner.types("list everywhere kind:priority"),
        "show one decision": owner.types(f"show {number // 2}"),
        "form to raise, with what was decided before": owner.types("Decision 4"),
        "what waits for a product owner": owner.waits,
        "what waits for a project manager": manager.waits,
        "Home of a product owner": owner.opens_home,
        "Home of a project manager": manager.opens_home,
        **cases_of_channel(session),
        "form to go on leave": owner.opens_leave,
        "a product owner leaves Slack": owner.leaves_slack,
        **loops(session),
    }


def cases_of_channel(session: Session) -> dict[str, Work]:
    """Return the cases that read one channel."""
    owner, _ = askers(session)
    return {
        "digest of a week": owner.types("digest"),
        "digest with its picture's numbers": owner.draws_digest,
        "board": owner.reads_board,
    }


def loops(session: Session) -> dict[str, Work]:
    """Return the cases of the outbox and the timers, which run after every act."""
    now = datetime.now(UTC)
    owner, _ = askers(session)
    tenant, due = owner.tenant, timers._due_by_subject
    return {
        "the outbox draws a card": owner.draws_card,
        "the outbox claims its next messages": partial(
            claims.claim, tenant=tenant, now=now, most=100
        ),
        "the outbox looks when to wake": partial(claims.next_due, now=now),
        "the timers look for what is due": partial(due, tenant=tenant, now=now),
        "the timers look when to wake": partial(timers.our_next_due, tenant=tenant),
    }
