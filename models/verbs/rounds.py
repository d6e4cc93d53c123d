"""Where a round begins: routed, asked, timed. Raising is the first; reopening, returning, resubmitting and editing make the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from models.refusals import deciding
from models.rules import Impact, Outcome, Person, State, Verb, first_state, next_state
from models.tables.acceptance import Claim
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.verbs import commitment_moves
from models.verbs.deadlines import set_timers
from models.verbs.deciding import mark_since, restore, returns_at
from models.verbs.overdue import follow_sponsor
from models.verbs.routing import Routing
from models.working_time import end_of_window, local_day

# A deferred decision that had a date gets a new one when it comes back; the card names it.
RETURNED_IN = timedelta(days=7)


def place(decision: Decision, routing: Routing) -> None:
    """Put it before the people of this routing."""
    decision.rights_version, decision.decides, decision.routed = (
        routing.version,
        routing.decides,
        routing.sentence,
    )
    holder, counterpart = routing.holder, routing.counterpart
    decision.holder, decision.holder_for, decision.holder_because = (
        holder.person,
        holder.on_behalf_of,
        holder.because,
    )
    decision.counterpart, decision.counterpart_for = counterpart.person, counterpart.on_behalf_of
    decision.counterpart_because = counterpart.because


def ask_for_impact(decision: Decision, routing: Routing, at: datetime, zone: str) -> None:
    """Open the impact window where the rights ask for a statement that is not there. `zone` is the counterpart's."""
    if decision.is_after_the_fact:
        decision.impact, decision.impact_due_at = Impact.NOT_ASKED, None
    elif decision.statement:
        late = decision.statement.late
        decision.impact = Impact.LATE if late else Impact.STATED
    elif not routing.impact_first or decision.is_after_the_fact:
        decision.impact, decision.impact_due_at = Impact.NOT_ASKED, None
    elif decision.impact is not Impact.LAPSED:
        if decision.impact is not Impact.AWAITED or decision.impact_due_at is None:
            decision.impact_due_at = end_of_window(at, routing.version.impact_days, zone)
        decision.impact = Impact.AWAITED


def _begin(
    decision: Decision,
    verb: Verb,
    routing: Routing,
    by: str | None,
    at: datetime,
    zone: str,
    changes: Mapping[str, Any],
) -> None:
    """The next round of the same record; what the last one ended in stays in its settlement.

    Another question, and one that nobody stated the impact of in time, asks for the impact anew.
    """
    mark_since(decision, verb, by, at, changes.get("reason"))
    decision.state = next_state(decision.state, verb)
    decision.round += 1
    before = decision.holders
    place(decision, routing)
    if verb is Verb.REVISE:
        decision.question_round = decision.round
    if verb is Verb.REVISE or (
        verb in (Verb.RETURN, Verb.REOPEN) and decision.impact is Impact.LAPSED
    ):
        decision.impact, decision.impact_due_at = Impact.NOT_ASKED, None
    ask_for_impact(decision, routing, at, zone)
    decision.state = first_state(decision.impact)
    decision.outcome = decision.option_position = decision.undo_until = None
    decision.settled_by = decision.settled_at = decision.settled_reason = decision.settled_hash = (
        None
    )
    decision.overdue_at = decision.escalated_to = decision.escalated_at = None
    moved = {"holders_before": sorted(before.values())} if before != decision.holders else {}
    facts = {
        "round": decision.round,
        "routed": decision.routed,
        "holder": decision.holder,
        "counterpart": decision.counterpart,
    }
    decision.record(verb, by, at, {**facts, **moved, **changes})
    set_timers(decision, at, zone)


# ---- second thoughts -------------------------------------------------------------------------------------------------


def check_may_reopen(decision: Decision, editors: list[str], person: Person) -> None:
    """Raise the Refused that says why this cannot be reopened or superseded by this person. `editors` hold a role here."""
    if not decision.state.settled:
        raise deciding.StillOpen(decision.number)
    if decision.state is not State.DECIDED or decision.outcome is Outcome.DISPUTED:
        raise deciding.CannotReopen(decision.number, decision.superseded_by or decision.disputed_in)
    if person.id not in editors:
        raise deciding.OnlyRoleHoldersReopen(decision.number, editors)
    deciding.check_can_act(person)


def reopen(
    decision: Decision,
    routing: Routing,
    due_on: date | None,
    reason: str,
    by: Person,
    at: datetime,
    zone: str,
    *,
    outsiders: Collection[str] = (),
) -> None:
    """Decide it again. The people of the round before are told once, but for `outsiders`; whoever must act now is told by that."""
    people = people_of(decision) - {by.id, *outsiders}
    decision.due_on = due_on
    _begin(
        decision,
        Verb.REOPEN,
        routing,
        by.id,
        at,
        zone,
        {"reason": reason, "due_on": str(due_on or "")},
    )
    for person in sorted(people - set(decision.asked_to_act)):
        decision.owe(Drawing.REOPENED, at, person)


