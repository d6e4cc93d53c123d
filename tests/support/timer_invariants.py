"""Invariants of time: reminders keep their rules, and everything that is due has happened."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.rules import Outcome, State
from models.tables.absence import Absence, Snooze
from models.tables.channel import Channel
from models.tables.post import Post
from models.tables.timer import Timer
from models.working_time import OPENING, USUAL, local_day, moment
from support.reading import drawn_for_all
from support.record_invariants import RecordInvariants, Row
from support.route_runner import RouteRunner


class Reminders:
    """Invariant of reminders: at most one per person and local day, on working days, never empty.

    Nobody is reminded while their reminders are snoozed.
    """

    def __init__(self, runner: RouteRunner) -> None:
        self.runner = runner
        self.seen: set[tuple[str, date]] = set()

    def look(self, session: Session, new: list[Row]) -> None:
        for row in new:
            today = local_day(row.due_at, self.runner.people[row.person].time_zone)
            assert not USUAL.is_day_off(today), f"reminded on {today:%A}"
            assert (row.person, today) not in self.seen, (
                f"{row.person} was reminded twice on {today}"
            )
            self.seen.add((row.person, today))
            snooze = session.scalar(select(Snooze).where(Snooze.person == row.person))
            assert snooze is None or snooze.until <= row.due_at
            with_channel = joinedload(Post.channel).joinedload(Channel.workspace)
            post = session.scalars(
                select(Post).where(Post.id == row.id).options(with_channel)
            ).one()
            assert "Nothing is waiting" not in drawn_for_all(post, session).text


def by_now(runner: RouteRunner, truths: RecordInvariants, session: Session) -> None:
    """Check that everything that is due by now has happened: timers, returns, lapses, leaves."""
    now = runner.now
    assert (
        session.scalar(select(Timer.id).where(Timer.fired_at.is_(None), Timer.due_at <= now))
        is None
    )
    assert (
        session.scalar(select(Absence.id).where(Absence.ended_at.is_(None), Absence.ends_at <= now))
        is None
    )
    for row in truths.decisions.values():
        zone, settlements = (
            truths.versions[row.rights_version_id].time_zone,
            truths.settlements[row.id],
        )
        assert not (row.undo_until and row.undo_until <= now)
        if row.state is State.AWAITING_IMPACT:
            assert row.impact_due_at > now, f"the window of #{row.number} never lapsed"
        if not row.state.settled and row.due_on:
            assert bool(row.overdue_at) is (row.due_on < local_day(now, zone)), (
                f"#{row.number} is not overdue"
            )
        if row.state is State.DECIDED and row.outcome is Outcome.DEFERRED:
            assert moment(settlements[-1].deferred_until, OPENING, zone) > now, (
                f"#{row.number} never came back"
            )
