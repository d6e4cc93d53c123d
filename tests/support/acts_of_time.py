"""Acts of time, and of other decisions, on a decision. Each takes the decision and its sample.

Some raise NothingHappens if they have nothing to do. The others then do nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from models.acts import Act, Seat
from models.refusals.refused import Refused
from models.rules import Decider, Right
from models.tables.commitment import CommitmentMove, CommitmentState
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.verbs import (
    empty_seats,
    follow_ups,
    impact,
    overdue,
    rounds,
    superseding,
)
from models.verbs.handover import SeatsToday
from support.sample import ALICE, BOB, OLGA, PEOPLE, Sample


class NothingHappens(Refused):
    """Refusal of an act of time that had nothing to do."""


def window_lapses(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, decision.impact_due_at or sample.at)
    impact.lapse_impact(decision, sample.at)


def goes_overdue(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, datetime(2026, 12, 20, tzinfo=UTC))
    overdue.mark_overdue(decision, sample.at)


def is_escalated(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, datetime(2027, 1, 10, tzinfo=UTC))
    sponsor = decision.rights_version.sponsor
    overdue.escalate(decision, Seat(sponsor) if sponsor else None, sample.at)


def returns(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, datetime(2026, 12, 18, tzinfo=UTC))
    rounds.resume(decision, sample.routing(decision.kind), sample.at)


def undo_ends(decision: Decision, sample: Sample) -> None:
    if decision.undo_until is None:
        raise NothingHappens
    decision.undo_until = None


def review_is_asked(decision: Decision, sample: Sample) -> None:
    by = PEOPLE[decision.counterpart]
    follow_ups.review_to_answer(decision, decision.round, by, by.id, date.max)
    if any(post.drawing is Drawing.REVIEW_REQUEST for post in decision.posts):
        raise NothingHappens
    decision.owe(Drawing.REVIEW_REQUEST, sample.at, decision.counterpart)


def is_superseded(decision: Decision, sample: Sample) -> None:
    superseding.supersede(decision, 9, Act(BOB, sample.at))


def is_restored(decision: Decision, sample: Sample) -> None:
    superseding.restore(decision, Act(BOB, sample.at))


def ground_moves(decision: Decision, sample: Sample) -> None:
    if decision.commitment is None or any(move.decision_id == 99 for move in sample.promise.moves):
        raise NothingHappens
    move = CommitmentMove(
        decision_id=99, decision_number=99, round=1, days=7, undoes=False, at=sample.at
    )
    sample.promise.enter(move)


def promise_closes(decision: Decision, sample: Sample) -> None:
    if decision.commitment is None or not sample.promise.is_open:
        raise NothingHappens
    sample.promise.close(CommitmentState.MISSED, "It is late", Act(ALICE, sample.at))


def holder_leaves(decision: Decision, sample: Sample) -> None:
    gone = [decision.holder]
    seats = SeatsToday(sample.at, lambda *_: True, gone)
    empty_seats.vacate([decision], decision.holder, sample.version, sample.at, seats)


def rights_change(decision: Decision, sample: Sample) -> None:
    if sample.version.number > 3:
        raise NothingHappens
    table = {**sample.version.table, decision.kind: Right(Decider.PROJECT_MANAGER, False)}
    sample.version = sample.rights(4, product_owner=OLGA.id, table=table)
