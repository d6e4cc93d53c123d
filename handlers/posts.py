"""Builders of the messages that the outbox keeps up to date: one for each kind of message."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from handlers import access, left_channel, mentions, not_posted, reminders
from handlers.access import Sight, SlackDidNotSay
from handlers.answers import Message
from handlers.card import batch, messages
from handlers.commitments import ledger
from handlers.delegation import coming_back, seat_notices
from handlers.digest import posting
from handlers.export import request
from handlers.requests import Asking
from handlers.rights import pending, renamed, show
from handlers.ui import blocks
from models.reads import lookups
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.post import Drawing, Post

Builder = Callable[[Post, Session], Message]

NOT_YOURS = "This message was about a channel in which I cannot see you any more."


def draw_for_reader(post: Post, session: Session, asking: Asking) -> Message | None:
    """Build the message from today's record; None if its reader may not read its channel.

    Raise SlackDidNotSay.
    """
    if post.person and (post.drawing.tells_of_a_channel or not_posted.names_a_decision(post)):
        sight = access.sight_of(asking, post.person, post.channel.slack_id)
        if sight is Sight.UNSAID:
            raise SlackDidNotSay
        if sight is Sight.NO:
            return None
    if post.drawing in ASKING:
        return ASKING[post.drawing](post, session, asking)
    return BUILDERS[post.drawing](post, session)


def neutral() -> Message:
    """Build the text of a direct message whose reader may no longer read its channel."""
    return Message(NOT_YOURS, [blocks.section(NOT_YOURS)])


# ---- what a builder shows --------------------------------------------------------------------


def _of_decision(build: Callable[[Decision, Post], Message]) -> Builder:
    def draw(post: Post, session: Session) -> Message:
        assert post.decision_id
        decision = lookups.decision_to_draw(session, post.decision_id)
        return build(decision, next(loaded for loaded in decision.posts if loaded.id == post.id))

    return draw


def _of_commitment(build: Callable[[Commitment, Post], Message]) -> Builder:
    def draw(post: Post, session: Session) -> Message:
        assert post.commitment_id
        return build(lookups.commitment_to_draw(session, post.commitment_id), post)

    return draw


def _without_record(build: Callable[[Post], Message]) -> Builder:
    def draw(post: Post, session: Session) -> Message:
        return build(post)

    return draw


# Builders of messages that need only the decision and the post.
OF_DECISIONS: dict[Drawing, Callable[[Decision, Post], Message]] = {
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

BUILDERS: dict[Drawing, Builder] = {
    **{drawing: _of_decision(build) for drawing, build in OF_DECISIONS.items()},
    Drawing.WELCOME: _without_record(show.welcome),
    Drawing.RIGHTS: show.rights_post,
    Drawing.RIGHTS_CHANGE: pending.change_post,
    Drawing.RIGHTS_CHANGE_REQUEST: pending.change_request,
    Drawing.RIGHTS_CHANGE_ENDED: pending.change_ended,
    Drawing.NAMES: _without_record(renamed.names_post),
    Drawing.SEAT: seat_notices.seat_post,
    Drawing.MOVED: batch.moved,
    Drawing.STANDS_IN: coming_back.stands_in,
    Drawing.STANDS_IN_NO_MORE: coming_back.stands_in_no_more,
    Drawing.COMMITMENT: _of_commitment(ledger.commitment_post),
    Drawing.COMMITMENT_MOVED: _of_commitment(ledger.moved_post),
    Drawing.COMMITMENT_CLOSED: _of_commitment(ledger.closed_post),
    Drawing.DIGEST: posting.digest_post,
    Drawing.NOT_POSTED: not_posted.not_posted,
    Drawing.LEFT_CHANNEL: left_channel.left_channel,
    Drawing.NO_ANSWER: _without_record(mentions.no_answer),
    Drawing.EXPORT: request.export_post,
    Drawing.EXPORT_FAILED: request.failed_post,
}

# Builders that ask Slack who may read what they show: a list with decisions of several channels,
# and a decision that is shown in another channel.
ASKING: dict[Drawing, Callable[[Post, Session, Asking], Message]] = {
    Drawing.REMINDER: reminders.reminder,
    Drawing.ANSWER_ELSEWHERE: mentions.answer_elsewhere_now,
}
