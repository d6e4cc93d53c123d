"""Timers that act if nobody does: overdue, reminders, escalation."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers import access, not_in_channel, subjects
from handlers.answers import Block, Element, Message
from handlers.holders import rights_now, seats_today, zone_of
from handlers.requests import Asking, Due
from handlers.rights import pending
from handlers.ui import blocks, inputs, phrases
from handlers.ui.marks import value_of
from handlers.ui.wording import waiting_words
from models import locks
from models.acts import Seat
from models.mrkdwn import day, number, when, where
from models.reads import held_rights, lookups, seats
from models.reads.held_rights import ToConfirm
from models.reads.waiting import IMPACT, Waiting, waiting_for
from models.rules import Impact, Standing
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.timer import TimerKind, people_with_timers
from models.verbs import overdue as verbs_overdue
from models.working_time import USUAL, local_day, next_morning

MOST_SHOWN = 12
SNOOZES = {"1": "1 day", "3": "3 days", "7": "a week"}


def overdue(due: Due, session: Session) -> None:
    """Mark the decision overdue; remind its holders from the next working morning on."""
    decision = subjects.timer_decision(due, session)
    if verbs_overdue.mark_overdue(decision, due.at):
        for person in dict.fromkeys(decision.still_to_sign.values()):
            remind_next(due, session, decision, person)


def escalate(due: Due, session: Session) -> None:
    """Let the sponsor, or the sponsor's delegate, decide too.

    If neither may read the channel, tell the raiser, and look again on the next working morning:
    one of them may have been invited by then. Look again, too, if Slack says that the sponsor has
    left and the record does not: the sponsor may be back before the record has the departure.
    """
    locks.lock_who_decides(session, due.workspace)
    decision = subjects.timer_decision(due, session)
    rights = rights_now(due, session, decision)
    if rights.sponsor is None:
        return
    gone = departures_of(session, decision.workspace_id, rights.sponsor)
    seat = seats_today(due, gone).of_sponsor(rights, decision)
    if seat:
        has_left = due.look_up(rights.sponsor)[0].standing is Standing.DEACTIVATED
        outside = not has_left and access.outsiders(due, decision.channel.slack_id, [seat.person])
        if outside:
            _tell_raiser(due, session, decision, seat)
        if has_left or outside:
            verbs_overdue.look_again(decision, due.at)
            return
    verbs_overdue.escalate(decision, seat, due.at)
    if decision.escalated_to:
        remind_next(due, session, decision, decision.escalated_to)


def _tell_raiser(due: Due, session: Session, decision: Decision, seat: Seat) -> None:
    """Tell the raiser that this decision waits for somebody who may not read the channel.

    Do nothing if it is settled, or neither overdue nor escalated any more.
    """
    if verbs_overdue.waits_for_sponsor(decision):
        not_in_channel.owe_notice_of_decisions(due, session, [decision], seat.person)


def impact_half_way(due: Due, session: Session) -> None:
    """Remind the people who are to state the impact, because half of the window is over."""
    decision = subjects.timer_decision(due, session)
    if decision.impact is not Impact.AWAITED or decision.impact_due_at is None:
        return
    for person in decision.asked_to_act:
        verbs_overdue.remind_at(session, decision.workspace_id, person, due.at)


def claim_ages(due: Due, session: Session) -> None:
    """Remind the people who owe the verdict or the acknowledgement, because it is days old."""
    decision = subjects.timer_decision(due, session)
    for person in () if decision.state.settled else dict.fromkeys(decision.still_to_sign.values()):
        remind_next(due, session, decision, person)


def follow_up_due(due: Due, session: Session) -> None:
    """Remind the owners of open follow-ups on their next working morning, because one is due."""
    decision = subjects.timer_decision(due, session)
    for owner in dict.fromkeys(
        follow_up.owner for follow_up in decision.follow_ups if follow_up.done_at is None
    ):
        remind_next(due, session, decision, owner)


def remind_next(asking: Asking, session: Session, decision: Decision, person: str) -> None:
    """Remind this person on the next working morning of the channel, in the person's time zone."""
    zone = zone_of(asking, person, decision.rights_version.time_zone)
    morning = next_morning(asking.at, zone, decision.rights_version.calendar)
    verbs_overdue.remind_at(session, decision.workspace_id, person, morning)


