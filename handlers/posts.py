"""Which message a `Post` is: finds the record it shows, and has it drawn."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import mentions, reminders
from handlers.answers import Message
from handlers.card import batch, messages
from handlers.commitments import ledger
from handlers.delegation import departures, leave
from handlers.digest import posting
from handlers.export import request
from handlers.rights import show
from handlers.ui import blocks
from models.mrkdwn import where
from models.reads import lookups
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion

DECISIONS: dict[Drawing, Callable[[Decision, Post], Message]] = {
    Drawing.CARD: messages.card,
    Drawing.IMPACT_REQUEST: messages.impact_request,
    Drawing.DECISION_REQUEST: messages.decision_request,
    Drawing.OUTCOME: messages.outcome,
    Drawing.SETTLED: messages.settled,
    Drawing.QUESTION: messages.question,
    Drawing.ANSWERED: messages.answered,
    Drawing.REVISION_REQUEST: messages.revision_request,
    Drawing.ESCALATED: messages.escalated,
    Drawing.HANDED_OVER: messages.handed_over,
    Drawing.REOPENED: messages.reopened,
    Drawing.FOLLOW_UPS: messages.follow_ups_owned,
    Drawing.REVIEW_REQUEST: messages.review_request,
    Drawing.ANSWER: mentions.answer,
    Drawing.ANSWER_ELSEWHERE: mentions.answer_elsewhere,
}


def draw(post: Post, session: Session) -> Message:
    """The message as today's record has it."""
    if post.drawing is Drawing.WELCOME:
        return show.welcome(post.channel.slack_id, post)
    if post.drawing is Drawing.RIGHTS:
        assert post.rights_version_id
        version = lookups.rights_version(session, post.rights_version_id)
        return show.rights_post(version, _before(version, session), post)
    if post.drawing is Drawing.NOT_POSTED:
        return not_posted(post)
    if post.drawing is Drawing.EXPORT:
        return request.export_post(post, session)
    if post.drawing is Drawing.EXPORT_FAILED:
        return request.failed_post(post, session)
    if post.drawing is Drawing.NO_ANSWER:
        return mentions.no_answer(post)
    if post.drawing is Drawing.REMINDER:
        return reminders.reminder(post, session)
    if post.drawing is Drawing.DIGEST:
        return posting.digest_post(post, session)
    if post.drawing is Drawing.SEAT:
        return departures.seat_post(post, session)
    if post.drawing is Drawing.MOVED:
        return batch.moved(post, session)
    if post.drawing is Drawing.STANDS_IN:
        return leave.stands_in(post, session)
    if post.drawing is Drawing.STANDS_IN_NO_MORE:
        return leave.stands_in_no_more(post, session)
    if post.drawing is Drawing.COMMITMENT:
        assert post.commitment_id
        return ledger.commitment_post(lookups.commitment_to_draw(session, post.commitment_id), post)
    assert post.decision_id
    decision = lookups.decision_to_draw(session, post.decision_id)
    return DECISIONS[post.drawing](
        decision, next(one for one in decision.posts if one.id == post.id)
    )


def not_posted(post: Post) -> Message:
    """To whoever acted last: the channel could not be told."""
    sentence = (
        f"Your decisions in {where(post.channel.slack_id)} are recorded, but I cannot post there: I am no longer in that channel, "
        "or it is archived. Invite me again, and I post what is missing."
    )
    return Message(sentence, [blocks.section(sentence)])


def _before(version: RightsVersion, session: Session) -> RightsVersion | None:
    return session.scalar(
        select(RightsVersion).where(
            RightsVersion.channel_id == version.channel_id,
            RightsVersion.number == version.number - 1,
        )
    )
