"""Snoozing: a person wants no reminders for some days, or wants them again before that."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.answers import Answer, Message, Reply
from handlers.holders import zone_of
from handlers.reminders import SNOOZES, reminded_of
from handlers.requests import Click
from handlers.ui import blocks
from models.mrkdwn import when
from models.reads import lookups
from models.reads.waiting import Waiting, waiting_for
from models.tables import workspace
from models.verbs import overdue
from models.working_time import USUAL, next_morning


def snooze(click: Click, session: Session) -> Answer:
    """Snooze this person's reminders for the chosen number of days. New requests still come."""
    workspace_id = workspace.ensure_workspace(session, click.workspace).id
    until = click.at + timedelta(days=int(click.value if click.value in SNOOZES else "1"))
    overdue.snooze(session, workspace_id, click.person.id, until)
    found = waiting_for(session, click.workspace, click.user, click.at)
    again = _first_morning(click, session, found, until)
    sentence = (
        f"No reminders before {when(again)}. What is new still reaches you, and no date moves."
    )
    button = blocks.button("Remind me again", "silence.end_snooze", "me")
    return Reply(Message(sentence, [blocks.section(sentence), blocks.actions(button)]))


def end_snooze(click: Click, session: Session) -> Answer:
    """Remind this person again, from their next working morning on if something is urgent."""
    workspace_id = workspace.ensure_workspace(session, click.workspace).id
    overdue.snooze(session, workspace_id, click.person.id, click.at)
    found = waiting_for(session, click.workspace, click.user, click.at)
    urgent = [wait for wait in reminded_of(session, found) if wait.urgent]
    sentence = "You get reminders again. Nothing needs one now."
    if urgent:
        again = _first_morning(click, session, urgent, click.at)
        overdue.remind_at(session, workspace_id, click.person.id, again)
        sentence = f"You get reminders again, from {when(again)}."
    return Reply(Message(sentence, [blocks.section(sentence)]))


def _first_morning(
    click: Click, session: Session, found: list[Waiting], until: datetime
) -> datetime:
    """Return the first working morning after `until` in the channels in which something waits."""
    if not found:
        return until
    zone = zone_of(click, click.user, found[0].decision.rights_version.time_zone)
    calendars = lookups.reminding(session, {wait.decision.channel_id for wait in found}).values()
    return min(next_morning(until, zone, calendar) for calendar in {*calendars} or {USUAL})