def begin_again(due: Due, session: Session, rights: RightsVersion) -> None:
    """Remind people of what has waited too long in this channel, if no reminder is to come.

    Their reminders may have ended although something waits, as under an earlier release.
    """
    people = seats.people_awaited(session, rights.channel_id)
    workspace_id, kind = due.timer.workspace_id, TimerKind.REMIND
    for person in sorted(people - people_with_timers(session, workspace_id, kind, people)):
        found = waiting_for(session, due.workspace, person, due.at)
        # An impact is reminded of only when half of its window is over.
        if any(wait.urgent and wait.what != IMPACT for wait in found):
            zone = zone_of(due, person, rights.time_zone)
            morning = next_morning(due.at, zone, rights.calendar)
            verbs_overdue.remind_at(session, workspace_id, person, morning)


def remind(due: Due, session: Session) -> None:
    """Owe one message with all that waits for this person, and set the timer of the next morning.

    If nothing is urgent, do neither. The message is owed only if today is a working day in a
    channel that has something urgent and reminders. It is not owed while the person has snoozed, or
    may read no channel that has something urgent. The timer is set even if all these channels have
    reminders switched off, because a channel may switch them on again.
    """
    timer, person = due.timer, due.timer.person
    assert person
    found = waiting_for(session, due.workspace, person, due.at)
    if not any(wait.urgent for wait in found):
        return
    urgent = {wait.decision.channel_id for wait in found if wait.urgent}
    calendars = set(lookups.reminding(session, urgent).values())
    until = verbs_overdue.snoozed_until(session, timer.workspace_id, person, due.at)
    first = found[0].decision
    zone = zone_of(due, person, first.rights_version.time_zone)
    today, after = local_day(due.at, zone), max(until or due.at, due.at)
    works = not all(calendar.is_day_off(today) for calendar in calendars)
    if until is None and works and _may_read_any(due, person, found):
        _owe_reminder(due, session, person, first.channel_id, today)
    morning = min(next_morning(after, zone, calendar) for calendar in calendars or {USUAL})
    verbs_overdue.remind_at(session, timer.workspace_id, person, morning)


def _may_read_any(due: Due, person: str, found: list[Waiting]) -> bool:
    """Return False if Slack says that this person may read none of the channels with urgent work.

    If the bot is outside a private channel, it sees nobody there, so it shows nobody what waits.
    Without this check, somebody who has left all of these channels would be told every morning that
    nothing waits.
    """
    urgent = dict.fromkeys(wait.decision.channel.slack_id for wait in found if wait.urgent)
    return any(
        not due.look_at(channel).is_closed and not access.outsiders(due, channel, [person])
        for channel in urgent
    )


def _owe_reminder(due: Due, session: Session, person: str, channel_id: int, today: date) -> None:
    """Owe this person the reminder of this day, unless it is owed already."""
    key = f"remind:{person}:{today.isoformat()}"
    newest = verbs_overdue.newest_reminder(session, due.timer.workspace_id, person)
    if any(post.key == key for post in newest):
        return
    for earlier in newest:
        earlier.redraw(due.at)
    session.add(
        Post(
            channel_id=channel_id,
            key=key,
            drawing=Drawing.REMINDER,
            args={"day": today.isoformat()},
            person=person,
            due_at=due.at,
        )
    )


def reminded_of(session: Session, found: list[Waiting]) -> list[Waiting]:
    """Return what waits now, in channels that have reminders switched on."""
    now = [wait for wait in found if not wait.is_owed_later]
    reminding = lookups.reminding(session, {wait.decision.channel_id for wait in now})
    return [wait for wait in now if wait.decision.channel_id in reminding]


