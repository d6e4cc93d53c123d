"""Which message a `Post` is: finds the record it shows, and has it drawn."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import blocks, cards, commitments, delegation, digest, export, mentions, moved, rights, seats, silence
from handlers.answers import Message
from models import queries
from models.decision import Decision
from models.post import Drawing, Post
from models.rights import RightsVersion
from models.words import where

DECISIONS: dict[Drawing, Callable[[Decision, Post], Message]] = {
    Drawing.CARD: cards.card,
    Drawing.IMPACT_REQUEST: cards.impact_request,
    Drawing.DECISION_REQUEST: cards.decision_request,
    Drawing.OUTCOME: cards.outcome,
    Drawing.SETTLED: cards.settled,
    Drawing.QUESTION: cards.question,
    Drawing.ANSWERED: cards.answered,
    Drawing.REVISION_REQUEST: cards.revision_request,
    Drawing.ESCALATED: cards.escalated,
    Drawing.HANDED_OVER: cards.handed_over,
    Drawing.REOPENED: cards.reopened,
    Drawing.FOLLOW_UPS: cards.follow_ups_owned,
    Drawing.REVIEW_REQUEST: cards.review_request,
    Drawing.ANSWER: mentions.answer,
    Drawing.ANSWER_ELSEWHERE: mentions.answer_elsewhere,
}


def draw(post: Post, session: Session) -> Message:
    """The message as today's record has it."""
    if post.drawing is Drawing.WELCOME:
        return rights.welcome(post.channel.slack_id, post)
    if post.drawing is Drawing.RIGHTS:
        assert post.rights_version_id
        version = queries.rights_version(session, post.rights_version_id)
        return rights.rights_post(version, _before(version, session), post)
    if post.drawing is Drawing.NOT_POSTED:
        return not_posted(post)
    if post.drawing is Drawing.EXPORT:
        return export.export_post(post, session)
    if post.drawing is Drawing.EXPORT_FAILED:
        return export.failed_post(post, session)
    if post.drawing is Drawing.NO_ANSWER:
        return mentions.no_answer(post)
    if post.drawing is Drawing.REMINDER:
        return silence.reminder(post, session)
    if post.drawing is Drawing.DIGEST:
        return digest.digest_post(post, session)
    if post.drawing is Drawing.SEAT:
        return seats.seat_post(post, session)
    if post.drawing is Drawing.MOVED:
        return moved.moved(post, session)
    if post.drawing is Drawing.STANDS_IN:
        return delegation.stands_in(post, session)
    if post.drawing is Drawing.STANDS_IN_NO_MORE:
        return delegation.stands_in_no_more(post, session)
    if post.drawing is Drawing.COMMITMENT:
        assert post.commitment_id
        return commitments.commitment_post(queries.commitment_to_draw(session, post.commitment_id), post)
    assert post.decision_id
    decision = queries.decision_to_draw(session, post.decision_id)
    return DECISIONS[post.drawing](decision, next(one for one in decision.posts if one.id == post.id))


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
            RightsVersion.channel_id == version.channel_id, RightsVersion.number == version.number - 1
        )
    )
