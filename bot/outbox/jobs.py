"""Jobs of the outbox: each is one claimed message, drawn from today's record."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from bot.memory import finders
from bot.outbox import pace
from bot.outbox.claims import Claim, Lost
from bot.people import People
from handlers import posts
from handlers.access import SlackDidNotSay
from handlers.answers import Message
from handlers.requests import Asking, LookedUp, NotYetKnown
from models.tables.channel import Channel
from models.tables.post import Drawing, Post

# This statement runs for every message, so it is built once.
_CLAIMED = (
    select(Post)
    .join(Post.channel)
    .join(Channel.workspace)
    .where(
        Post.id.in_(bindparam("ids", expanding=True)),
        Post.claimed_by.in_(bindparam("tokens", expanding=True)),
    )
    .options(contains_eager(Post.channel).contains_eager(Channel.workspace))
)


@dataclass(frozen=True, slots=True)
class Job:
    """One message to send.

    `ts` is None for a first post. `maybe_sent` is true if an earlier try was cut off at `sent_at`.
    In a thread, `to_all` shows the message in the channel as well. `hidden` is true if its reader
    may not read its channel. The message then shows nothing of the channel; if it is not in Slack
    yet, it is not posted. `bot_outside` is true if it is hidden because the bot itself is not in
    the private channel. `needs_link` is true for a card whose address Slack has not said yet.
    `has_failed` is true if the last try failed.
    """

    claim: Claim
    drawing: Drawing
    workspace_id: int
    tenant: str
    channel: str
    lane: str
    is_direct: bool
    ts: str | None
    thread_id: int | None
    thread_ts: str | None
    to_all: bool
    message: Message
    fingerprint: str
    unchanged: bool
    hidden: bool
    wanted: int
    attempts: int
    has_failed: bool
    maybe_sent: bool
    sent_at: datetime | None
    was_deleted: bool
    needs_link: bool = False
    bot_outside: bool = False

    @property
    def method(self) -> str:
        """Return the Slack method that this job calls. The job waits for that method's pace."""
        if self.message.file:
            return pace.FILES
        if self.maybe_sent:
            return pace.LOOK_UP
        return pace.UPDATE if self.ts else pace.POST

    @property
    def is_in_slack(self) -> bool:
        """Return True if Slack shows this message already, so that there is nothing to send."""
        return self.unchanged and self.ts is not None and not self.maybe_sent


class Unknown(Exception):
    """Raised if Slack has to be asked before a message of this tenant can be drawn."""

    def __init__(self, tenant: str, ask: NotYetKnown) -> None:
        super().__init__("people or places to look up first")
        self.tenant = tenant
        self.ask = ask


def draw(session: Session, claim: Claim, people: People, looked_up: LookedUp, now: datetime) -> Job:
    """Draw this message in a transaction that locks nothing.

    Raise Lost, Unknown or SlackDidNotSay.

    `wanted` is read before the rest of the record. If the record changes in between, `wanted` has
    grown too, and the message is drawn once more.
    """
    post = _claimed(session, [claim]).get(claim.post_id)
    if post is None:
        raise Lost
    return _job(post, claim, session, _asking(post, session, people, looked_up, now))


def draw_together(
    session: Session, claims: Sequence[Claim], people: People, now: datetime
) -> dict[int, Job]:
    """Draw these messages of one decision, which is read once, and return them by the posts' ids.

    A message is left out if Slack has to be asked first, or if its claim was lost.
    """
    # Every `wanted` is read before the record, as in `draw`.
    owed = _claimed(session, claims)
    drawn, asking = dict[int, Job](), None
    for claim in claims:
        if post := owed.get(claim.post_id):
            asking = asking or _asking(post, session, people, LookedUp(), now)
            with contextlib.suppress(Unknown, SlackDidNotSay):
                drawn[claim.post_id] = _job(post, claim, session, asking)
    return drawn


def _asking(
    post: Post, session: Session, people: People, looked_up: LookedUp, now: datetime
) -> Asking:
    tenant = post.channel.workspace.tenant
    found = finders(people, session, tenant)
    return Asking(workspace=tenant, at=now, looked_up=looked_up, **found)


def _job(post: Post, claim: Claim, session: Session, asking: Asking) -> Job:
    drawn, place = _for_reader(post, session, asking), asking.place_of(post.channel.slack_id)
    message = drawn or posts.neutral()
    fingerprint = _fingerprint(message)
    thread_ts = session.get_one(Post, post.thread_id).ts if post.thread_id else post.thread_ts
    return Job(
        claim=claim,
        drawing=post.drawing,
        workspace_id=post.channel.workspace_id,
        tenant=asking.workspace,
        channel=post.slack_channel or post.person or post.channel.slack_id,
        lane=post.person or str(post.channel_id),
        is_direct=post.person is not None,
        ts=post.ts,
        thread_id=post.thread_id,
        thread_ts=thread_ts,
        to_all=post.thread_id is not None and post.person is None,
        message=message,
        fingerprint=fingerprint,
        unchanged=post.fingerprint == fingerprint,
        hidden=drawn is None,
        wanted=post.wanted,
        attempts=post.attempts,
        has_failed=post.last_error is not None,
        maybe_sent=post.sending and post.ts is None,
        sent_at=post.sent_at,
        was_deleted=post.deleted_ts is not None,
        needs_link=post.drawing is Drawing.CARD and post.permalink is None,
        bot_outside=drawn is None and place is not None and place.is_closed,
    )


def _claimed(session: Session, claims: Sequence[Claim]) -> dict[int, Post]:
    """Return, by their ids, the posts whose claims are still ours."""
    ids, tokens = [claim.post_id for claim in claims], {claim.token for claim in claims}
    posts = session.scalars(_CLAIMED, {"ids": ids, "tokens": list(tokens)})
    return {post.id: post for post in posts}


def _for_reader(post: Post, session: Session, asking: Asking) -> Message | None:
    try:
        return posts.draw_for_reader(post, session, asking)
    except NotYetKnown as ask:
        raise Unknown(asking.workspace, ask) from ask


def _fingerprint(message: Message) -> str:
    drawn = json.dumps([message.text, message.blocks], sort_keys=True)
    return hashlib.sha256(drawn.encode()).hexdigest()[:32]
