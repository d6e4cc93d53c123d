"""People, channels, messages and views as Slack writes them in JSON."""

from __future__ import annotations

from typing import Any

from bot.demo.slack.sent_file import File
from bot.demo.slack.workspace import Channel, Message, Person, View, Workspace

Answer = dict[str, Any]


def user_json(person: Person, workspace: Workspace) -> Answer:
    company = person.enterprise_id
    is_colleague = person.team_id == workspace.team_id or bool(company)
    grid = {"id": person.id, "enterprise_id": company, "teams": [person.team_id]}
    return {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "tz": person.time_zone,
        "is_stranger": not is_colleague,
        "profile": {"display_name": person.name},
        **({"enterprise_user": grid} if company else {}),
    }


def channel_json(channel: Channel, workspace: Workspace) -> Answer:
    return {
        "id": channel.id,
        "name": channel.name,
        "created": channel.created,
        "is_channel": not channel.is_im and not channel.is_mpim,
        "is_im": channel.is_im,
        "is_mpim": channel.is_mpim,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": channel.is_org_shared,
        "is_member": workspace.bot.id in channel.members,
        "user": channel.user,
    }


def message_json(message: Message, with_metadata: bool = False) -> Answer:
    found: Answer = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.bot_id:
        found["bot_id"] = message.bot_id
    if message.thread_ts:
        found["thread_ts"] = message.thread_ts
    if message.subtype:
        found["subtype"] = message.subtype
    if message.attachments:
        found["attachments"] = message.attachments
    if message.files:
        found["files"] = [
            {"id": file.id, "name": file.name, "title": file.title} for file in message.files
        ]
    if message.metadata and with_metadata:
        found["metadata"] = message.metadata
    return found


def file_json(file: File, workspace: Workspace) -> Answer:
    """Return a file; its `mimetype` is empty until Slack has looked at it."""
    shared = [
        channel
        for channel, messages in workspace.messages.items()
        for message in messages
        if file in message.files
    ]
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "mimetype": file.mimetype,
        "user": workspace.bot.id,
        "url_private": f"{workspace.base_url}/files/{file.id}",
        "channels": [channel for channel in shared if channel.startswith("C")],
        "ims": [channel for channel in shared if channel.startswith("D")],
    }


def view_json(view: View, workspace: Workspace) -> Answer:
    """Return the view as Slack sends it, with its state."""
    return {
        **view.view,
        "id": view.id,
        "team_id": workspace.team_id,
        "hash": view.hash,
        "state": {"values": view.values},
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
        "app_id": workspace.app_id,
        "bot_id": workspace.bot_id,
        "callback_id": view.callback_id,
        "external_id": view.external_id,
        "private_metadata": view.view.get("private_metadata", ""),
        "app_installed_team_id": workspace.team_id,
    }
