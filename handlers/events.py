"""Events about channels: somebody joins one, or it is unarchived or gets another id.

After each of these, the bot may be able to post what it could not post before.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handlers import readers
from handlers.answers import Answer, Done
from handlers.not_posted import ARCHIVED, REMOVED, note_posting
from handlers.requests import Event
from models.tables.channel import Channel, ensure_channel, find_channel
from models.tables.post import Drawing, Post
from models.tables.workspace import Workspace
from models.verbs.parked import owe_again
from models.verbs.readers import note_change, people_told, redraw_told


def joined(event: Event, session: Session) -> Answer:
    """Note that somebody has joined a channel.

    If it is the bot, post what could not be posted before. Also show people again what was hidden
    while the bot could not see who is in the channel. Post the welcome, once, if the channel is not
    set up.
    """
    if event.body.get("user") != event.bot_user:
        there = find_channel(session, event.workspace, event.body["channel"])
        if there:
            readers.came(event, session, there)
        return Done()
    channel = ensure_channel(session, event.workspace, event.body["channel"])
    note_change(session, channel)
    owe_again(session, channel, event.at)
    note_posting(session, channel, REMOVED, event.at)
    redraw_told(session, channel.id, people_told(session, channel.id), event.at, hidden=True)
    greeted = session.scalar(
        select(Post.id).where(Post.channel_id == channel.id, Post.key == "welcome")
    )
    if not channel.rights_number and greeted is None:
        session.add(
            Post(channel_id=channel.id, key="welcome", drawing=Drawing.WELCOME, due_at=event.at)
        )
    return Done()


def unarchived(event: Event, session: Session) -> Answer:
    """Post what could not be posted while the channel was archived."""
    readers.channel_changed(event, session)
    channel = ensure_channel(session, event.workspace, event.body["channel"])
    owe_again(session, channel, event.at)
    note_posting(session, channel, ARCHIVED, event.at)
    return Done()


def id_changed(event: Event, session: Session) -> Answer:
    """Keep a channel's record under the new id that Slack has given to the channel."""
    old, new = event.body["old_channel_id"], event.body["new_channel_id"]
    channel, successor = (_channel(session, event.workspace, id) for id in (old, new))
    if channel is None or not _make_way(session, successor):
        return Done()
    channel.slack_id = new
    channel.former_slack_id = old
    note_change(session, channel)
    session.execute(
        update(Post)
        .where(Post.channel_id == channel.id, Post.slack_channel == old)
        .values(slack_channel=new)
    )
    owe_again(session, channel, event.at)
    return Done()


def _channel(session: Session, tenant: str, slack_id: str) -> Channel | None:
    return session.scalar(
        select(Channel)
        .join(Channel.workspace)
        .where(Workspace.tenant == tenant, Channel.slack_id == slack_id)
        .with_for_update(of=Channel)
    )


def _make_way(session: Session, successor: Channel | None) -> bool:
    """Remove the row that was made for a channel's new id before Slack sent this event.

    Return False, and keep the row, if the channel was set up under the new id.
    """
    if successor is None:
        return True
    if successor.rights_number:
        return False
    session.execute(delete(Post).where(Post.channel_id == successor.id))
    session.delete(successor)
    session.flush()
    return True
