"""Beginning of a round: route the decision, ask for impact, set the timers.

Raising begins the first round. Reopening, returning, resubmitting and undoing begin the next, and
so does an edit after somebody has acted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from models.acts import Act, Seat
from models.refusals import deciding, refused
from models.rules import Impact, Outcome, Person, State, Verb, first_state, next_state
from models.tables.acceptance import Claim
from models.tables.decision import Decision
from models.tables.history_payloads import Edited, RoundBegun
from models.tables.post import Drawing
from models.verbs import commitment_moves
from models.verbs.deadlines import returns_at, set_timers
from models.verbs.deciding import UNDO_FOR
from models.verbs.delegating import ONE_DECISION
from models.verbs.overdue import (
    follow_edit,
    keep_escalation,
    pass_escalation_on,
    remind_of_overdue,
)
from models.verbs.routing import Routing
from models.verbs.superseding import mark_since, restore, supersede
from models.verbs.undoing import (
    check_still_theirs,
    replaced_in_this_round,
    restored_in_this_round,
)
from models.working_time import end_of_window, local_day

# If a deferred decision had a due date, its new one is this long after the day of its return.
DUE_AFTER_RETURN = timedelta(days=7)
# If the timer of a deferred decision fires late by less than this, the return is recorded at the
# moment for which the timer was set.
NEARLY_IN_TIME = timedelta(minutes=1)


def place(decision: Decision, routing: Routing) -> None:
    """Set rights, seats and routing sentence of a decision as this routing says."""
    decision.rights_version = routing.version
    decision.decides = routing.decides
    decision.move_decides = routing.move_decides
    decision.impact_from = routing.impact_from
    decision.routed = routing.sentence
    decision.holder_seat = routing.holder
    decision.counterpart_seat = routing.counterpart


def ask_for_impact(decision: Decision, routing: Routing, at: datetime) -> None:
    """Set `impact`; open the impact window if a statement that the rights ask for is missing."""
    missing = routing.impact_from and decision.to_state_impact
    if decision.is_after_the_fact:
        _close_window(decision)
    elif decision.statement and not missing:
        decision.impact = decision.impact_stated
    elif not missing:
        _close_window(decision)
    elif decision.impact is not Impact.LAPSED:
        # A window that has lapsed opens again only if the caller has set NOT_ASKED before.
        if decision.impact is not Impact.AWAITED or decision.impact_due_at is None:
            days = routing.version.impact_days
            zone, calendar = routing.time_zone, routing.version.calendar
            decision.impact_due_at = end_of_window(at, days, zone, calendar)
        decision.impact = Impact.AWAITED


def _close_window(decision: Decision) -> None:
    decision.impact = Impact.NOT_ASKED
    decision.impact_due_at = None


def _begin(
    decision: Decision, verb: Verb, routing: Routing, begun: RoundBegun | Edited, act: Act
) -> None:
    """Begin the next round of the same record; the settlement keeps how the last round ended.

    The impact is asked for again if the question was changed. It is also asked for again if a
    decision returns or is reopened after nobody stated it in time.
    """
    mark_since(decision, verb, act, begun.reason if isinstance(begun, RoundBegun) else None)
    decision.state = next_state(decision.state, verb)
    decision.round += 1
    before, seats = decision.holders, decision.seats
    place(decision, routing)
    if verb is Verb.REVISE:
        _keep_delegates(decision, seats)
    lapsed = decision.impact is Impact.LAPSED
    if verb is Verb.REVISE:
        decision.question_round = decision.round
    if verb is Verb.REVISE or (verb in (Verb.RETURN, Verb.REOPEN) and lapsed):
        _close_window(decision)
    ask_for_impact(decision, routing, act.at)
    decision.state = first_state(decision.impact)
    _clear_outcome(decision)
    moved = before != decision.holders
    payload = replace(
        begun,
        round=decision.round,
        routed=decision.routed,
        holder=decision.holder,
        counterpart=decision.counterpart,
        holders_before=tuple(sorted(before.values())) if moved else None,
    )
    decision.record(verb, act, payload)
    commitment_moves.redraw_replacements(decision, act.at)
    set_timers(decision, routing, act.at)


def _clear_outcome(decision: Decision) -> None:
    """Clear the decision's outcome, which the settlement of the last round keeps."""
    decision.outcome = None
    decision.option_position = None
    decision.undo_until = None
    decision.settled_by = None
    decision.settled_at = None
    decision.settled_reason = None
    decision.settled_hash = None
    decision.overdue_at = None
    decision.escalated_to = None
    decision.escalated_for = None
    decision.escalated_at = None


# ---- second thoughts -----------------------------------------------------------------------------


