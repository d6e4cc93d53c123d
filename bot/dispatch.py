"""Dispatch: Slack request → route → one transaction → answer.

No other code acks or opens forms.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot import home_view, once
from bot.database import Database, wrote
from bot.installations import UNREACHABLE, error_name
from bot.memory import finders
from bot.people import People
from bot.proxies import webhook_client
from bot.sealed_views import SealedViews
from bot.timeouts import Timeouts
from handlers import errors, routes
from handlers.answers import (
    Answer,
    Done,
    FormErrors,
    Message,
    OpenForm,
    PublishHome,
    Reply,
    TellAgain,
    UpdateForm,
    View,
)
from handlers.requests import Click, Command, Event, Form, NotYetKnown, Place, Request, Shortcut
from handlers.ui import offers
from handlers.ui.offers import refusing
from handlers.ui.seals import Carried, Seen
from models.refusals.refused import Refused
from models.rules import Person, Standing
from models.visible_text import cleaned

log = structlog.get_logger("dispatch")

R = TypeVar("R", bound=Request)
Handler = Callable[[R, Session], Answer]
Body = dict[str, Any]

# The answer to a button or form that an older release drew, and that no route knows any more.
OUTDATED = (
    "This button is older than I am. Use the newest card in the channel, or run the command again."
)
# The answer to a form that was opened by an older release, or that we did not open for this person.
OUTDATED_FORM = (
    "I did not open this form, or it is older than I am, so nothing was recorded. Open it again "
    "from the card or with the command."
)
# The person of an event that names nobody.
NOBODY = Person("", Standing.UNKNOWN)
# Slack's names of direct messages: of two people, and of a group, which no bot can be invited into.
DIRECT, GROUP = "directmessage", "mpdm-"
# Events of these types change what Slack says of a channel.
FORGET_PLACE = ("channel", "group", "member_")


@dataclass(eq=False)
class Dispatch:
    """Runner of handlers: the table of routes names one for each request.

    Its answer is carried out after the commit.
    """

    database: Database
    people: People
    client_for: Callable[[str], AsyncWebClient]
    tenant: Callable[[], Awaitable[str]]
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    public_url: Callable[[], str]
    timeouts: Timeouts
    _going_on: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _views: SealedViews = field(init=False)

    def __post_init__(self) -> None:
        self._views = SealedViews(self.database)

    async def command(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
    ) -> BoltResponse:
        """Answer a slash command, in the ack."""
        tenant = await self.tenant()
        place = await self._place(tenant, body["channel_id"], body.get("channel_name") or "")
        command = Command(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            person=await self.people.person(tenant, body["user_id"]),
            at=self.clock(),
            place=place,
            name=body["command"],
            text=cleaned(body.get("text", "")),
            trigger=body["trigger_id"],
            public_url=self.public_url(),
        )
        route = routes.commands[command.name]
        answer = route.at_once(command) or await self._answer(route.handler, command)
        if isinstance(answer, OpenForm):
            form = await self._views.seal(command, answer.view)
            problem = await _open(self.client_for(tenant), body["trigger_id"], form)
            answer = (
                Reply(Message(f"{problem} You typed: {body.get('text', '')}"))
                if problem
                else Done()
            )
        if isinstance(answer, Reply):
            return await ack(
                text=answer.message.text, blocks=answer.message.blocks, response_type="ephemeral"
            )
        return await ack()

    async def action(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
    ) -> BoltResponse:
        """Answer a click, in a message or an open form. A menu's entry is a click too."""
        tenant, view = await self.tenant(), body.get("view")
        carried = await self._views.carried(tenant, body)
        if carried is None:
            await self._tell(self.client_for(tenant), body, Message(OUTDATED_FORM))
            return await ack()
        click, seen = await self._clicked(body, context, carried), carried.seen
        handler = routes.clicks.get(click.action)
        if handler is None and view:
            # An input told us that it changed; the form is read when it is submitted.
            return await ack()
        answer = await self._answer(handler, click) if handler else Reply(Message(OUTDATED))
        if isinstance(answer, OpenForm):
            form = await self._views.seal(click, answer.view, seen)
            trigger = body["trigger_id"]
            problem = await _open(self.client_for(tenant), trigger, form, push=_is_form(view))
            answer = Reply(Message(problem)) if problem else answer
        elif handler and seen and isinstance(answer, PublishHome):
            await self._publish(handler, click, answer.view, seen.hash)
        else:
            if isinstance(answer, UpdateForm) and view and _is_form(view):
                form = await self._views.seal(click, answer.view, seen)
                await _update(self.client_for(tenant), view, form)
            if seen:
                await self._redraw_home(click, seen)
        if isinstance(answer, Reply):
            await self._tell(self.client_for(tenant), body, answer.message)
        return await ack()

    async def _clicked(self, body: Body, context: AsyncBoltContext, carried: Carried) -> Click:
        """Read a click; of what is typed in its form so far, only what fits the form's offer."""
        view, at = body.get("view"), self.clock()
        action, value = _pressed(body["actions"][0])
        state, _ = offers.check(view["state"]["values"] if view else {}, carried.offer, at)
        tenant = await self.tenant()
        return Click(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            at=at,
            person=await self.people.person(tenant, body["user"]["id"]),
            trigger=body["trigger_id"],
            action=action,
            value=value,
            home=carried.seen.metadata if carried.seen else None,
            callback=view["callback_id"] if view else "",
            metadata=carried.metadata,
            state=state,
        )

    async def view(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Answer a submitted form, in the ack. A form that was only closed needs no answer."""
        if body["type"] != "view_submission":
            return await ack()
        tenant, view = await self.tenant(), body["view"]
        handler, typed = routes.forms[view["callback_id"]], view["state"]["values"]
        carried, at = await self._views.carried(tenant, body), self.clock()
        state, misfits = offers.check(typed, carried.offer if carried else {}, at)
        form = Form(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            at=at,
            person=await self.people.person(tenant, body["user"]["id"]),
            id=view["root_view_id"] or view["id"],
            callback=view["callback_id"],
            metadata=carried.metadata if carried else "",
            state=state if carried else typed,
            home=carried.seen.metadata if carried and carried.seen else None,
        )
        if carried is None:
            outdated = errors.refused(form, Refused(OUTDATED_FORM))
            assert isinstance(outdated, UpdateForm)
            return await ack(response_action="update", view=outdated.view)
        answer = await self._answer(refusing(handler, misfits) if misfits else handler, form)
        if isinstance(answer, FormErrors):
            return await ack(response_action="errors", errors=dict(answer.errors))
        if carried.seen:
            await self._redraw_home(form, carried.seen)
        if isinstance(answer, UpdateForm):
            shown = await self._views.seal(form, answer.view, carried.seen)
            return await ack(response_action="update", view=shown)
        # A form on top of another was opened from what the lower one showed, so the lower one is
        # out of date.
        return await ack(response_action="clear")

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Answer an entry of a message's menu."""
        tenant, message = await self.tenant(), body["message"]
        channel, name = body["channel"]["id"], body["channel"].get("name") or ""
        person, place, link = await asyncio.gather(
            self.people.person(tenant, body["user"]["id"]),
            self._place(tenant, channel, name),
            self.people.permalink(tenant, channel, message["ts"]),
        )
        shortcut = Shortcut(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            at=self.clock(),
            person=person,
            place=place,
            callback=body["callback_id"],
            author=offers.person_id(message.get("user")),
            message=message,
            link=link,
        )
        answer = await self._answer(routes.shortcuts[shortcut.callback].handler, shortcut)
        if isinstance(answer, OpenForm):
            form = await self._views.seal(shortcut, answer.view)
            problem = await _open(self.client_for(tenant), body["trigger_id"], form)
            answer = Reply(Message(problem)) if problem else answer
        if isinstance(answer, Reply):
            await self._tell(self.client_for(tenant), body, answer.message)
        return await ack()

    async def event(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Handle an event. Slack may send it twice: each handler ends in the same record."""
        tenant, event = await self.tenant(), body["event"]
        self._forget(tenant, event)
        handler = routes.events_heard.get(event["type"])
        subject = event.get("user")
        user = subject.get("id", "") if isinstance(subject, dict) else subject or ""
        if handler:
            happened = Event(
                workspace=tenant,
                bot_user=context.bot_user_id or "",
                at=self.clock(),
                person=await self.people.person(tenant, user) if user else NOBODY,
                type=event["type"],
                body=event,
            )
            answer = await self._answer(handler, happened)
            if isinstance(answer, TellAgain):
                return BoltResponse(status=500, body="")
            if isinstance(answer, PublishHome):
                await self._publish(
                    handler, happened, answer.view, (event.get("view") or {}).get("hash")
                )
        return await ack()

    async def _place(self, tenant: str, channel: str, name: str) -> Place:
        """Return the conversation that something happened in.

        Of other people's direct messages Slack says nothing but this name.
        """
        if name == DIRECT:
            return Place(channel, is_direct=True)
        place = await self.people.place(tenant, channel)
        is_group = place.is_closed and name.startswith(GROUP)
        return replace(place, is_direct=True) if is_group else place

    def _forget(self, tenant: str, event: Body) -> None:
        if event["type"] == "user_change":
            self.people.forget_person(tenant, event["user"]["id"])
        elif event["type"].startswith(FORGET_PLACE):
            for name in ("channel", "old_channel_id", "new_channel_id"):
                channel = event.get(name)
                self.people.forget_place(
                    tenant, channel["id"] if isinstance(channel, dict) else channel or ""
                )

    async def _answer(self, handler: Handler[R], request: R) -> Answer:
        """Run the handler in one transaction.

        A refusal or a fault rolls it back and becomes an answer here, and only here.
        """
        try:
            answer, changed = await self._run(handler, request)
        except Refused as refusal:
            if refusal.attempt:
                await self.database.run(partial(once.note_attempt, request, refusal.attempt))
            if refusal.redraws:
                redraw = partial(errors.redraw_card, refusal.redraws, request.workspace)
                await self.database.run(partial(redraw, at=request.at))
                self.wake()
            return errors.refused(request, refusal)
        except once.TakenBefore:
            return Done()
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("handler failed", reference=reference, handler=handler.__qualname__)
            return errors.failed(request, reference)
        if changed:
            self.wake()
        return answer

    async def _run(self, handler: Handler[R], request: R) -> tuple[Answer, bool]:
        """Run the handler again while it asks for facts not yet known, and once after a collision.

        Two transactions that met are a collision.
        """
        tenant = request.workspace

        def work(session: Session) -> tuple[Answer, bool]:
            # Of two copies of one request, the second collides with what the first has written.
            if collided:
                once.check_not_taken(request, session)
            informed = replace(request, **finders(self.people, session, tenant))
            answer, changed = handler(informed, session), wrote(session)
            if changed:
                once.take(request, session)
            return answer, changed

        collided = False
        while True:
            try:
                # Only a form is submitted in order to write.
                return await self.database.run(work, mostly_reads=not isinstance(request, Form))
            except NotYetKnown as ask:
                request = replace(
                    request, known=await self.people.look_up(tenant, ask, request.known)
                )
            except (IntegrityError, OperationalError):
                if collided:
                    raise
                collided = True

    async def _publish(self, handler: Handler[R], request: R, view: View, hash: str | None) -> None:
        """Show this Home, or the newest one if another has been shown since `hash`."""
        client, sealed = self.client_for(request.workspace), await self._views.seal(request, view)
        if not await home_view.publish(client, request.person.id, sealed, hash):
            answer = await self._answer(handler, request)
            if isinstance(answer, PublishHome):
                sealed = await self._views.seal(request, answer.view)
                await home_view.publish(client, request.person.id, sealed, None)

    async def _redraw_home(self, request: Request, seen: Seen) -> None:
        """Redraw Home after an act that came from there.

        A redrawing that takes longer than the act's own answer can wait goes on by itself.
        """

        async def redraw() -> None:
            answer = await self._answer(routes.redraw_home, request)
            if isinstance(answer, PublishHome):
                await self._publish(routes.redraw_home, request, answer.view, seen.hash)

        task = asyncio.create_task(redraw())
        self._going_on.add(task)
        task.add_done_callback(self._going_on.discard)
        await asyncio.wait([task], timeout=self.timeouts.redraw)

    async def _tell(self, client: AsyncWebClient, body: Body, message: Message) -> None:
        """Tell the person who clicked, privately.

        The way is the click's own response URL, or a view on top of the form it was in.
        """
        if "response_url" not in body:
            await _open(
                client,
                body["trigger_id"],
                errors.as_notice(message),
                push=_is_form(body.get("view")),
            )
            return
        webhook = webhook_client(body["response_url"], self.timeouts.answer)
        try:
            await webhook.send(
                text=message.text,
                blocks=message.blocks or None,
                response_type="ephemeral",
                replace_original=False,
            )
        except UNREACHABLE as error:
            log.warning("private answer not delivered", error=type(error).__name__)


async def _open(client: AsyncWebClient, trigger: str, view: View, push: bool = False) -> str | None:
    """Open the form. Return None, or a sentence that says why it could not be opened."""
    call = client.views_push if push else client.views_open
    try:
        await call(trigger_id=trigger, view=view)
    except SlackApiError as error:
        log.warning("form not opened", error=error_name(error))
        if error_name(error) in ("expired_trigger_id", "exchanged_trigger_id"):
            return "Slack waits three seconds for a form, and I was slower. Please try again."
        return "Slack did not open the form. Please try again."
    except UNREACHABLE as error:
        log.warning("form not opened", error=type(error).__name__)
        return "I could not reach Slack to open the form. Please try again."
    return None


async def _update(client: AsyncWebClient, open_view: Body, view: View) -> None:
    """Redraw the open form. A stale hash means that a quicker click has redrawn it already."""
    try:
        await client.views_update(view_id=open_view["id"], hash=open_view["hash"], view=view)
    except UNREACHABLE as error:
        log.warning("form not updated", error=type(error).__name__)


def _is_form(view: Body | None) -> bool:
    return view is not None and view["type"] == "modal"


def _pressed(action: Body) -> tuple[str, str]:
    """Return action and value of a button, or of a menu's entry.

    An entry carries both in its value.
    """
    if action["type"] == "overflow":
        entry, _, value = action["selected_option"]["value"].partition(" ")
        return entry, value
    return action["action_id"], str(
        action.get("value") or (action.get("selected_option") or {}).get("value", "")
    )
