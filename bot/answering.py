"""Sender of the answers that are not in the HTTP response: forms and private messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.deadline import Deadline
from bot.proxies import webhook_client
from bot.slack_client import UNREACHABLE, SlackClient, error_name
from bot.timeouts import Timeouts
from handlers import errors
from handlers.answers import Reply

log = structlog.get_logger("answering")

Body = dict[str, Any]


class Answering:
    """Sender of answers. A caller waits no longer than its request's deadline allows."""

    def __init__(self, client_for: Callable[[str], SlackClient], timeouts: Timeouts) -> None:
        self._client_for = client_for
        self._timeouts = timeouts
        self._going_on: set[asyncio.Task[None]] = set()

    async def open_form(self, tenant: str, body: Body, view: Body, deadline: Deadline) -> str:
        """Open the form, on top of another form if the click was in one.

        Return "" if it was opened, else a sentence that says why it was not.
        """
        client = self._client_for(tenant)
        call = client.views_push if is_form(body.get("view")) else client.views_open
        try:
            async with asyncio.timeout(deadline.left()):
                await call(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as error:
            log.warning("form not opened", error=error_name(error))
            if error_name(error) in ("expired_trigger_id", "exchanged_trigger_id"):
                return "Slack waits three seconds for a form, and I was slower. Please try again."
            return "Slack did not open the form. Please try again."
        except UNREACHABLE as error:
            log.warning("form not opened", error=type(error).__name__)
            return "I could not reach Slack to open the form. Please try again."
        return ""

    async def update_form(
        self, tenant: str, open_view: Body, view: Body, deadline: Deadline
    ) -> None:
        """Redraw the open form. Slack refuses that if another click has redrawn it meanwhile."""

        async def redraw() -> None:
            client = self._client_for(tenant)
            try:
                await client.views_update(
                    view_id=open_view["id"], hash=open_view["hash"], view=view
                )
            except UNREACHABLE as error:
                log.warning("form not updated", error=type(error).__name__)

        await self.go_on(redraw(), deadline.left())

    async def tell(self, tenant: str, body: Body, reply: Reply, deadline: Deadline) -> None:
        """Send this answer privately to the person who acted.

        It goes to the response URL of the request. If there is none, because the act was in a form
        or in Home, the answer is shown as a form.
        """
        if "response_url" not in body:
            await self.open_form(tenant, body, errors.as_notice(reply), deadline)
            return
        session = self._client_for(tenant).connections.session
        webhook, message = webhook_client(body["response_url"], session), reply.message

        async def respond() -> None:
            try:
                async with asyncio.timeout(self._timeouts.send):
                    await webhook.send(
                        text=message.text,
                        blocks=message.blocks or None,
                        response_type="ephemeral",
                        replace_original=False,
                    )
            except UNREACHABLE as error:
                log.warning("private answer not delivered", error=type(error).__name__)

        await self.go_on(respond(), deadline.left())

    async def go_on(self, work: Coroutine[Any, Any, None], within: float) -> None:
        """Wait up to `within` seconds for this work, then let it go on in the background."""
        task = asyncio.create_task(work)
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)
        await asyncio.wait([task], timeout=within)


def is_form(view: Body | None) -> bool:
    """Return True if this view is a form, and not Home."""
    return view is not None and view["type"] == "modal"