def check_may_reopen(decision: Decision, role_holders: list[str], person: Person) -> None:
    """Raise the Refused that says why this person cannot reopen or supersede this decision.

    `role_holders` are the channel's product owner and project manager.
    """
    if not decision.state.settled:
        raise deciding.StillOpen(decision.number)
    if decision.state is not State.DECIDED or decision.is_disputed:
        newer = decision.superseded_by or (decision.disputed_in if decision.is_disputed else None)
        named = decision.named(newer) if newer else None
        raise deciding.CannotReopen(decision.number, named, decision.sort)
    if person.id not in role_holders:
        raise deciding.OnlyRoleHoldersReopen(
            decision.number, role_holders, decision.gone_among(*role_holders)
        )
    refused.check_can_act(person)


def reopen(
    decision: Decision,
    routing: Routing,
    due_on: date | None,
    reason: str,
    act: Act,
    *,
    outsiders: Collection[str] = (),
) -> None:
    """Reopen a settled decision.

    Tell the people who had a part in it. Also tell role holders in whose place somebody decided or
    signed, if they hold the decision again now. `outsiders` are not told. People who must act now
    get the request to act instead, so that nobody is told twice.
    """
    people = people_of(decision) - {act.person.id, *outsiders}
    decision.due_on = due_on
    begun = RoundBegun(reason=reason, due_on=str(due_on or ""))
    _begin(decision, Verb.REOPEN, routing, begun, act)
    represented = {settlement.on_behalf_of for settlement in decision.settlements}
    represented |= {signature.on_behalf_of for signature in decision.signatures}
    people |= ({*decision.holders.values()} & represented) - {act.person.id, *outsiders}
    for person in sorted(people - set(decision.asked_to_act)):
        decision.owe(Drawing.REOPENED, act.at, person)


def people_of(decision: Decision) -> set[str]:
    """Return the people who had a part in the decision.

    They raised it, claimed or submitted it again, were consulted, hold it, stated impact, signed,
    were asked a question, or decided.
    """
    people = {decision.raised_by, *decision.consulted, *decision.holders.values()}
    people |= {claim.by for claim in decision.claims}
    people |= {statement.by for statement in decision.impacts} | {
        signature.person for signature in decision.signatures
    }
    people |= {question.asked_of for question in decision.questions} | {
        settlement.by for settlement in decision.settlements
    }
    return people


def check_may_undo(
    decision: Decision, role_holders: list[str], person: Person, at: datetime
) -> None:
    """Raise the Refused that says why this person cannot take this decision back.

    `role_holders` are the people who may reopen it instead.
    """
    if decision.state is not State.DECIDED or decision.settled_by is None:
        raise deciding.NothingToUndo(decision.number)
    if decision.settled_by != person.id:
        gone = decision.gone_among(*role_holders)
        raise deciding.NotYoursToUndo(decision.number, decision.settled_by, role_holders, gone)
    if decision.is_disputed:
        newer = decision.named(decision.disputed_in or 0)
        raise deciding.CannotUndoDispute(decision.number, newer)
    if decision.outcome is Outcome.DISPUTED:
        raise deciding.NothingToUndo(decision.number)
    if decision.undo_until is None or at > decision.undo_until:
        in_time = decision.settled_at and at <= decision.settled_at + UNDO_FOR
        refusal = deciding.NoLongerYours if in_time else deciding.TooLateToUndo
        raise refusal(decision.number, role_holders, decision.gone_among(*role_holders))
    refused.check_can_act(person)


def undo(
    decision: Decision, routing: Routing, act: Act, *, replaced: Decision | None = None
) -> None:
    """Take back a decision within minutes, as the person who made it.

    The history keeps the undo. The decision is made anew in the next round, which is overdue or
    escalated if this round was.
    """
    check_may_undo(decision, routing.version.role_holders, act.person, act.at)
    check_still_theirs(decision, routing, act.person.id)
    for subject in filter(None, (decision, replaced)):
        commitment_moves.check_moved_last(decision, subject)
    commitment_moves.take_back(decision, act)
    if replaced and replaced_in_this_round(decision, replaced):
        restore(replaced, act)
    elif replaced and restored_in_this_round(decision, replaced):
        supersede(replaced, decision.number, act)
    overdue_at, escalated_at = decision.overdue_at, decision.escalated_at
    escalated_to, escalated_for = decision.escalated_to, decision.escalated_for
    _begin(decision, Verb.UNDO, routing, RoundBegun(), act)
    decision.overdue_at = overdue_at
    decision.escalated_to = escalated_to
    decision.escalated_for = escalated_for
    decision.escalated_at = escalated_at
    pass_escalation_on(decision, routing.sponsor, act.at)
    remind_of_overdue(decision, act.at)


