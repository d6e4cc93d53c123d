"""Notices that something waits for an absent person, redrawn when they are out of date.

The person cannot read the channel, or has left Slack. Nobody acts on such a notice, so no act
redraws it. A check every 50 minutes redraws it if nothing waits any more. A newer notice to the
same reader makes it shorter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.reads import seats
from models.rules import OPEN_STATES, Decider, Impact
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


def note_newer(session: Session, channel_id: int, reader: str, person: str, now: datetime) -> None:
    """Shorten the notices that Slack shows to this reader, who is told anew to invite this person.

    Only the newest notice about a person and a channel says to invite them. An older one that they
    can read the channel again says that they could for a while.
    """
    notices = select(Post).where(
        Post.channel_id == channel_id,
        text(OF_ABSENCE),
        Post.ts.is_not(None),
    )
    for notice in session.scalars(notices).all():
        args = notice.args or {}
        about = notice.person == reader and args.get("person") == person
        if about and not args.get("older") and _is_of_outsider(notice):
            notice.args = {**args, "older": True}
            notice.redraw(now)


def end_notice(notice: Post, args: dict[str, Any], now: datetime) -> None:
    """Redraw a notice that is out of date with these arguments, which say so.

    If it was not sent yet, it is never sent.
    """
    # The next notice gets the key that this one had.
    notice.key = f"{notice.key}:{notice.id}"
    notice.args = args
    if notice.ts or notice.sending or notice.claimed_by:
        notice.redraw(now)
    else:
        notice.wanted = 0


def _is_of_outsider(notice: Post) -> bool:
    """Return True if the notice says to invite somebody, or that they can read the channel again.

    A notice of a question has other advice too, and stays as it is.
    """
    args = notice.args or {}
    if notice.drawing is Drawing.NOT_POSTED and args.get("error") != "reader_outside":
        return False
    stays = args.get("slack") or args.get("over") or args.get("question")
    return bool(args.get("back")) or not stays


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


def waits_for(session: Session, workspace_id: int, number: int | None, person: str) -> bool:
    """Return True if this decision is open, and waits for what this person has to do in it.

    The other role's part is to state the impact in time, or to sign.
    """
    here = Decision.workspace_id == workspace_id, Decision.number == number
    is_asked = Decision.impact.in_([Impact.AWAITED, Impact.REVISION_ASKED])
    signs = (Decision.decides == Decider.JOINT) | Decision.move_decides.is_not(None)
    other_part = (Decision.counterpart == person) & (is_asked | signs)
    open_ = Decision.state.in_(OPEN_STATES)
    found = select(Decision.id).where(*here, (Decision.holder == person) | other_part, open_)
    return session.scalar(found) is not None


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
