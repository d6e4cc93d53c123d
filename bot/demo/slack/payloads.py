"""Payloads that Slack sends to an app, with the keys that Slack uses."""

from __future__ import annotations

from typing import Any

from bot.demo.slack.elements import FIELDS, state_of
from bot.demo.slack.shapes import message_json, view_json
from bot.demo.slack.workspace import Channel, Message, Person, View, Workspace

Payload = dict[str, Any]
view = view_json


def command(
    workspace: Workspace, person: Person, channel: Channel, name: str, text: str
) -> dict[str, str]:
    """Return the form fields of a slash command."""
    shown = "privategroup" if channel.is_private and not channel.is_mpim else channel.name
    grid = {"enterprise_id": workspace.enterprise_id, "enterprise_name": "Company"}
    return {
        "token": "unused",
        "team_id": person.team_id if workspace.is_org_install else workspace.team_id,
        "team_domain": "demo",
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else shown,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": str(workspace.is_org_install).lower(),
        **(grid if workspace.enterprise_id else {}),
    }


def action(
    workspace: Workspace,
    person: Person,
    where: Message | View,
    block_id: str,
    element: dict[str, Any],
    value: Any,
) -> Payload:
    """Return the `block_actions` of one element."""
    pressed: Payload = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": workspace.next_ts(),
    }
    if element["type"] == "button":
        pressed |= {"text": element["text"], "value": element.get("value")}
    elif element["type"] == "overflow":
        pressed["selected_option"] = value
    elif element["type"] in FIELDS:
        pressed |= state_of(element, value)
    payload = {**_base(workspace, person), "type": "block_actions", "actions": [pressed]}
    if isinstance(where, View):
        container: Payload = {"type": "view", "view_id": where.id}
        return {**payload, "container": container, "view": view_json(where, workspace)}
    channel = workspace.channels[where.channel]
    container = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": where.channel,
        "is_ephemeral": where.ephemeral_to is not None,
    }
    payload |= {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
    }
    if where.ephemeral_to is None:
        payload["message"] = message_json(where)
    return payload


def submission(workspace: Workspace, person: Person, where: View) -> Payload:
    base = _base(workspace, person)
    return {
        **base,
        "type": "view_submission",
        "view": view_json(where, workspace),
        "response_urls": [],
    }


def closed(workspace: Workspace, person: Person, where: View) -> Payload:
    return {
        **_base(workspace, person),
        "type": "view_closed",
        "view": view_json(where, workspace),
        "is_cleared": False,
    }


def shortcut(workspace: Workspace, person: Person, message: Message, callback_id: str) -> Payload:
    channel = workspace.channels[message.channel]
    return {
        **_base(workspace, person),
        "type": "message_action",
        "callback_id": callback_id,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name},
        "message": message_json(message),
        "action_ts": workspace.next_ts(),
    }


def _base(workspace: Workspace, person: Person) -> Payload:
    """Return the keys that all interactions have. An org install names no workspace."""
    enterprise_id = workspace.enterprise_id
    return {
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "team": None if workspace.is_org_install else {"id": workspace.team_id, "domain": "demo"},
        "enterprise": {"id": enterprise_id, "name": "Company"} if enterprise_id else None,
        "is_enterprise_install": workspace.is_org_install,
        "api_app_id": workspace.app_id,
        "token": "unused",
    }
