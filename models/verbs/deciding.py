"""Approve, reject, defer, judge, withdraw: how a round ends. Each checks the right, settles the round and writes history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from models.refusals import deciding
from models.rules import Decider, Outcome, Person, Role, State, Verb, next_state
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.tables.settlement import Settlement
from models.tables.timer import TimerKind
from models.tables.tradeoff import Option, Signature
from models.verbs import commitment_moves
from models.verbs.deadlines import set_round_timer
from models.working_time import MORNING, OPENING, local_day, moment

# One's own decision can be taken back this long (docs/reference/behaviour.md, What people do).
UNDO_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a round ends: outcome (None is withdrawn), reason, and what only some endings have."""

    outcome: Outcome | None
    reason: str
    option: int | None = None
    moves: bool = False
    deferred_until: date | None = None
    review_on: date | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


def approve(
    decision: Decision,
    option: Option | None,
    reason: str,
    by: Person,
    at: datetime,
    *,
    moves: bool = False,
    review_on: date | None = None,
    replaced: Decision | None = None,
) -> None:
    """Approve one option. A joint decision is decided by the second signature, which signs what the first one chose.

    `moves` says whether its commitment moves; `replaced` is the decision that this one supersedes. The sponsor, once it is
    escalated to them, decides alone.
    """
    decision.check_may_decide(by)
    first = decision.first_signature if by.id in decision.holders.values() else None
    chosen = first.option_position if first else option.position if option else None
    moves = first.moves if first else moves
    commitment_moves.check_may_move(decision, moves)
    if decision.decides is Decider.JOINT and by.id in decision.holders.values():
        _sign(decision, chosen, moves, reason, by.id, at)
        if decision.still_to_sign:
            decision.state = next_state(decision.state, Verb.SIGN)
            decision.record(
                Verb.SIGN, by.id, at, {"option": chosen, "moves": moves, "reason": reason}
            )
            return
    outcome = Outcome.ACKNOWLEDGED if decision.is_after_the_fact else Outcome.APPROVED
    _settle(decision, Ending(outcome, reason, chosen, moves, None, review_on), by.id, at, replaced)


def _sign(
    decision: Decision, option: int | None, moves: bool, reason: str, by: str, at: datetime
) -> None:
    for role, holder in decision.still_to_sign.items():
        if holder == by:
            decision.signatures.append(
                Signature(
                    round=decision.round,
                    role=role,
                    person=by,
                    on_behalf_of=_stood_for(decision, role),
                    option_position=option,
                    moves=moves,
                    reason=reason,
                    at=at,
                )
            )


def _stood_for(decision: Decision, role: Role) -> str | None:
    """For whom somebody sits in the seat of this role, if for somebody else."""
    joint = decision.decides is Decider.JOINT
    return (
        decision.counterpart_for if joint and role is Role.PROJECT_MANAGER else decision.holder_for
    )


def reject(
    decision: Decision, reason: str, by: Person, at: datetime, replaced: Decision | None = None
) -> None:
    """Say no; of what was decided elsewhere: dispute it. Of a joint decision, either can."""
    decision.check_may_decide(by)
    outcome = Outcome.DISPUTED if decision.is_after_the_fact else Outcome.REJECTED
    _settle(decision, Ending(outcome, reason), by.id, at, replaced)


def defer(
    decision: Decision,
    until: date,
    reason: str,
    by: Person,
    at: datetime,
    replaced: Decision | None = None,
) -> None:
    """Not now: it comes back by itself on that day."""
    decision.check_may_decide(by)
    _settle(decision, Ending(Outcome.DEFERRED, reason, deferred_until=until), by.id, at, replaced)
    set_round_timer(decision, TimerKind.RETURNS, returns_at(decision))


def returns_at(decision: Decision) -> datetime:
    """When this deferred decision comes back."""
    done = decision.settlement
    assert done
    assert done.deferred_until
    return moment(done.deferred_until, OPENING, decision.rights_version.time_zone)


def judge(
    decision: Decision,
    outcome: Outcome,
    reason: str,
    verdicts: Mapping[str, Any],
    by: Person,
    at: datetime,
) -> None:
    """Give the verdict on a claim; the criteria and follow-ups are already set, and `verdicts` is what history keeps of them."""
    decision.check_may_decide(by)
    _settle(decision, Ending(outcome, reason, changes=verdicts), by.id, at, None)
    for owner in dict.fromkeys(
        one.owner for one in decision.follow_ups if one.round == decision.round
    ):
        decision.owe(Drawing.FOLLOW_UPS, at, owner)
    for one in decision.follow_ups:
        if one.round == decision.round:
            due_at = moment(one.due_on, time(0), decision.rights_version.time_zone)
            set_round_timer(decision, TimerKind.FOLLOW_UP_DUE, due_at, str(one.position))


