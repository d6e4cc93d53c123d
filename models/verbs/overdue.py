"""Overdue decisions: after a grace period, the sponsor may decide too.

See docs/reference/behaviour.md, Time.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.acts import Act
from models.rules import Verb, next_state
from models.tables.absence import Snooze
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.history_payloads import Escalated, WentOverdue
from models.tables.post import Drawing, Post
from models.tables.timer import Subject, TimerKind, set_timer
from models.verbs.deadlines import set_round_timer
from models.working_time import end_of_window, local_day


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

    A handover calls it too. If the sponsor was the holder, there was nobody to escalate to. After
    the handover there is.
    """
    if decision.overdue_at and not decision.escalated_to and not decision.state.settled:
        ends_at = max(at, _grace_ends_at(decision, decision.overdue_at))
        set_round_timer(decision, TimerKind.ESCALATES, ends_at, f"{ends_at:%Y%m%d%H%M%S}")


def _grace_ends_at(decision: Decision, overdue_at: datetime) -> datetime:
    version = decision.rights_version
    return end_of_window(overdue_at, version.grace_days, version.time_zone, version.calendar)


def escalate(decision: Decision, sponsor: str | None, at: datetime) -> None:
    """Let today's sponsor decide too, if the grace period is over and the decision still open.

    Do nothing if the sponsor decides it anyway. A new round has its own date and grace period, so a
    timer of an earlier round does nothing.
    """
    if decision.state.settled or not decision.overdue_at or decision.escalated_to or not sponsor:
        return
    if sponsor in decision.holders.values() or _grace_ends_at(decision, decision.overdue_at) > at:
        return
    decision.escalated_to = sponsor
    decision.escalated_at = at
    decision.state = next_state(decision.state, Verb.ESCALATE)
    decision.record(Verb.ESCALATE, Act(None, at), Escalated(to=sponsor))
    decision.owe(Drawing.ESCALATED, at, sponsor, about=str(decision.event_count))


def follow_sponsor(decision: Decision, sponsor: str | None, at: datetime) -> None:
    """Pass an escalation on to the channel's new sponsor.

    End it if there is no sponsor, or if the sponsor is a holder of the decision. If an overdue
    decision is not escalated yet, set the timer that escalates it.
    """
    new = None if sponsor in decision.holders.values() else sponsor
    if decision.escalated_to is None:
        watch_grace(decision, at)
    if decision.escalated_to in (None, new):
        return
    decision.escalated_to = new
    decision.escalated_at = at if new else None
    decision.state = next_state(decision.state, Verb.ESCALATE)
    decision.record(Verb.ESCALATE, Act(None, at), Escalated(to=new))
    if new:
        decision.owe(Drawing.ESCALATED, at, new, about=str(decision.event_count))


def remind_at(
    session: Session, workspace_id: int, person: str, day: date, due_at: datetime
) -> None:
    """Set the timer of this person's one reminder on this local day."""
    set_timer(
        session,
        workspace_id,
        TimerKind.REMIND,
        f"remind:{person}:{day.isoformat()}",
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
