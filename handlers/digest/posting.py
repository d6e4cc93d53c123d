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
from handlers.requests import Command, Due
from handlers.ui import blocks
from models.reads import lookups
from models.reads.trend import trend_of
from models.reads.week import WEEK, week_of
from models.tables.channel import Channel
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion, set_digest_timer
from models.working_time import local_day, next_weekly

# A digest that could not be sent in time is sent up to a day late, and not later
# (docs/reference/behaviour.md, Screens).
LATE_UP_TO = timedelta(days=1)
PUT_OFF_UP_TO = timedelta(hours=3)
MOST_WEEKS = 12


def show(command: Command, session: Session, weeks: str) -> Answer:
    """Answer `/tradeoff digest [weeks]` with the digest of the last weeks, to this person alone."""
    access.check_place(command, "/tradeoff digest")
    current = lookups.require_rights(session, command.workspace, command.place.id)
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

    No digest is owed if it is more than a day late, if the channel has changed its schedule, or if
    the week is empty and the channel wants no digest then.
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
    since = begins_at(session, current, meant_for)
    if (
        not current.digest_when_empty
        and week_of(session, current, meant_for, due.at, since=since).is_empty
    ):
        return
    owe_week(session, current, meant_for, due.at)


def owe_week(session: Session, current: RightsVersion, until: datetime, now: datetime) -> bool:
    """Owe the digest of the ISO week that `until` is in.

    Return False if the channel has it already.
    """
    key = _key(current, until)
    existing = select(Post.id).where(Post.channel_id == current.channel_id, Post.key == key)
    if session.scalar(existing) is not None:
        return False
    session.add(
        Post(
            channel_id=current.channel_id,
            key=key,
            drawing=Drawing.DIGEST,
            covers_until=until,
            due_at=now,
        )
    )
    return True


def _key(current: RightsVersion, until: datetime) -> str:
    year, week, _ = local_day(until, current.time_zone).isocalendar()
    return f"digest:{year}-W{week:02d}"


def begins_at(session: Session, current: RightsVersion, until: datetime) -> datetime:
    """Return the moment at which the digest that ends at `until` begins.

    It begins a week before, or where the channel's last digest ended, if that is earlier. It is
    earlier if the channel has moved the day or hour of its digest to a later one, or if the clocks
    were put back. A digest that ended two weeks ago does not count, so no later digest makes up for
    one that was missed.
    """
    keys = [_key(current, until - weeks * WEEK) for weeks in range(3)]
    last = session.scalar(
        select(Post.covers_until)
        .where(Post.channel_id == current.channel_id, Post.key.in_(keys))
        .where(Post.covers_until < until, Post.covers_until > until - 2 * WEEK)
        .order_by(Post.covers_until.desc())
        .limit(1)
    )
    return min(last or until, until - WEEK)


def digest_post(post: Post, session: Session) -> Message:
    """Build the digest for the channel, with its picture if there is anything to draw."""
    assert post.covers_until
    current = lookups.current_rights(session, post.channel.workspace.tenant, post.channel.slack_id)
    assert current
    since = begins_at(session, current, post.covers_until)
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
