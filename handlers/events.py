"""Events that Slack sends without anyone typing.

An invitation to the bot, for one: it can then post what it still owes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import readers
from handlers.answers import Answer, Done
from handlers.requests import Event
from models.tables.channel import Channel, ensure_channel, find_channel
from models.tables.post import Drawing, Post, PostState
from models.verbs.readers import note_change


def joined(event: Event, session: Session) -> Answer:
    """Note that somebody came into a channel.

    If it is the bot, say hello where nothing is set up, and post what could not be posted before.
    """
    if event.body.get("user") != event.bot_user:
        there = find_channel(session, event.workspace, event.body["channel"])
        if there:
            readers.came(event, session, there)
        return Done()
    channel = ensure_channel(session, event.workspace, event.body["channel"])
    note_change(session, channel)
    _owe_again(session, channel, event.at)
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
    _owe_again(session, ensure_channel(session, event.workspace, event.body["channel"]), event.at)
    return Done()


def _owe_again(session: Session, channel: Channel, at: datetime) -> None:
    parked = session.scalars(
        select(Post).where(Post.channel_id == channel.id, Post.state == PostState.PARKED)
    ).all()
    for post in parked:
        post.state = PostState.OWED
        post.attempts = 0
        post.last_error = None
        post.due_at = at
