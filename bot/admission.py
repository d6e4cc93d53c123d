"""Admission of requests: only after Slack has said who we are, and only from our own company.

Bolt itself would answer other requests badly. It would close a form with everything that was typed
in it, and acknowledge an event, which Slack then would not send again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.answering import Answering, Body
from bot.deadline import AFTER_LOOK_UPS
from bot.dispatch import input_labels
from bot.installations import Installations
from bot.timeouts import Timeouts
from handlers import errors
from handlers.answers import Message, Reply

log = structlog.get_logger("admission")

# The function that a middleware of Bolt calls to let the request pass.
Next = Callable[[], Awaitable[object]]

NOT_YET = (
    "I have only just started, and Slack has not told me yet who I am. Nothing was recorded; "
    "please try again in a moment."
)
ELSEWHERE = (
    "I work for another workspace, so nothing was recorded. Ask whoever runs me to run a bot for "
    "this workspace too."
)


class Admission:
    """Bolt middleware that runs before authorization; it also gives a request its deadline."""

    def __init__(
        self, installations: Installations, answering: Answering, timeouts: Timeouts
    ) -> None:
        self._installations = installations
        self._answering = answering
        self._timeouts = timeouts

    async def admit(
        self, body: Body, context: AsyncBoltContext, ack: AsyncAck, next_: Next
    ) -> BoltResponse | None:
        """Let the request pass, or tell the person why not. An event gets only an HTTP status."""
        context.setdefault("deadline", self._timeouts.deadline())
        if body.get("type") == "url_verification":
            await next_()
            return None
        us = await self._installations.identify(context["deadline"].left(AFTER_LOOK_UPS))
        if us and _is_ours(us, context):
            await next_()
            return None
        if "event" in body:
            # With 503, Slack sends the event again later, when we may know who we are. Events of
            # another workspace are acknowledged, so that they do not come again.
            return BoltResponse(status=200 if us else 503, body="")
        log.warning("request not admitted", why="another workspace" if us else "not yet known")
        return await self._refuse(body, context, ack, ELSEWHERE if us else NOT_YET)

    async def _refuse(
        self, body: Body, context: AsyncBoltContext, ack: AsyncAck, words: str
    ) -> BoltResponse:
        if "command" in body:
            return await ack(f"{words} You typed: {body['command']} {body.get('text', '')}".strip())
        refusal = Reply(Message(words), errors.NOT_POSSIBLE)
        if body["type"] == "view_submission":
            # If the form has an input, it stays open, with everything that was typed.
            field = next(iter(input_labels(body["view"])), None)
            if field is None:
                return await ack(response_action="update", view=errors.as_notice(refusal))
            return await ack(response_action="errors", errors={field: words})
        if body["type"] != "view_closed":
            tenant = context.team_id or ""
            await self._answering.tell(tenant, body, refusal, context["deadline"])
        return await ack()


def _is_ours(us: AuthorizeResult, context: AsyncBoltContext) -> bool:
    same_company = context.enterprise_id is not None and context.enterprise_id == us.enterprise_id
    return context.team_id == us.team_id or same_company
