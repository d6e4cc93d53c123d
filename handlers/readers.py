"""Readers of a channel: their messages are redrawn when their access changes.

Others are then told what waits for people who have lost access (`handlers/not_in_channel.py`). An
event of Slack says that access has changed. The event may get lost, so a timer also checks, every
50 minutes, who may read the channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers import access, not_in_channel, over_notices
from handlers.access import Sight
from handlers.answers import Answer, Done, RedrawHome
from handlers.delegation import seat_notices
from handlers.not_posted import ARCHIVED, CAUSES, REMOVED, note_posting
from handlers.requests import Due, Event
from models.reads import lookups, seats
from models.rules import Standing
from models.tables.board_maker import end_all_links, end_links, makers_of
from models.tables.channel import Channel, find_channel
from models.verbs import parked, readers


def came(event: Event, session: Session, channel: Channel) -> None:
    """Show a person again what they were told of this channel before they left it.

    If others were told that the person cannot read the channel, the messages now say that the
    person can.
    """
    readers.note_change(session, channel)
    told = readers.redraw_told(session, channel.id, [event.person.id], event.at, hidden=True)
    readers.redraw_reminders(session, channel.workspace_id, told, event.at)
    _note_return(session, channel.id, event.person.id, event.at)


def _note_return(session: Session, channel_id: int, person: str, at: datetime) -> None:
    """Redraw the messages that say that this person cannot read the channel: now they can."""
    not_in_channel.note_return(session, [channel_id], [person], at)
    for rights in lookups.current_rights_of(session, [channel_id]):
        seat_notices.note_inside(session, rights, [person], at)


def left(event: Event, session: Session) -> Answer:
    """Redraw the messages to a person about a channel that they have left.

    The messages then say nothing of the channel. The person's Home and newest reminder, which tell
    of several channels, are redrawn too. Others are told what waits for the person there.
    """
    channel = find_channel(session, event.workspace, str(event.body.get("channel")))
    if channel is None:
        return Done()
    readers.note_change(session, channel)
    end_links(session, channel.id, [event.user], event.at)
    readers.redraw_told(session, channel.id, [event.user], event.at, hidden=False)
    readers.redraw_reminders(session, channel.workspace_id, [event.user], event.at)
    not_in_channel.owe_notices(event, session, channel.workspace_id, event.user, channel)
    return RedrawHome() if event.user != event.bot_user else Done()


def standing_changed(event: Event, session: Session, workspace_id: int) -> Answer:
    """Redraw a person's messages and Home if the event says that their standing has changed.

    A member who becomes a guest may read only the channels that they are in, so others are told
    what waits for the guest in other channels. If the guest becomes a member again, these notices
    say that the person can read the channels. Nothing is redrawn for a person who has left Slack.
    """
    standing = _standing_said(event.body["user"])
    if not readers.note_standing(session, workspace_id, event.user, standing):
        return Done()
    if standing is Standing.DEACTIVATED:
        end_all_links(session, workspace_id, event.user, event.at)
        return Done()
    if standing is Standing.GUEST:
        not_in_channel.owe_notices(event, session, workspace_id, event.user)
    regained = standing is Standing.MEMBER
    readers.redraw_all_told(session, workspace_id, event.user, event.at, hidden=regained)
    if regained:
        for channel in not_in_channel.awaited_in(event, session, workspace_id, event.user):
            if access.sight_of(event, event.user, channel.slack_id) is Sight.YES:
                _note_return(session, channel.id, event.user, event.at)
    return RedrawHome()


def _standing_said(user: Mapping[str, Any]) -> Standing:
    """Return the standing that this event gives to a person.

    It is compared with that of the last event, and decides nothing else: the rights of a person are
    checked against Slack's answer when they act.
    """
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_stranger"):
        return Standing.EXTERNAL
    is_guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return Standing.GUEST if is_guest else Standing.MEMBER


def channel_changed(event: Event, session: Session) -> Answer:
    """Make every replica forget what it has cached of this channel, because it has changed."""
    named = event.body.get("channel")
    slack_id = named.get("id") if isinstance(named, dict) else named
    channel = find_channel(session, event.workspace, str(slack_id))
    if channel:
        readers.note_change(session, channel)
    return Done()


def check(due: Due, session: Session) -> None:
    """Redraw messages whose readers have lost or regained access, and set the next check.

    Others are told what waits for people who may not read the channel any more. They are told again
    when nothing waits any more, or when these people can read the channel again. Slack sends no
    event when a channel becomes private, and the event that somebody has left the channel may get
    lost. What could not be posted in the channel is posted now, if the bot is back in it.
    """
    channel = session.get_one(Channel, due.timer.channel_id)
    told = readers.people_told(session, channel.id)
    current = lookups.current_rights_of(session, [channel.id])
    holders = {holder for rights in current for holder in rights.role_holders}
    awaited = holders | seats.people_awaited(session, channel.id)
    everybody = list(dict.fromkeys([*told, *sorted(awaited)]))
    due.prepare(places=[channel.slack_id])
    due.prepare(rooms=[channel.slack_id] if due.look_at(channel.slack_id).is_private else [])
    sights = {person: access.sight_of(due, person, channel.slack_id) for person in everybody}
    for sight, hidden in ((Sight.NO, False), (Sight.YES, True)):
        people = [person for person in told if sights[person] is sight]
        told_of_it = readers.redraw_told(session, channel.id, people, due.at, hidden=hidden)
        readers.redraw_reminders(session, channel.workspace_id, told_of_it, due.at)
    back = [person for person in sorted(awaited) if sights[person] is Sight.YES]
    not_in_channel.note_return(session, [channel.id], back, due.at)
    over_notices.note_what_is_over(session, channel, due.at)
    for person in sorted(awaited):
        if sights[person] is Sight.NO:
            not_in_channel.owe_notices(due, session, channel.workspace_id, person, channel)
    not_in_channel.ask_about_forecasts(due, session, channel)
    for rights in current:
        seat_notices.note_inside(session, rights, back, due.at)
    _end_links(due, session, channel)
    _post_what_is_missing(due, session, channel)
    # The timer's row is deleted, so that the table does not grow by a row for each check.
    session.delete(due.timer)
    readers.set_check(session, channel, due.at)


def _post_what_is_missing(due: Due, session: Session, channel: Channel) -> None:
    """Post what could not be posted while the bot was out of the channel, or it was archived.

    The event that the bot is back, or that the channel is unarchived, may get lost.
    """
    place = due.look_at(channel.slack_id)
    if place.bot_is_member and not place.is_archived and parked.has_notices(session, channel):
        errors = [error for error, cause in CAUSES.items() if cause in (REMOVED, ARCHIVED)]
        parked.owe_again(session, channel, due.at, errors)
        for cause in (REMOVED, ARCHIVED):
            note_posting(session, channel, cause, due.at)


def _end_links(due: Due, session: Session, channel: Channel) -> None:
    """End the links to the channel's board whose makers are not in the channel any more.

    If Slack does not say who is in it, end none.
    """
    makers = makers_of(session, channel.id, due.at)
    members = due.look_in(channel.slack_id) if makers else None
    if members is not None:
        gone = [maker for maker in makers if maker not in members]
        end_links(session, channel.id, gone, due.at)
