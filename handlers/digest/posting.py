"""Weekly digest of a channel: what moved, what was decided, what waits.

It is posted once a week. `/tradeoff digest` shows it at any time to one person.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import access
from handlers.answers import Answer, Message, Reply
from handlers.digest.words import digest_message
from handlers.holders import rights_here
from handlers.requests import Command, Due
from handlers.ui import blocks
from models.reads import digests, lookups
from models.reads.digests import MOST_WEEKS
from models.reads.trend import trend_of
from models.reads.week import WEEK, week_of
from models.tables.channel import Channel
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion, set_digest_timer
from models.working_time import next_weekly

# A digest that could not be sent in time is sent up to a day late, and not later
# (docs/reference/behaviour.md, Screens).
LATE_UP_TO = timedelta(days=1)
PUT_OFF_UP_TO = timedelta(hours=3)


def show(command: Command, session: Session, weeks: str) -> Answer:
    """Answer `/tradeoff digest [weeks]` with the digest of the last weeks, to this person alone."""
    access.check_place(command, "/tradeoff digest", raises=False)
    current = rights_here(command, session)
    if weeks and not (
        weeks.isdecimal() and weeks.isascii() and len(weeks) < 4 and 1 <= int(weeks) <= MOST_WEEKS
    ):
        return Reply(
            Message(f"Give a number of weeks from 1 to {MOST_WEEKS}: `/tradeoff digest 4`.")
        )
    since = command.at - int(weeks or 1) * WEEK
    return Reply(digest_message(week_of(session, current, command.at, command.at, since=since)))


def owe(due: Due, session: Session) -> None:
    """Owe the channel its digest, because the timer is due, and set the next timer.

    No digest is owed if it is more than a day late, or if the channel has changed its schedule. Nor
    is one owed for an empty week if the channel wants none.
    """
    channel = session.get_one(Channel, due.timer.channel_id)
    current = lookups.current_rights(session, due.workspace, channel.slack_id)
    if current is None or current.digest_weekday is None:
        return
    set_digest_timer(session, current, due.at)
    meant_for = due.timer.due_at
    # The timer is off schedule if the channel has changed its day or hour since it was set. A timer
    # that failed and was put off by up to PUT_OFF_UP_TO still counts as on schedule.
    before = meant_for - PUT_OFF_UP_TO
    _, on_time = next_weekly(before, current.digest_weekday, current.digest_hour, current.time_zone)
    on_schedule = on_time <= meant_for
    if not on_schedule or due.at - meant_for > LATE_UP_TO:
        return
    since = digests.begins_at(session, current, meant_for)
    quiet = (
        not current.digest_when_empty
        and week_of(session, current, meant_for, due.at, since=since).is_empty
    )
    owe_week(session, current, meant_for, due.at, quiet=quiet)


def owe_week(
    session: Session, current: RightsVersion, until: datetime, now: datetime, *, quiet: bool = False
) -> bool:
    """Owe the digest of the ISO week that `until` is in.

    If the week was `quiet`, only note that the next digest begins here; nothing is sent. Return
    False if the channel has the digest of this week already.
    """
    key = digests.key_of(current, until)
    existing = select(Post).where(Post.channel_id == current.channel_id, Post.key == key)
    post = session.scalar(existing)
    if post is None:
        post = Post(channel_id=current.channel_id, key=key, drawing=Drawing.DIGEST)
        session.add(post)
    elif post.wanted:
        return False
    post.wanted = 0 if quiet else 1
    post.covers_until = until
    post.due_at = now
    return True


def digest_post(post: Post, session: Session) -> Message:
    """Build the digest for the channel, with its picture if there is anything to draw."""
    assert post.covers_until
    current = lookups.current_rights(session, post.channel.workspace.tenant, post.channel.slack_id)
    assert current
    since = digests.begins_at(session, current, post.covers_until)
    week = week_of(session, current, post.covers_until, post.due_at, since=since)
    message = digest_message(week)
    if week.is_empty:
        return message
    picture = trend_of(session, current.channel_id, post.covers_until, current.time_zone)
    return replace(message, picture=picture) if any(picture.decided) or picture.lines else message


def with_picture(message: Message, file_id: str) -> Message:
    """Put the digest's picture, an uploaded file, under the heading and the first sentence."""
    assert message.picture
    first, second, *rest = message.blocks
    return replace(
        message, blocks=[first, second, blocks.image(file_id, message.picture.words), *rest]
    )
