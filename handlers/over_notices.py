"""Notices that something waits for an absent person, redrawn when nothing waits any more.

The person cannot read the channel, or has left Slack. Nobody acts on such a notice, so no act
redraws it. A check every 50 minutes does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from handlers.not_posted import end_notice, waits_for
from models.reads import seats
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.post import OF_ABSENCE, Drawing, Post
from models.tables.rights_change import pending_change


def note_what_is_over(session: Session, channel: Channel, now: datetime) -> None:
    """Redraw the notices of this channel that are out of date, because nothing waits any more.

    A notice that has not been sent yet is never sent. If the same thing waits for the same person
    again later, a new notice is owed.
    """
    notices = select(Post).where(
        Post.channel_id == channel.id,
        text(OF_ABSENCE),
        Post.wanted > 0,
    )
    for notice in session.scalars(notices).all():
        if _is_over(session, channel, notice):
            end_notice(notice, {**(notice.args or {}), "over": True}, now)


def _is_over(session: Session, channel: Channel, notice: Post) -> bool:
    """Return True if the notice says that something waits, and it does not wait any more."""
    args = notice.args or {}
    person, number = args.get("person"), args.get("number")
    if not person or args.get("back") or args.get("over"):
        return False
    outside = args.get("error") == "reader_outside"
    if notice.drawing is Drawing.NOT_POSTED and not outside:
        # Otherwise the notice says what Slack refused, and that stays true.
        has_left = departures_of(session, channel.workspace_id, person)
        return bool(has_left) and not waits_for(session, channel.workspace_id, number, person)
    if args.get("change"):
        change = pending_change(session, channel.id)
        return change is None or change.id != args["change"]
    if args.get("question"):
        owed = seats.with_question_to(session, channel.workspace_id, person)
    elif args.get("follow_up"):
        owed = seats.owing_follow_ups(session, channel.workspace_id, person)
    else:
        return not _waits(session, channel, person, number, others=bool(args.get("others")))
    here = [decision.number for decision in owed if decision.channel_id == channel.id]
    return not here if args.get("others") else number not in here


def _waits(
    session: Session, channel: Channel, person: str, number: int | None, *, others: bool
) -> bool:
    """Return True if this decision is open, and this person has a part in it or may get one.

    An overdue decision may wait for a sponsor who has no part in it yet. With `others`, return True
    also if the person has a seat in another open decision of the channel.
    """
    decision = session.scalar(
        select(Decision).where(Decision.channel_id == channel.id, Decision.number == number)
    )
    if decision and not decision.state.settled:
        people = (decision.holder, decision.counterpart, decision.escalated_to)
        if person in people or decision.overdue_at:
            return True
    pending = seats.pending_with(session, channel.workspace_id, person) if others else []
    return any(decision.channel_id == channel.id for decision in pending)
