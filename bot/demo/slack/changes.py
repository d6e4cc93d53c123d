"""Changes that people make in Slack without the bot.

The source is docs/reference/slack.md, "Identity" and "Scopes and events".
"""

from __future__ import annotations

from bot.demo.slack.delivery import Delivery
from bot.demo.slack.shapes import user_json
from bot.demo.slack.workspace import Channel, Person


async def change_id(delivery: Delivery, channel: Channel, new: str) -> None:
    """Give a channel another id, as when it is about to be shared with another company."""
    workspace, old = delivery.workspace, channel.id
    workspace.channels[new] = workspace.channels.pop(old)
    workspace.messages[new] = workspace.messages.pop(old, [])
    channel.id = new
    for message in workspace.messages[new]:
        message.channel = new
    await _tell(delivery, "channel_id_changed", old_channel_id=old, new_channel_id=new)


def make_private(delivery: Delivery, channel: Channel) -> None:
    """Turn a public channel into a private one. No event is sent; a look-up shows it."""
    channel.is_private = True
    delivery.workspace.changed()


def restrict_to_announcements(delivery: Delivery, channel: Channel) -> None:
    """Let only a channel's managers post in it. No event is sent; the bot's posts are refused."""
    channel.is_announcement_only = True
    delivery.workspace.changed()


async def change_status(delivery: Delivery, person: Person, status: str) -> None:
    """Send the event of a new status. It has all that Slack says of the person."""
    user = user_json(person, delivery.workspace)
    user["profile"] |= {"status_text": status, "status_emoji": ":calendar:"}
    await _tell(delivery, "user_change", user=user, cache_ts=0)


async def _tell(delivery: Delivery, type: str, **fields: object) -> None:
    stamp = delivery.workspace.next_ts()
    await delivery.event({"type": type, "event_ts": stamp, **fields})
