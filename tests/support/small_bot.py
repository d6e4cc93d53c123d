"""Small bot for the page's tests.

It opens a form, refuses the title "bad", posts the answers, and says which button was pressed.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from bot.demo.run import Demo
from bot.demo.slack.workspace import Message, Workspace

MANIFEST: dict[str, Any] = {
    "features": {
        "slash_commands": [
            {"command": "/ask", "description": "Ask something", "usage_hint": "[title]"}
        ],
        "shortcuts": [
            {
                "name": "Keep this",
                "type": "message",
                "callback_id": "keep",
                "description": "Keeps it",
            }
        ],
    }
}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def field(name: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": name, **element},
        **more,
    }


def form(channel: str, hint: str = "One line.") -> dict[str, Any]:
    kinds = [
        {"text": plain(word.capitalize()), "value": word, "description": plain("Alice decides")}
        for word in ("risk", "plan")
    ]
    return {
        "type": "modal",
        "callback_id": "ask",
        "title": plain("Ask"),
        "submit": plain("Send"),
        "private_metadata": channel,
        "blocks": [
            field(
                "title", "Title", {"type": "plain_text_input", "max_length": 60}, hint=plain(hint)
            ),
            field("kind", "Kind", {"type": "static_select", "options": kinds}),
            field(
                "days",
                "Days",
                {"type": "number_input", "is_decimal_allowed": False, "max_value": "99"},
            ),
            field("who", "Consult", {"type": "multi_users_select"}, optional=True),
            field("due", "Due", {"type": "datepicker"}, optional=True),
            field("sure", "Sure", {"type": "radio_buttons", "options": kinds}, optional=True),
            field("done", "Done", {"type": "checkboxes", "options": kinds}, optional=True),
        ],
    }


CARD: list[dict[str, Any]] = [
    {"type": "header", "text": plain("A card")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Waiting* for `someone`"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "yes", "text": plain("Yes"), "style": "primary"},
            {
                "type": "button",
                "action_id": "no",
                "text": plain("No"),
                "style": "danger",
                "confirm": {
                    "title": plain("Really?"),
                    "text": plain("No way back."),
                    "confirm": plain("Do it"),
                    "deny": plain("Leave it"),
                },
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": plain("Later"), "value": "later"},
                    {"text": plain("Undo"), "value": "undo", "description": plain("For a while")},
                    {"text": plain("Details"), "value": "details"},
                ],
            },
        ],
    },
]


def put_card(demo: Demo, channel: str) -> Message:
    workspace = demo.workspace
    return workspace.add_message(
        Message(
            workspace.channel(channel).id, workspace.next_ts(), workspace.bot.id, "A card", CARD
        )
    )


def make_bot(workspace: Workspace) -> ASGIApp:
    """Make a real Bolt app; return it as an ASGI application."""
    api = f"{workspace.base_url}/api/"
    client = AsyncWebClient(token=workspace.token, base_url=api, retry_handlers=[])
    secret = workspace.signing_secret
    app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)

    @app.command("/ask")
    async def ask(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form(body["channel_id"]))
        await ack()

    @app.shortcut("keep")
    async def keep(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form(body["channel"]["id"]))
        await ack()

    @app.view("ask")
    async def submitted(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        await asyncio.sleep(0.4)
        if values["title"]["title"]["value"] == "bad":
            await ack(response_action="errors", errors={"title": "Say it better."})
            return
        await ack()
        await client.chat_postMessage(channel=view["private_metadata"], text=answer(values))

    @app.action(re.compile("."))
    async def pressed(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"You pressed {body['actions'][0]['action_id']}.")

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD[:2]})

    @app.event("member_joined_channel")
    async def joined() -> None: ...

    return cast(ASGIApp, AsyncSlackRequestHandler(app, path="/slack/events"))


def answer(values: dict[str, Any]) -> str:
    people = ", ".join(f"<@{person}>" for person in values["who"]["who"]["selected_users"])
    kind = values["kind"]["kind"]["selected_option"]["value"]
    ticked = len(values["done"]["done"]["selected_options"])
    due = values["due"]["due"]["selected_date"]
    return (
        f"{values['title']['title']['value']}: {kind}, {values['days']['days']['value']} "
        f"days, {people}, {ticked}, {due}"
    )
