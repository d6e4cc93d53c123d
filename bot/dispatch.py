"""Dispatch: Slack request → route → one transaction → answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot import home_view, once
from bot.answering import Answering, Body, is_form
from bot.database import Database, wrote
from bot.deadline import Deadline
from bot.memory import finders
from bot.people import People
from bot.sealed_views import SealedViews
from bot.slack_client import SlackClient
from bot.timeouts import Timeouts
from bot.transaction import TooLate, Unsure, Unusable
from handlers import errors, routes, subjects
from handlers.answers import (
    Answer,
    Done,
    FormErrors,
    Message,
    OpenForm,
    PublishHome,
    RedrawHome,
    Reply,
    TellAgain,
    UpdateForm,
    View,
)
from handlers.requests import (
    Click,
    Command,
    Event,
    Form,
    LookedUp,
    NotYetKnown,
    Place,
    Request,
    RequestInPlace,
    Shortcut,
)
from handlers.ui import offers
from handlers.ui.offers import refusing
from handlers.ui.seals import Carried, HomeSeen
from models.refusals.refused import Refused
from models.visible_text import cleaned

log = structlog.get_logger("dispatch")

R = TypeVar("R", bound=Request)
Handler = Callable[[R, Session], Answer]

# Answer to a button of an older release, if the table of routes no longer has it.
OUTDATED = (
    "This button is older than I am. Use the newest card in the channel, or run the command again."
)
# The answer to a form that was opened by an older release, or that we did not open for this person.
OUTDATED_FORM = (
    "I did not open this form, or it is older than I am, so nothing was recorded. Open it again "
    "from the card or with the command."
)
# DIRECT is the name that Slack gives to direct messages of two people. GROUP is the beginning of
# the names of direct messages of a group. No bot can be invited into either.
DIRECT, GROUP = "directmessage", "mpdm-"
# Events whose type begins with one of these change what Slack says of a channel.
FORGET_PLACE = ("channel", "group", "member_")


@dataclass(eq=False)
class Dispatch:
    """Dispatcher of requests.

    It runs the handler that the table of routes names, and carries out its answer after the commit.
    """

    database: Database
    people: People
    client_for: Callable[[str], SlackClient]
    tenant: Callable[[], str]
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    public_url: Callable[[], str]
    timeouts: Timeouts
    answering: Answering
    _views: SealedViews = field(init=False)

    def __post_init__(self) -> None:
        self._views = SealedViews(self.database)

    async def command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Answer a slash command, in the ack."""
        tenant, channel, deadline = self.tenant(), body["channel_id"], context["deadline"]
        name = body.get("channel_name") or ""
        command = Command(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            user=body["user_id"],
            at=self.clock(),
            channel=channel,
            looked_up=_told_by_name(channel, name),
            is_group=name.startswith(GROUP),
            name=body["command"],
            text=cleaned(body.get("text", "")),
            trigger=body["trigger_id"],
            public_url=self.public_url(),
        )
        route = routes.commands[command.name]
        answer = route.at_once(command) or await self._answer(route.handler, command, deadline)
        if isinstance(answer, OpenForm):
            problem = await self._open(command, answer, body, deadline)
            answer = (
                Reply(Message(f"{problem} You typed: {body.get('text', '')}"))
                if problem
                else Done()
            )
        if isinstance(answer, Reply):
            if answer.redraws_home:
                await self._redraw_home(command, None, deadline)
            return await ack(
                text=answer.message.text, blocks=answer.message.blocks, response_type="ephemeral"
            )
        return await ack()

    async def action(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Answer a click, in a message or an open form. A menu's entry is a click too."""
        tenant, view, deadline = self.tenant(), body.get("view"), context["deadline"]
        carried = await self._views.carried(tenant, body, deadline)
        if carried is None:
            await self.answering.tell(tenant, body, _no(OUTDATED_FORM), deadline)
            return await ack()
        click, from_home = self._clicked(body, context, carried), carried.from_home
        handler = routes.clicks.get(click.action)
        if handler is None and view:
            # A changed input arrives as an action too. Few have a handler: most forms are read when
            # they are submitted.
            handler = routes.choices.get(f"{click.callback}.{click.action}")
        if handler is None:
            if not view:
                await self.answering.tell(tenant, body, _no(OUTDATED), deadline)
            return await ack()
        answer = await self._answer(handler, click, deadline)
        if isinstance(answer, OpenForm):
            problem = await self._open(click, answer, body, deadline, from_home)
            answer = _no(problem) if problem else answer
        elif from_home and isinstance(answer, PublishHome):
            work = self._publish(handler, click, answer.view, from_home.hash)
            await self.answering.go_on(work, deadline.left())
        else:
            if isinstance(answer, UpdateForm) and view and is_form(view):
                form = await self._views.seal(click, answer.view, deadline, from_home)
                await self.answering.update_form(tenant, view, form, deadline)
            if from_home:
                await self._redraw_home(click, from_home.hash, deadline)
        if isinstance(answer, Reply):
            await self.answering.tell(tenant, body, answer, deadline)
        return await ack()

    def _clicked(self, body: Body, context: AsyncBoltContext, carried: Carried) -> Click:
        """Read a click. Of the values filled in so far, keep only those that the form accepts."""
        view, at = body.get("view"), self.clock()
        action, value = _pressed(body["actions"][0])
        state, _ = offers.check(view["state"]["values"] if view else {}, carried.offer, at)
        return Click(
            workspace=self.tenant(),
            bot_user=context.bot_user_id or "",
            at=at,
            user=body["user"]["id"],
            trigger=body["trigger_id"],
            action=action,
            value=value,
            home=carried.from_home.metadata if carried.from_home else None,
            callback=view["callback_id"] if view else "",
            metadata=carried.metadata,
            state=state,
        )

    async def view(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Answer a submitted form, in the ack. A closed form changes nothing."""
        if body["type"] != "view_submission":
            return await ack()
        tenant, view, deadline = self.tenant(), body["view"], context["deadline"]
        handler, typed = routes.forms[view["callback_id"]], view["state"]["values"]
        carried, at = await self._views.carried(tenant, body, deadline), self.clock()
        state, misfits = offers.check(typed, carried.offer if carried else {}, at)
        form = Form(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            at=at,
            user=body["user"]["id"],
            id=view["root_view_id"] or view["id"],
            callback=view["callback_id"],
            metadata=carried.metadata if carried else "",
            state=state if carried else typed,
            labels=input_labels(view),
            home=carried.from_home.metadata if carried and carried.from_home else None,
        )
        if carried is None:
            outdated = errors.refused(form, Refused(OUTDATED_FORM))
            assert isinstance(outdated, UpdateForm)
            return await ack(response_action="update", view=outdated.view)
        handler = refusing(handler, misfits) if misfits else handler
        answer = await self._answer(handler, form, deadline)
        if isinstance(answer, FormErrors):
            return await ack(response_action="errors", errors=dict(answer.errors))
        goes_on = isinstance(answer, UpdateForm) and "submit" in answer.view
        if carried.from_home and not goes_on:
            await self._redraw_home(form, carried.from_home.hash, deadline)
        if isinstance(answer, UpdateForm):
            shown = await self._views.seal(form, answer.view, deadline, carried.from_home)
            return await ack(response_action="update", view=shown)
        # Close the forms below this one too: they show the state before this act.
        return await ack(response_action="clear")

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Answer a message shortcut: an entry in the menu of a message."""
        tenant, message, deadline = self.tenant(), body["message"], context["deadline"]
        channel, name = body["channel"]["id"], body["channel"].get("name") or ""
        user, looked_up = body["user"]["id"], _told_by_name(channel, name)
        ask = NotYetKnown(people=[user], places={channel} - looked_up.places.keys())
        looked_up, link = await asyncio.gather(
            self.people.look_up(tenant, ask, looked_up, deadline),
            self.people.permalink(tenant, channel, message["ts"], deadline),
        )
        shortcut = Shortcut(
            workspace=tenant,
            bot_user=context.bot_user_id or "",
            at=self.clock(),
            user=user,
            channel=channel,
            looked_up=looked_up,
            is_group=name.startswith(GROUP),
            callback=body["callback_id"],
            author=offers.person_id(message.get("user")),
            message=message,
            link=link,
        )
        answer = await self._answer(routes.shortcuts[shortcut.callback].handler, shortcut, deadline)
        if isinstance(answer, OpenForm):
            problem = await self._open(shortcut, answer, body, deadline)
            answer = _no(problem) if problem else answer
        if isinstance(answer, Reply):
            await self.answering.tell(tenant, body, answer, deadline)
        return await ack()

    async def event(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> BoltResponse:
        """Handle an event. Slack may send one twice, so every handler of events is idempotent."""
        tenant, event, deadline = self.tenant(), body["event"], context["deadline"]
        self._forget(tenant, event)
        handler = routes.events_heard.get(event["type"])
        subject = event.get("user")
        user = subject.get("id", "") if isinstance(subject, dict) else subject or ""
        if handler:
            happened = Event(
                workspace=tenant,
                bot_user=context.bot_user_id or "",
                at=self.clock(),
                user=user,
                type=event["type"],
                body=event,
            )
            answer = await self._answer(handler, happened, deadline)
            if isinstance(answer, TellAgain):
                return BoltResponse(status=500, body="")
            if isinstance(answer, PublishHome):
                hash = (event.get("view") or {}).get("hash")
                work = self._publish(handler, happened, answer.view, hash)
                await self.answering.go_on(work, deadline.left())
            elif isinstance(answer, RedrawHome):
                await self._redraw_home(happened, None, deadline)
        return await ack()

    def _forget(self, tenant: str, event: Body) -> None:
        if event["type"] == "user_change":
            self.people.forget_person(tenant, event["user"]["id"])
        elif event["type"].startswith(FORGET_PLACE):
            for name in ("channel", "old_channel_id", "new_channel_id"):
                channel = event.get(name)
                self.people.forget_place(
                    tenant, channel["id"] if isinstance(channel, dict) else channel or ""
                )

    async def _answer(self, handler: Handler[R], request: R, deadline: Deadline) -> Answer:
        """Run the handler in one transaction, and return its answer.

        A refusal or a fault of the handler rolls the transaction back, and becomes an answer here.
        """
        try:
            answer, changed = await self._run(handler, request, deadline)
        except Refused as refusal:
            if refusal.attempt:
                note = partial(once.note_attempt, request, refusal.attempt)
                with contextlib.suppress(TooLate, Unsure, Unusable):
                    await self.database.run(note, deadline)
            if refusal.redraws:
                redraw = partial(errors.redraw_card, refusal.redraws, request.workspace)
                with contextlib.suppress(TooLate, Unsure, Unusable):
                    await self.database.run(partial(redraw, at=request.at), deadline)
                self.wake()
            return errors.refused(request, refusal)
        except once.TakenBefore:
            return Done()
        except Unusable as fault:
            log.error("record unusable", why=str(fault))
            return errors.unusable(request, str(fault))
        except TooLate:
            log.warning("too late; nothing recorded", handler=handler.__qualname__)
            return errors.too_late(request)
        except Unsure:
            log.error("the database did not confirm a commit", handler=handler.__qualname__)
            self.wake()
            return errors.unsure(request)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("handler failed", reference=reference, handler=handler.__qualname__)
            return errors.failed(request, reference)
        if changed:
            self.wake()
        return answer

    async def _run(
        self, handler: Handler[R], request: R, deadline: Deadline
    ) -> tuple[Answer, bool]:
        """Run the handler; run it again after each look-up that it asks for, and after a collision.

        A collision is a database error of two transactions that got in each other's way. A second
        collision is raised. Return the answer, and whether anything was written.
        """
        tenant = request.workspace

        collided = False

        def work(session: Session) -> tuple[Answer, bool]:
            # The collision may have been with a copy of this request. If so, the copy has taken
            # effect, and this request must not.
            if collided:
                once.check_not_taken(request, session)
            informed = replace(request, **finders(self.people, session, tenant))
            try:
                answer, changed = handler(informed, session), wrote(session)
            except Refused as refusal:
                subjects.name_in(refusal, informed, session)
                raise
            if changed:
                once.take(request, session)
            return answer, changed

        while True:
            try:
                # A submitted form nearly always writes; most other requests only read.
                reads = not isinstance(request, Form)
                return await self.database.run(work, deadline, mostly_reads=reads)
            except NotYetKnown as ask:
                ask = _and_who_acts(ask, request)
                looked_up = await self.people.look_up(tenant, ask, request.looked_up, deadline)
                request = replace(request, looked_up=looked_up)
            except (IntegrityError, OperationalError):
                if collided:
                    raise
                collided = True

    async def _open(
        self,
        request: Request,
        answer: OpenForm,
        body: Body,
        deadline: Deadline,
        from_home: HomeSeen | None = None,
    ) -> str:
        """Seal and open this form; return "" if it is open, else a sentence that says why not."""
        try:
            form = await self._views.seal(request, answer.view, deadline, from_home)
        except TooLate:
            return "My record did not answer in time to open the form. Please try again."
        return await self.answering.open_form(request.workspace, body, form, deadline)

    async def _publish(self, handler: Handler[R], request: R, view: View, hash: str | None) -> None:
        """Show this Home in place of the one with this `hash`.

        If Slack shows yet another Home by now, this one may be outdated. So build Home anew, and
        show the new one.
        """
        client, deadline = self.client_for(request.workspace), self.timeouts.deadline()
        sealed = await self._views.seal(request, view, deadline)
        if not await home_view.publish(client, request.user, sealed, hash):
            answer = await self._answer(handler, request, deadline)
            if isinstance(answer, PublishHome):
                sealed = await self._views.seal(request, answer.view, deadline)
                await home_view.publish(client, request.user, sealed, None)

    async def _redraw_home(self, request: Request, hash: str | None, deadline: Deadline) -> None:
        """Redraw the Home of a person who acted from it, or who may now read more or less."""

        async def redraw() -> None:
            answer = await self._answer(routes.redraw_home, request, self.timeouts.deadline())
            if isinstance(answer, PublishHome):
                await self._publish(routes.redraw_home, request, answer.view, hash)

        await self.answering.go_on(redraw(), min(self.timeouts.redraw, deadline.left()))


def _no(sentence: str) -> Reply:
    return Reply(Message(sentence), errors.NOT_POSSIBLE)


def _and_who_acts(ask: NotYetKnown, request: Request) -> NotYetKnown:
    """Add the person who acts, and their channel, to a look-up: handlers need both in any case.

    An event adds nobody. Slack sends an event for each person who changes their profile. If a whole
    company does so at once, the look-ups would be one call to Slack for each person.
    """
    if isinstance(request, Event):
        return ask
    places = [request.channel] if isinstance(request, RequestInPlace) else []
    return NotYetKnown(
        [request.user, *ask.people], [*places, *ask.places], ask.rooms, ask.anew, ask.member
    )


def _told_by_name(channel: str, name: str) -> LookedUp:
    """Return the conversation if its name alone says that it is a direct message of two people.

    The bot is not in other people's direct messages, so Slack would not answer a look-up of one.
    """
    return LookedUp(places={channel: Place(channel, is_direct=True)} if name == DIRECT else {})


def input_labels(view: Body) -> dict[str, str]:
    """Return the names of the form's inputs by the ids of their blocks, in order."""
    return {
        block["block_id"]: block["label"]["text"]
        for block in view["blocks"]
        if block["type"] == "input"
    }


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
