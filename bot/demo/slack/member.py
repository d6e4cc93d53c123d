"""Acts of one person in the demo Slack, who types, presses, fills in and submits.

The page, the story and the tests act through `Member`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.demo.slack import limits, payloads, readable, typed
from bot.demo.slack.delivery import Delivered, Delivery
from bot.demo.slack.elements import inputs, is_empty, options_of, state_of
from bot.demo.slack.sent_file import File
from bot.demo.slack.shapes import user_json
from bot.demo.slack.workspace import Channel, Message, Person, View

TROUBLE = "We had some trouble connecting. Try again?"
SLACKBOT = "USLACKBOT"


class NotOnScreen(Exception):
    """Raised if this person does not see such a button, field or form now."""


@dataclass
class Member:
    """One person at a client of the demo Slack.

    An act waits for the bot's answer, and not for the messages that the bot posts later.
    """

    delivery: Delivery
    person: Person

    def __post_init__(self) -> None:
        self.workspace = self.delivery.workspace
        self.id = self.person.id

    # ---- typing ----------------------------------------------------------------------------------

    async def types(self, channel: Channel | str, text: str) -> Delivered | None:
        """Enter a text in the composer: a slash command goes to the bot, anything else is said."""
        place = self._channel(channel)
        if not text.startswith("/"):
            await self.says(place, text)
            return None
        # The first blank or line break ends the command's name. The app gets all white space after
        # it as typed: pasted U+00A0, tabs, line breaks.
        command, rest = [*re.split("[ \n]", text, maxsplit=1), ""][:2]
        if not self._has_the_app():
            self._slackbot(place, f"{command} is not available to people of other companies.")
            return None
        if command not in self.workspace.commands:
            self._slackbot(place, f"{command} is not a valid command.")
            return None
        url = self.delivery.triggers.response_url(place.id, self.id, None, self.workspace.clock())
        fields = payloads.command(
            self.workspace,
            self.person,
            place,
            command,
            typed.in_command(rest, self.workspace),
        )
        fields |= {
            "trigger_id": self.delivery.triggers.issue(self.id),
            "response_url": self._response_url(url),
        }
        answer = await self.delivery.command(fields)
        self._show_command_answer(place, command, answer)
        return answer

    def _has_the_app(self) -> bool:
        """Return True if the app is installed for this person: here, or in the whole company."""
        workspace = self.workspace
        is_colleague = workspace.enterprise_id == self.person.enterprise_id != ""
        return self.person.team_id == workspace.team_id or (
            workspace.is_org_install and is_colleague
        )

    async def says(
        self, channel: Channel | str, text: str, thread_ts: str | None = None
    ) -> Message:
        """Post an ordinary message. If it mentions the bot, and the bot is there, send an event."""
        place, bot = self._channel(channel), self.workspace.bot.id
        words = typed.in_message(text, self.workspace)
        said = self.workspace.add_message(
            Message(place.id, self.workspace.next_ts(), self.id, words, thread_ts=thread_ts)
        )
        if f"<@{bot}" in words and bot in place.members and not place.is_im:
            await self._event(
                "app_mention",
                user=self.id,
                text=words,
                ts=said.ts,
                channel=place.id,
                thread_ts=thread_ts,
            )
        return said

    def shares(self, channel: Channel | str, file_name: str) -> Message:
        """Share a file, without any text."""
        place, files = self._channel(channel), self.workspace.files
        file = File(f"F0{len(files) + 1:08d}", file_name, 1, file_name, b"1", completed=True)
        files[file.id] = file
        return self.workspace.add_message(
            Message(
                place.id,
                self.workspace.next_ts(),
                self.id,
                "",
                subtype="file_share",
                files=[file],
            )
        )

    def _show_command_answer(self, place: Channel, command: str, answer: Delivered) -> None:
        if answer.status == 200 and answer.body:
            body = answer.json or {"text": answer.body}
            if body.get("text") or body.get("blocks"):
                self._tell(place.id, body.get("text", ""), body.get("blocks") or [])
        elif answer.status != 200:
            error = "operation_timeout" if answer.status == 0 else "dispatch_failed"
            self._slackbot(place, f'{command} failed with the error "{error}"')

    def _tell(self, channel: str, text: str, blocks: list[Any]) -> None:
        try:
            limits.check_message(text, blocks)
        except limits.Invalid as fault:
            self.workspace.bad_requests.append(("command answer", fault.error, str(fault)))
            return
        workspace = self.workspace
        workspace.add_message(
            Message(
                channel,
                workspace.next_ts(),
                workspace.bot.id,
                text,
                blocks,
                ephemeral_to=self.id,
                bot_id=workspace.bot_id,
            )
        )

    def _slackbot(self, place: Channel, text: str) -> None:
        self.workspace.add_message(
            Message(place.id, self.workspace.next_ts(), SLACKBOT, text, ephemeral_to=self.id)
        )

    # ---- pressing --------------------------------------------------------------------------------

    async def presses(self, where: Message | View, button: str) -> Delivered:
        """Press a button by its label or action id, or a menu's entry by its label or value."""
        for block in readable.blocks_of(where):
            for element in [*block.get("elements", []), block.get("accessory")]:
                if not isinstance(element, dict):
                    continue
                if element.get("type") == "button" and button in (
                    element["text"]["text"],
                    element["action_id"],
                ):
                    return await self.press_element(
                        where, block["block_id"], element, element.get("value")
                    )
                if element.get("type") == "overflow":
                    for option in options_of(element):
                        if button in (option["text"]["text"], option["value"]):
                            return await self.press_element(
                                where, block["block_id"], element, option
                            )
        raise NotOnScreen(f"no button {button!r} is drawn there")

    async def press_element(
        self, where: Message | View, block_id: str, element: dict[str, Any], value: Any
    ) -> Delivered:
        """Use any element of a message, form or Home, with the value it then has."""
        triggers = self.delivery.triggers
        payload = payloads.action(self.workspace, self.person, where, block_id, element, value)
        in_modal = isinstance(where, View) and where.type == "modal"
        payload["trigger_id"] = triggers.issue(self.id, in_modal=in_modal)
        if isinstance(where, Message):
            thread = where.thread_ts if where.thread_ts else None
            token = triggers.response_url(where.channel, self.id, thread, self.workspace.clock())
            payload["response_url"] = self._response_url(token)
        answer = await self.delivery.interaction(payload)
        if answer.status != 200 and isinstance(where, Message):
            self._slackbot(
                self.workspace.channels[where.channel],
                "That did not work: the app did not answer. Try again.",
            )
        return answer

    def _response_url(self, token: str) -> str:
        return f"{self.workspace.base_url}/response/{token}"

    # ---- forms -----------------------------------------------------------------------------------

    @property
    def modal(self) -> View | None:
        """Return the form on top; None if no form is open."""
        stack = self.workspace.modals(self.id)
        return stack[-1] if stack else None

    def fills(self, label: str, value: Any) -> None:
        """Fill in one input of the top form, by its label or block id.

        People are given by name or id.
        """
        view = self._open_modal()
        for block, element in inputs(view.view["blocks"]):
            if label in (block["block_id"], (block.get("label") or {}).get("text")):
                view.values[block["block_id"]][element["action_id"]] = state_of(
                    element, self._ids(element, value)
                )
                return
        raise NotOnScreen(f"no field {label!r} in {view.view['title']['text']!r}")

    def _ids(self, element: dict[str, Any], value: Any) -> Any:
        if element["type"] == "conversations_select":
            named = (channel for channel in self.workspace.channels.values())
            return next((channel.id for channel in named if channel.name == value), value)
        if element["type"] not in ("users_select", "multi_users_select") or not value:
            return value
        ids = {person.name: person.id for person in self.workspace.people.values()}
        if isinstance(value, str):
            return ids.get(value.lower(), value)
        return [ids.get(name.lower(), name) for name in value]

    async def submits(self, values: Mapping[str, Any] | None = None, **more: Any) -> dict[str, str]:
        """Fill these in and submit the top form; return the errors by label.

        There are no errors if Slack accepted the form.
        """
        for label, value in {**(values or {}), **more}.items():
            self.fills(label, value)
        view = self._open_modal()
        errors = await self.submit_view(view)
        labels = {
            block["block_id"]: (block.get("label") or {}).get("text", "")
            for block in view.view["blocks"]
        }
        return {labels.get(name, name): sentence for name, sentence in errors.items()}

    async def submit_view(self, view: View) -> dict[str, str]:
        """Submit this form as it is filled in, and return the errors by block id.

        The id "" names trouble with the form as a whole.
        """
        missing = self._missing(view)
        if missing:
            view.errors = missing
            return missing
        answer = await self.delivery.interaction(
            payloads.submission(self.workspace, self.person, view)
        )
        errors, trouble = self._take_answer(view, answer)
        view.errors = errors
        view.trouble = trouble
        self.workspace.changed()
        return view.errors or ({"": view.trouble} if view.trouble else {})

    def _missing(self, view: View) -> dict[str, str]:
        """Return the errors by which Slack's own client refuses the form before sending it."""
        errors = {}
        for block, element in inputs(view.view["blocks"]):
            held = view.values[block["block_id"]][element["action_id"]]
            if block["type"] == "input" and not block.get("optional") and is_empty(held):
                errors[block["block_id"]] = "Please complete this required field."
            longest = element.get("max_length")
            if longest and len(held.get("value") or "") > longest:
                errors[block["block_id"]] = f"Please shorten this to {longest} characters."
        return errors

    def _take_answer(self, view: View, answer: Delivered) -> tuple[dict[str, str], str]:
        if answer.status != 200:
            return {}, TROUBLE
        body = answer.json
        action = body.get("response_action")
        if action == "errors":
            unknown = set(body["errors"]) - {
                block["block_id"] for block in view.view["blocks"] if block["type"] == "input"
            }
            if unknown:
                self.workspace.bad_requests.append(
                    ("view answer", "errors for no input", ", ".join(unknown))
                )
                return {}, TROUBLE
            return dict(body["errors"]), ""
        if action in ("update", "push"):
            try:
                limits.check_view(body["view"])
            except limits.Invalid as fault:
                self.workspace.bad_requests.append(("view answer", "invalid view", str(fault)))
                return {}, TROUBLE
            if action == "update":
                self.workspace.fill_view(view, body["view"])
            else:
                self.workspace.open_view(self.id, body["view"], push=True)
            return {}, ""
        self.workspace.close_view(view, all_of_them=action == "clear")
        return {}, ""

    async def closes(self) -> None:
        """Press the close button of the top form; the bot is told if the form asks for that."""
        view = self._open_modal()
        self.workspace.close_view(view)
        if view.view.get("notify_on_close"):
            await self.delivery.interaction(payloads.closed(self.workspace, self.person, view))

    def _open_modal(self) -> View:
        if self.modal is None:
            raise NotOnScreen(f"{self.person.name} has no form open")
        return self.modal

    # ---- elsewhere -------------------------------------------------------------------------------

    async def opens_home(self) -> None:
        home = self.workspace.home(self.id)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": self.id,
            "tab": "home",
            "channel": self.workspace.direct(self.id).id,
            "event_ts": self.workspace.next_ts(),
        }
        if home:
            event["view"] = payloads.view(home, self.workspace)
        await self.delivery.event(event)

    async def shortcut(self, message: Message, callback_id: str) -> Delivered:
        """Use a message shortcut from the message's menu."""
        token = self.delivery.triggers.response_url(
            message.channel, self.id, None, self.workspace.clock()
        )
        payload = payloads.shortcut(self.workspace, self.person, message, callback_id)
        payload |= {
            "trigger_id": self.delivery.triggers.issue(self.id),
            "response_url": self._response_url(token),
        }
        return await self.delivery.interaction(payload)

    async def invites_bot(self, channel: Channel | str) -> None:
        place = self._channel(channel)
        place.members.add(self.workspace.bot.id)
        self.workspace.changed()
        await self._event(
            "member_joined_channel",
            user=self.workspace.bot.id,
            channel=place.id,
            channel_type="C",
            team=self.workspace.team_id,
            inviter=self.id,
        )

    async def removes_bot(self, channel: Channel | str) -> None:
        place = self._channel(channel)
        place.members.discard(self.workspace.bot.id)
        self.workspace.changed()
        await self._event(
            "member_left_channel",
            user=self.workspace.bot.id,
            channel=place.id,
            channel_type="C",
            team=self.workspace.team_id,
        )

    async def archives(self, channel: Channel | str, *, undo: bool = False) -> None:
        place = self._channel(channel)
        place.is_archived = not undo
        self.workspace.changed()
        kind, verb = "group" if place.is_private else "channel", "unarchive" if undo else "archive"
        await self._event(f"{kind}_{verb}", channel=place.id, user=self.id)

    async def renames(self, channel: Channel | str, name: str) -> None:
        place = self._channel(channel)
        place.name = name
        self.workspace.changed()
        await self._event(
            "channel_rename", channel={"id": place.id, "name": name, "created": place.created}
        )

    async def is_deactivated(self) -> None:
        """End this person's account, as an administrator does."""
        await self._is_changed(deleted=True)

    async def is_reactivated(self) -> None:
        """Give this person their account back, as an administrator does."""
        await self._is_changed(deleted=False)

    async def becomes_guest(self) -> None:
        """Turn this person into a guest, as an administrator does."""
        await self._is_changed(is_restricted=True)

    async def becomes_member(self) -> None:
        """Turn this guest into a full member, as an administrator does."""
        await self._is_changed(is_restricted=False)

    async def _is_changed(self, **facts: bool) -> None:
        for fact, value in facts.items():
            setattr(self.person, fact, value)
        self.workspace.changed()
        await self._event("user_change", user=user_json(self.person, self.workspace))

    async def _event(self, type: str, **fields: Any) -> None:
        await self.delivery.event({"type": type, "event_ts": self.workspace.next_ts(), **fields})

    # ---- looking ---------------------------------------------------------------------------------

    def sees(self, channel: Channel | str) -> list[Message]:
        """Return the messages that this person sees in this channel, oldest first."""
        return self.workspace.conversation(self._channel(channel).id, self.id)

    def dm(self) -> list[Message]:
        """Return this person's direct messages with the bot."""
        return self.sees(self.workspace.direct(self.id))

    def was_told(self) -> str:
        """Return all private answers to this person, as they read them, the newest last."""
        answers = [
            message
            for messages in self.workspace.messages.values()
            for message in messages
            if message.ephemeral_to == self.id
        ]
        return "\n".join(
            readable.plain(answer.text, self.workspace)
            for answer in sorted(answers, key=lambda answer: float(answer.ts))
        )

    def _channel(self, channel: Channel | str) -> Channel:
        return self.workspace.channel(channel) if isinstance(channel, str) else channel