def people_of(decision: Decision) -> set[str]:
    """Who had a part in it: raised, was consulted, stated impact, signed, was asked, decided."""
    people = {decision.raised_by, *decision.consulted, *decision.holders.values()}
    people |= {one.by for one in decision.impacts} | {one.person for one in decision.signatures}
    people |= {one.asked_of for one in decision.questions} | {
        one.by for one in decision.settlements
    }
    return people


def check_may_undo(decision: Decision, person: Person, at: datetime) -> None:
    """Raise the Refused that says why this decision is not taken back."""
    if decision.state is not State.DECIDED or decision.settled_by != person.id:
        raise deciding.NotYoursToUndo(decision.number)
    if decision.outcome is Outcome.DISPUTED:
        raise deciding.CannotUndoDispute(decision.number, decision.disputed_in or 0)
    if decision.undo_until is None or at > decision.undo_until:
        raise deciding.TooLateToUndo(decision.number)
    deciding.check_can_act(person)


def undo(
    decision: Decision,
    routing: Routing,
    by: Person,
    at: datetime,
    zone: str,
    replaced: Decision | None = None,
) -> None:
    """Take back one's own decision within minutes: recorded as such, and decided anew in the next round, as late as it was."""
    check_may_undo(decision, by, at)
    commitment_moves.take_back(decision, at)
    if replaced and replaced.superseded_by == decision.number:
        restore(replaced, by.id, at)
    late = decision.overdue_at, decision.escalated_to, decision.escalated_at
    _begin(decision, Verb.UNDO, routing, by.id, at, zone, {})
    decision.overdue_at, decision.escalated_to, decision.escalated_at = late
    follow_sponsor(decision, routing.version.sponsor, at)


def come_back(decision: Decision, routing: Routing, at: datetime, zone: str) -> None:
    """A deferred one returns, under the rights of this day. Does nothing if it was reopened, or deferred anew, before."""
    if (
        decision.state is State.DECIDED
        and decision.outcome is Outcome.DEFERRED
        and returns_at(decision) <= at
    ):
        today = local_day(at, routing.version.time_zone)
        decision.due_on = today + RETURNED_IN if decision.due_on else None
        _begin(
            decision, Verb.RETURN, routing, None, at, zone, {"due_on": str(decision.due_on or "")}
        )


# ---- the raiser ------------------------------------------------------------------------------------------------------


def resubmit(decision: Decision, claim: Claim, routing: Routing, at: datetime, zone: str) -> None:
    """What was sent back is finished again, says the team: new evidence, next round, the same number."""
    if decision.outcome is not Outcome.SENT_BACK or decision.state is not State.DECIDED:
        raise deciding.NotSentBack(decision.number)
    claim.round = decision.round + 1
    decision.claims.append(claim)
    changes = {"link": claim.link, "evidence": claim.evidence}
    _begin(decision, Verb.RESUBMIT, routing, claim.by, at, zone, changes)


def check_may_edit(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot change what was asked."""
    decision.check_open()
    if person.id != decision.raised_by:
        raise deciding.OnlyTheRaiser(decision.number, decision.raised_by, "edit")
    deciding.check_can_act(person)


def edit(
    decision: Decision,
    routing: Routing,
    by: Person,
    at: datetime,
    zone: str,
    change: Callable[[], Mapping[str, Any]],
) -> None:
    """Change what is asked: in place while nobody has acted on it, else as the next round. `change` makes the change."""
    check_may_edit(decision, by)
    untouched, due_on = decision.untouched, decision.due_on
    changes = change()
    if decision.due_on != due_on:
        decision.overdue_at = decision.escalated_to = decision.escalated_at = None
    if not untouched:
        _begin(decision, Verb.REVISE, routing, by.id, at, zone, changes)
        return
    next_state(decision.state, Verb.EDIT)
    asked = decision.counterpart
    place(decision, routing)
    if decision.counterpart != asked:
        decision.impact, decision.impact_due_at = Impact.NOT_ASKED, None
    ask_for_impact(decision, routing, at, zone)
    decision.state = first_state(decision.impact)
    facts = {
        "routed": decision.routed,
        "holder": decision.holder,
        "counterpart": decision.counterpart,
    }
    decision.record(Verb.EDIT, by.id, at, {**facts, **changes})
    set_timers(decision, at, zone)