# ---- drawn ---------------------------------------------------------------------------------------


def reminder(post: Post, session: Session, asking: Asking) -> Message:
    """Draw a person's reminder: the first MOST_SHOWN things that wait, the most urgent first.

    Each has a button that opens it. An older reminder only points to the newest one.
    """
    assert post.person
    if verbs_overdue.newest_reminder(session, post.channel.workspace_id, post.person) != [post]:
        args = post.args or {"day": post.key.rpartition(":")[2]}
        on = day(date.fromisoformat(args["day"]))
        words = f"What waited for you on {on}: see the newest reminder below."
        return Message(words, [blocks.context(words)])
    tenant, person, at = post.channel.workspace.tenant, post.person, post.due_at
    waiting = reminded_of(session, waiting_for(session, tenant, person, at))
    changes = _changes_to_confirm(session, tenant, person, at)
    channels = {wait.decision.channel.slack_id for wait in waiting}
    channels |= {change.rights.channel.slack_id for change in changes}
    readable = access.readable_by(asking, person, channels)
    if channels and not readable:
        words = "What waits for you is in a channel in which I cannot see you any more."
        return Message(words, [blocks.section(words)])
    rows = [_row(wait) for wait in waiting if wait.decision.channel.slack_id in readable]
    urgent = sum(row.urgent for row in rows)
    rows[urgent:urgent] = [
        _change_row(change) for change in changes if change.rights.channel.slack_id in readable
    ]
    return _listing(rows, at)


class Row(NamedTuple):
    """Thing that waits, in words, and the button that opens it."""

    words: str
    button: Element
    urgent: bool


def _row(wait: Waiting) -> Row:
    about = f"Open #{wait.decision.number}"
    button = blocks.button("Open", "records.open", value_of(wait.decision), about=about)
    return Row(waiting_words(wait), button, wait.urgent)


def _change_row(waits: ToConfirm) -> Row:
    channel, until = where(waits.rights.channel.slack_id), when(waits.change.expires_at)
    words = f"A change of who decides in {channel} waits for you to confirm, until {until}."
    value = pending.value_of(waits.change, waits.rights)
    button = blocks.button("Open", "rights.open", value, about="Confirm or decline the change")
    return Row(words, button, urgent=False)


def _changes_to_confirm(
    session: Session, tenant: str, person: str, at: datetime
) -> list[ToConfirm]:
    """Return the changes of rights that wait for this person, in channels that have reminders."""
    leave = held_rights.leave_of(session, tenant, person, at)
    held = held_rights.held_by(session, tenant, person, leave)
    changes = held_rights.changes_to_confirm(session, held, person, at)
    reminding = lookups.reminding(session, {waits.rights.channel_id for waits in changes})
    return [waits for waits in changes if waits.rights.channel_id in reminding]


def _listing(rows: list[Row], at: datetime) -> Message:
    if not rows:
        words = "Nothing is waiting for you any more."
        return Message(words, [blocks.section(words)])
    first = f"{number(len(rows), 'thing')} {'waits' if len(rows) == 1 else 'wait'} for you."
    shown: list[Block] = [blocks.section(f"*{first}*")]
    shown += [blocks.section_with(row.words, row.button) for row in rows[:MOST_SHOWN]]
    if len(rows) > MOST_SHOWN:
        shown.append(blocks.context(f"and {len(rows) - MOST_SHOWN} more."))
    choices = [inputs.choice(days, words.capitalize()) for days, words in SNOOZES.items()]
    shown.append(blocks.actions(blocks.pick("No reminders for…", "silence.snooze", choices)))
    shown.append(blocks.context(f"As of {when(at)}."))
    lines = " ".join(row.words for row in rows[:MOST_SHOWN])
    return Message(phrases.limited(f"{first} {lines}"), shown)