def check_may_withdraw(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot withdraw this now."""
    decision.check_open()
    if person.id != decision.raised_by:
        raise deciding.OnlyTheRaiser(decision.number, decision.raised_by, "withdraw")
    commitment_moves.check_has_not_moved(decision)
    deciding.check_can_act(person)


def withdraw(
    decision: Decision, reason: str, by: Person, at: datetime, replaced: Decision | None = None
) -> None:
    """The raiser takes it back. Not a decision, and never shown as one."""
    check_may_withdraw(decision, by)
    decision.state = next_state(decision.state, Verb.WITHDRAW)
    _close(decision, Verb.WITHDRAW, Ending(None, reason), by.id, at, replaced)


def _settle(
    decision: Decision, ending: Ending, by: str, at: datetime, replaced: Decision | None
) -> None:
    decision.state = next_state(decision.state, Verb.DECIDE)
    decision.outcome, decision.option_position = ending.outcome, ending.option
    decision.undo_until = at + UNDO_FOR
    _close(decision, Verb.DECIDE, ending, by, at, replaced)
    set_round_timer(decision, TimerKind.UNDO_ENDS, at + UNDO_FOR)
    if ending.review_on and decision.statement:
        due_at = moment(ending.review_on, MORNING, decision.rights_version.time_zone)
        set_round_timer(decision, TimerKind.REVIEW, due_at)


def _close(
    decision: Decision, verb: Verb, ending: Ending, by: str, at: datetime, replaced: Decision | None
) -> None:
    if replaced and ending.outcome is Outcome.APPROVED:
        if replaced.state is State.DECIDED:
            supersede(replaced, decision.number, by, at)
        elif replaced.superseded_by != decision.number:
            # It is open again, or something else has taken its place: this one stands beside it.
            decision.supersedes = None
    moved = commitment_moves.settle(decision, ending.moves, at)
    if (
        replaced
        and ending.outcome is not Outcome.APPROVED
        and replaced.superseded_by == decision.number
    ):
        restore(replaced, by, at)
    decision.settled_by, decision.settled_at, decision.settled_reason = by, at, ending.reason
    done = _settlement(decision, ending, by, at)
    done.moved_from, done.moved_to = (moved.from_on, moved.to_on) if moved else (None, None)
    decision.settlements.append(done)
    decision.record(verb, by, at, _changes(decision, done, ending))
    decision.settled_hash = done.hash = decision.head_hash
    decision.owe(Drawing.OUTCOME, at, thread=decision.card)
    if by != decision.raised_by:
        decision.owe(Drawing.SETTLED, at, decision.raised_by)


def _settlement(decision: Decision, ending: Ending, by: str, at: datetime) -> Settlement:
    statement, due_on, promise = decision.statement, decision.due_on, decision.commitment
    return Settlement(
        round=decision.round,
        outcome=ending.outcome,
        option_position=ending.option,
        moves=ending.moves,
        by=by,
        title=decision.title,
        on_behalf_of=decision.role_holder(by) if ending.outcome else None,
        impact=decision.impact,
        by_escalation=by == decision.escalated_to and by not in decision.holders.values(),
        same_person=decision.same_person,
        reason=ending.reason,
        at=at,
        hash="",
        kind=decision.kind.label,
        role=_role_of(decision, by),
        option_name=decision.option.name if decision.option else None,
        commitment_name=promise.name if promise else None,
        rights_number=decision.rights_version.number,
        took_seconds=None
        if decision.is_after_the_fact
        else int((at - decision.begun_at).total_seconds()),
        due_on=due_on,
        in_time=local_day(at, decision.rights_version.time_zone) <= due_on if due_on else None,
        forecast_days=statement.days if statement else None,
        deferred_until=ending.deferred_until,
        review_on=ending.review_on if decision.statement else None,
    )


def _role_of(decision: Decision, person: str) -> str:
    roles = [role for role, holder in decision.holders.items() if holder == person]
    return " and ".join(role.label for role in roles or decision.decides.roles)


def _changes(decision: Decision, done: Settlement, ending: Ending) -> dict[str, Any]:
    facts: dict[str, Any] = {"reason": done.reason}
    if ending.outcome:
        facts |= {
            "outcome": ending.outcome,
            "impact": done.impact,
            "same_person": done.same_person,
            "option": done.option_position,
            "on_behalf_of": done.on_behalf_of,
            "by_escalation": done.by_escalation,
        }
    if done.moved_to and decision.commitment:
        facts["commitment"] = [decision.commitment.name, str(done.moved_from), str(done.moved_to)]
    dates = {"deferred_until": done.deferred_until, "review_on": done.review_on}
    return {**facts, **{name: str(day) for name, day in dates.items() if day}, **ending.changes}


def supersede(old: Decision, number: int, by: str, at: datetime) -> None:
    """A newer decision takes its place; before that one moves a commitment, this one's move is reversed by a new entry."""
    old.state = next_state(old.state, Verb.SUPERSEDE)
    old.superseded_by = number
    mark_since(old, Verb.SUPERSEDE, by, at)
    commitment_moves.settle(old, False, at)
    old.record(Verb.SUPERSEDE, by, at, {"by": number})


def restore(old: Decision, by: str, at: datetime) -> None:
    """The newer decision does not stand, so this one does again, with what it moved, once that one's move is taken back."""
    old.state = next_state(old.state, Verb.RESTORE)
    old.superseded_by = None
    done = old.settlement
    assert done
    done.since = done.since_by = done.since_at = done.since_reason = None
    commitment_moves.put_back(old, at)
    old.record(Verb.RESTORE, by, at, {})
    if old.outcome is Outcome.DEFERRED:
        # Its day may have passed while it did not stand.
        set_round_timer(old, TimerKind.RETURNS, returns_at(old), str(old.event_count))


def mark_since(
    decision: Decision, verb: Verb, by: str | None, at: datetime, reason: str | None = None
) -> None:
    """What ended the outcome of the round that now ends; its post in the channel says so."""
    done = decision.settlement
    if done:
        done.since, done.since_by, done.since_at, done.since_reason = verb, by, at, reason
