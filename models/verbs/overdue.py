"""Overdue decisions: after a grace period, the sponsor may decide too.

See docs/reference/behaviour.md, Time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.acts import Act, Seat
from models.rules import State, Verb, next_state
from models.tables.absence import Snooze
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.history_payloads import Escalated, WentOverdue
from models.tables.post import Drawing, Post
from models.tables.timer import Subject, TimerKind, set_timer
from models.verbs.deadlines import set_round_timer
from models.verbs.gathering import Move
from models.verbs.routing import seated_not_for_sponsor
from models.working_time import end_of_window, local_day, next_morning


def mark_overdue(decision: Decision, at: datetime) -> bool:
    """Mark a decision as overdue if its due date is over.

    Return False if there is nothing to mark.
    """
    zone = decision.rights_version.time_zone
    if (
        decision.state.settled
        or decision.overdue_at
        or not decision.due_on
        or local_day(at, zone) <= decision.due_on
    ):
        return False
    decision.overdue_at = at
    decision.state = next_state(decision.state, Verb.OVERDUE)
    decision.record(Verb.OVERDUE, Act(None, at), WentOverdue(due_on=decision.due_on.isoformat()))
    watch_grace(decision, at)
    return True


def watch_grace(decision: Decision, at: datetime) -> None:
    """Set the timer that escalates an overdue decision: at the end of the grace period, or now.

    If the decision is escalated already, the timer passes the escalation on (`escalate`).
    """
    if decision.overdue_at and not decision.state.settled:
        ends_at = max(at, _grace_ends_at(decision, decision.overdue_at))
        about = f"{ends_at:%Y%m%d%H%M%S}:{decision.event_count}"
        set_round_timer(decision, TimerKind.ESCALATES, ends_at, about)


def look_again(decision: Decision, at: datetime) -> None:
    """Look again on the next working morning who may decide this by escalation, if it is open.

    It is overdue, or escalated already.
    """
    if waits_for_sponsor(decision):
        version = decision.rights_version
        morning = next_morning(at, version.time_zone, version.calendar)
        set_round_timer(decision, TimerKind.ESCALATES, morning, f"{morning:%Y%m%d%H%M%S}")


def waits_for_sponsor(decision: Decision) -> bool:
    """Return True if the sponsor may decide this open decision too, or soon may."""
    return not decision.state.settled and bool(decision.overdue_at or decision.escalated_to)


def follow_seats(decision: Decision, at: datetime) -> None:
    """Pass an escalation on after a seat of the decision has changed hands.

    A sponsor who is a holder now decides as the holder, so the escalation ends. Also set the timer
    that escalates, because the sponsor or the delegate may have lost a seat.
    """
    if seat := decision.escalated_seat:
        pass_escalation_on(decision, unless_seated(decision, seat), at)
    watch_grace(decision, at)


def unless_seated(decision: Decision, seat: Seat) -> Seat:
    """Return this seat of the sponsor or their delegate.

    If the delegate has a seat in the decision for somebody else, return the sponsor's own instead.
    """
    sponsor = seat.on_behalf_of
    if sponsor and seat.person in seated_not_for_sponsor(decision.seats, sponsor):
        return Seat(sponsor)
    return seat


def _grace_ends_at(decision: Decision, overdue_at: datetime) -> datetime:
    version = decision.rights_version
    return end_of_window(overdue_at, version.grace_days, version.time_zone, version.calendar)


def escalate(decision: Decision, sponsor: Seat | None, at: datetime) -> None:
    """Let today's sponsor decide too, if the grace period is over and the decision still open.

    `sponsor` is the seat of the sponsor, or of their delegate. Do nothing if the sponsor decides
    anyway, as a holder. If the decision is escalated already, pass the escalation on. A new round
    has its own date and grace period, so a timer of an earlier round does nothing. An escalated
    decision may have a later date by now, and not be overdue.
    """
    if decision.state.settled:
        return
    if decision.escalated_to:
        pass_escalation_on(decision, sponsor, at)
        return
    if not decision.overdue_at or _grace_ends_at(decision, decision.overdue_at) > at:
        return
    if seat := _unless_holder(decision, sponsor):
        _pass_to(decision, seat, at)


def pass_escalation_on(decision: Decision, sponsor: Seat | None, at: datetime) -> list[Move]:
    """Pass an escalation on to today's sponsor, or to their delegate; return the move, if any.

    End it if there is no sponsor, or if the sponsor is a holder of the decision. If an overdue
    decision is not escalated yet, set the timer that escalates it.
    """
    before, after = decision.escalated_seat, _unless_holder(decision, sponsor)
    if before is None:
        watch_grace(decision, at)
    if before is None or _names(before) == _names(after):
        return []
    _pass_to(decision, after, at)
    return [Move(decision, before.person, after.person)] if after else []


def keep_escalation(
    decision: Decision, seat: Seat, since: datetime, sponsor: Seat | None, at: datetime
) -> None:
    """Let the person in this seat still decide by escalation, because an edit began a new round.

    Tell them, because what they were told is about the round before. If today's `sponsor` is
    another person, pass the escalation on.
    """
    decision.escalated_to = seat.person
    decision.escalated_for = seat.on_behalf_of
    decision.escalated_at = since
    moved = follow_edit(decision, sponsor, at)
    if decision.escalated_to and not moved:
        decision.owe(Drawing.ESCALATED, at, decision.escalated_to, about=str(decision.event_count))


def follow_edit(decision: Decision, sponsor: Seat | None, at: datetime) -> list[Move]:
    """Pass an escalation on after an edit has routed the decision anew; return the move, if any.

    `sponsor` is the seat of today's sponsor by that route. A delegate who was named for this
    decision alone keeps their seat, and the route does not know that.
    """
    return pass_escalation_on(decision, sponsor and unless_seated(decision, sponsor), at)


def _unless_holder(decision: Decision, sponsor: Seat | None) -> Seat | None:
    """Return this seat; None if the sponsor, or their delegate, is a holder of the decision."""
    holders = decision.holders.values()
    held = sponsor and (sponsor.person in holders or sponsor.on_behalf_of in holders)
    return None if held else sponsor


def _names(seat: Seat | None) -> tuple[str, str | None] | None:
    return (seat.person, seat.on_behalf_of) if seat else None


def _pass_to(decision: Decision, seat: Seat | None, at: datetime) -> None:
    """Let this person decide by escalation, tell them, and remind them later.

    If `seat` is None, nobody may decide by escalation any more.
    """
    decision.escalated_to = seat.person if seat else None
    decision.escalated_for = seat.on_behalf_of if seat else None
    decision.escalated_at = at if seat else None
    decision.state = next_state(decision.state, Verb.ESCALATE)
    payload = Escalated(to=decision.escalated_to, for_=decision.escalated_for)
    decision.record(Verb.ESCALATE, Act(None, at), payload)
    if seat:
        decision.owe(Drawing.ESCALATED, at, seat.person, about=str(decision.event_count))
        remind_next_morning(decision, seat.person, at)


def remind_of_overdue(decision: Decision, at: datetime) -> None:
    """Remind everybody who may decide this, if it is overdue, from the next working morning on.

    Their reminders may have ended, because they had nothing to do while the impact was awaited, or
    before an undo.
    """
    if decision.overdue_at and decision.state is not State.AWAITING_IMPACT:
        for person in decision.allowed_to_decide:
            remind_next_morning(decision, person, at)


def remind_next_morning(decision: Decision, person: str, at: datetime) -> None:
    """Set this person's first reminder of a decision that has come to them.

    It is not posted if nothing is urgent that morning. The hour is that of the channel's time zone;
    later reminders use the person's.
    """
    version = decision.rights_version
    morning = next_morning(at, version.time_zone, version.calendar)
    remind_at(decision.session, decision.workspace_id, person, morning)


def remind_at(session: Session, workspace_id: int, person: str, due_at: datetime) -> None:
    """Set a timer that looks at this moment whether this person is to be reminded.

    A person may have several timers on one day, because mornings of two time zones count. They get
    one reminder a day all the same (`handlers/reminders.py`).
    """
    set_timer(
        session,
        workspace_id,
        TimerKind.REMIND,
        f"remind:{person}:{due_at:%Y-%m-%dT%H:%M:%S}",
        due_at,
        Subject(person=person),
    )


def snooze(session: Session, workspace_id: int, person: str, until: datetime) -> None:
    """Send this person no reminders before `until`."""
    session.merge(Snooze(workspace_id=workspace_id, person=person, until=until))


def snoozed_until(
    session: Session, workspace_id: int, person: str, at: datetime
) -> datetime | None:
    """Return the moment until which this person wants no reminders; None if they want them now."""
    found = session.get(Snooze, (workspace_id, person))
    return found.until if found and found.until > at else None


def newest_reminder(session: Session, workspace_id: int, person: str) -> list[Post]:
    """Return the last reminder that was owed to this person, as a list of none or one."""
    return list(
        session.scalars(
            select(Post)
            .join(Post.channel)
            .where(
                Channel.workspace_id == workspace_id,
                Post.person == person,
                Post.drawing == Drawing.REMINDER,
            )
            .order_by(Post.id.desc())
            .limit(1)
        )
    )
