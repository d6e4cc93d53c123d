"""Readers of direct messages: whose access changed, and which messages have to be drawn again.

A direct message whose reader may no longer read its channel shows one neutral sentence (`hidden`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from models.rules import Standing
from models.tables.channel import Channel
from models.tables.person_access import PersonAccess
from models.tables.post import Drawing, Post, redraw_all
from models.tables.timer import Subject, TimerKind, set_timer
from models.tables.workspace import next_access_version
from models.verbs.overdue import newest_reminder

# Slack takes about fifty updates a minute from us (docs/reference/slack.md, Rate limits and
# sending). The newest messages are redrawn first. The older ones follow in batches, so that other
# updates need not wait for them.
AT_ONCE, EVERY = 20, timedelta(seconds=30)
# An event may be missed, so old messages are checked by time as well.
CHECK_EVERY = timedelta(minutes=50)


def note_change(session: Session, channel: Channel) -> None:
    """Note that this channel, or the set of people who may read it, has changed in Slack.

    Each replica then forgets what it remembers of the channel (`bot/memory.py`).
    """
    channel.access_version = next_access_version(session, channel.workspace_id)


def note_standing(session: Session, workspace_id: int, person: str, standing: Standing) -> bool:
    """Note a person's standing as Slack says it now; return False if that was known.

    Each replica then forgets what it remembers of the person (`bot/memory.py`). If the standing is
    the same as before, this costs one read, and nothing is written.
    """
    noted = session.get(PersonAccess, (workspace_id, person))
    if standing is (noted.standing if noted else Standing.MEMBER):
        return False
    version = next_access_version(session, workspace_id)
    if noted is None:
        noted = PersonAccess(workspace_id=workspace_id, person=person)
        session.add(noted)
    noted.standing = standing
    noted.access_version = version
    return True


def redraw_told(
    session: Session, channel_id: int, people: Collection[str], at: datetime, *, hidden: bool
) -> set[str]:
    """Redraw what these people were told of this channel, the newest first.

    Return the people among them to whom a redrawn message tells something of this channel.

    If `hidden` is True, redraw the messages that show the neutral sentence now. Otherwise redraw
    the other messages. Messages that are owed are redrawn in both cases.
    """
    of_channel = Post.channel_id == channel_id
    return _redraw(session, of_channel & Post.person.in_(people), at, hidden=hidden)


def redraw_all_told(
    session: Session, workspace_id: int, person: str, at: datetime, *, hidden: bool
) -> None:
    """Redraw what this person was told of any channel of the workspace, in the same way."""
    channels = select(Channel.id).where(Channel.workspace_id == workspace_id)
    here = Post.channel_id.in_(channels)
    _redraw(session, here & (Post.person == person), at, hidden=hidden)


def redraw_reminders(
    session: Session, workspace_id: int, people: Collection[str], at: datetime
) -> None:
    """Redraw the newest reminder of each of these people. It lists what waits in all channels."""
    for person in sorted(people):
        redraw_all(session, newest_reminder(session, workspace_id, person), at)


def _redraw(
    session: Session, which: ColumnElement[bool], at: datetime, *, hidden: bool
) -> set[str]:
    # A file is sent once: redrawn, it would be made and sent again.
    is_message = Post.drawing != Drawing.EXPORT
    # A message that is owed may be under way to Slack, and `hidden` says what it showed before.
    concerned = or_(Post.hidden.is_(hidden), Post.wanted > Post.shown)
    told = select(Post.id, Post.person, Post.drawing).where(
        which, concerned, Post.wanted > 0, is_message
    )
    found = session.execute(told).all()
    # Python sorts the ids: to sort by id, SQLite would read every message there is.
    ids = sorted((id for id, _, _ in found), reverse=True)
    for first in range(0, len(ids), AT_ONCE):
        session.execute(
            update(Post)
            .where(Post.id.in_(ids[first : first + AT_ONCE]))
            .values(wanted=Post.wanted + 1, due_at=at + first // AT_ONCE * EVERY),
            execution_options={"synchronize_session": False},
        )
    return {person for _, person, drawing in found if person and drawing.tells_of_a_channel}


def people_told(session: Session, channel_id: int) -> list[str]:
    """Return the people who have direct messages about this channel.

    Each step asks the index for the next person, so that the cost grows with the people and not
    with their messages.
    """
    people: list[str] = []
    told = select(func.min(Post.person)).where(Post.channel_id == channel_id)
    while person := session.scalar(told.where(Post.person > people[-1]) if people else told):
        people.append(person)
    return people


def set_check(session: Session, channel: Channel, after: datetime) -> None:
    """Set the timer of the next check of who may still read what they were told."""
    key = f"{TimerKind.READERS}:{channel.id}:{after:%Y%m%d%H%M%S}"
    due_at = after + CHECK_EVERY
    about = Subject(channel_id=channel.id)
    set_timer(session, channel.workspace_id, TimerKind.READERS, key, due_at, about)