def resume(decision: Decision, routing: Routing, at: datetime) -> None:
    """Reopen a deferred decision on its date, under today's rights.

    Do nothing if it is no longer deferred, or was deferred to a later date. If the timer fires late
    by seconds, the return is recorded at the moment for which the timer was set. So a digest of
    that moment counts the decision as waiting.
    """
    if (
        decision.state is State.DECIDED
        and decision.outcome is Outcome.DEFERRED
        and (due_at := returns_at(decision)) <= at
    ):
        at = due_at if at - due_at < NEARLY_IN_TIME else at
        today = local_day(at, routing.version.time_zone)
        decision.due_on = today + DUE_AFTER_RETURN if decision.due_on else None
        begun = RoundBegun(due_on=str(decision.due_on or ""))
        _begin(decision, Verb.RETURN, routing, begun, Act(None, at))


# ---- the raiser ----------------------------------------------------------------------------------


def check_may_resubmit(decision: Decision) -> None:
    """Raise NotSentBack unless the work was sent back and has not been submitted again."""
    if decision.outcome is not Outcome.SENT_BACK or decision.state is not State.DECIDED:
        raise deciding.NotSentBack(decision.number)


def resubmit(
    decision: Decision, routing: Routing, link: str | None, evidence: str, act: Act
) -> None:
    """Claim again that the work is finished, after it was sent back.

    The new evidence belongs to the next round, under the same number.
    """
    check_may_resubmit(decision)
    claim = Claim(
        round=decision.round + 1, link=link, evidence=evidence, by=act.person.id, at=act.at
    )
    decision.claims.append(claim)
    begun = RoundBegun(link=link, evidence=evidence)
    _begin(decision, Verb.RESUBMIT, routing, begun, act)


def check_may_edit(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot change what was asked."""
    decision.check_open()
    decision.check_is_raiser(person, "edit")
    refused.check_can_act(person)


def edit(decision: Decision, routing: Routing, act: Act, change: Callable[[], Edited]) -> None:
    """Change what is asked: in place while nobody has acted on it, else as the next round.

    `change` makes the change. If it changes the question, the impact window begins anew. Otherwise
    a raiser could ask a harmless question, and replace it just before the window ends. An edit ends
    no escalation. Otherwise a raiser could keep the sponsor out with ever later dates.
    """
    check_may_edit(decision, act.person)
    untouched, due_on, asked = decision.untouched, decision.due_on, _asked(decision)
    edited = change()
    if decision.due_on != due_on:
        decision.overdue_at = None
    if not untouched:
        escalated, since = decision.escalated_seat, decision.escalated_at
        _begin(decision, Verb.REVISE, routing, edited, act)
        if escalated and since:
            keep_escalation(decision, escalated, since, routing.sponsor, act.at)
        return
    next_state(decision.state, Verb.EDIT)  # Checks that an edit is possible in this state.
    seats = decision.seats
    place(decision, routing)
    given_back_to = _keep_delegates(decision, seats)
    if _asked(decision) != asked:
        _close_window(decision)
    ask_for_impact(decision, routing, act.at)
    decision.state = first_state(decision.impact)
    payload = replace(
        edited,
        routed=decision.routed,
        holder=decision.holder,
        counterpart=decision.counterpart,
    )
    decision.record(Verb.EDIT, act, payload)
    if decision.escalated_to:
        follow_edit(decision, routing.sponsor, act.at)
    # Slack notifies nobody of a redrawn request.
    for person in given_back_to & {post.person for post in decision.posts}:
        decision.owe(Drawing.HANDED_OVER, act.at, person, about=f"{act.at:%Y%m%d%H%M%S}")
    set_timers(decision, routing, act.at)


def _keep_delegates(decision: Decision, seats: tuple[Seat, Seat]) -> set[str]:
    """Keep the delegates whom role holders have named for this decision alone.

    An edit takes nothing back from them. There is one exception: if one person would now sit on
    both sides, and did not before, the role holders get their sides back. Return these role
    holders; empty if the delegates stay. `seats` are the seats before the edit.
    """
    named = {seat.on_behalf_of: seat for seat in seats if seat.because == ONE_DECISION}
    holder, counterpart = decision.seats
    first = named.get(holder.on_behalf_of or holder.person, holder)
    second = named.get(counterpart.on_behalf_of or counterpart.person, counterpart)
    if first.person == second.person and seats[0].person != seats[1].person:
        kept = (holder, first), (counterpart, second)
        return {routed.person for routed, seat in kept if routed != seat}
    decision.holder_seat = first
    decision.counterpart_seat = second
    return set()


def _asked(decision: Decision) -> tuple[object, ...]:
    """Return the question whose impact is to be stated, and the counterpart who is asked."""
    effect = decision.commitment, decision.move_to, decision.scope_change
    return (
        decision.title,
        decision.kind,
        decision.why_now,
        list(decision.options),
        effect,
        decision.counterpart,
    )
