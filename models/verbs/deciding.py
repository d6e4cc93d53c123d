"""Endings of a round: approval, rejection, deferral, verdict, withdrawal.

Each checks the right, settles the round and writes history. An approval may be only a signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from models.acts import Act
from models.refusals import deciding, refused
from models.rules import Outcome, Person, Role, State, Verb, next_state
from models.tables.acceptance import FollowUp
from models.tables.decision import Decision
from models.tables.history_payloads import Settled, Signed
from models.tables.post import Drawing, Post, redraw_all
from models.tables.settlement import Settlement
from models.tables.timer import TimerKind
from models.tables.tradeoff import Option, Signature
from models.verbs import commitment_moves
from models.verbs.deadlines import returns_at, review_at, set_round_timer
from models.verbs.replacing_rights import brief_spell
from models.verbs.superseding import (
    deciders_of,
    has_kind_of,
    may_add_roles,
    restore,
    supersede,
)
from models.working_time import local_day, moment

# Time in which the person who decided can take the decision back (docs/reference/behaviour.md, What
# people do).
UNDO_FOR = timedelta(minutes=5)
# Outcomes after which the raiser may still withdraw, because the matter was left open.
UNFINISHED = (Outcome.DEFERRED, Outcome.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Approval:
    """Choice of the decider: option, reason, and whether the commitment moves.

    `review_on` is the day on which to ask how the forecast turned out.
    """

    option: Option | None
    reason: str
    moves: bool = False
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """End of a round: outcome (None if withdrawn), reason, and what only some endings have.

    `signed_as` are the roles whose signature this act has given.
    """

    outcome: Outcome | None
    reason: str
    option: int | None = None
    moves: bool = False
    deferred_until: date | None = None
    review_on: date | None = None
    signed_as: Sequence[Role] = ()


def approve(
    decision: Decision, approval: Approval, act: Act, *, replaced: Decision | None = None
) -> None:
    """Approve one option.

    A joint decision is settled by its second signature. The first signature chooses the option; the
    second agrees to the same option. After an escalation, the sponsor decides alone, or gives the
    signature that is missing (`Decision.choice_before`). `replaced` is the decision that this one
    supersedes.
    """
    decision.check_may_decide(act.person)
    holds = act.person.id in decision.holders.values()
    first = decision.choice_before(act.person.id)
    chosen = approval.option.position if approval.option else None
    moves = approval.moves
    if first:
        chosen = first.option_position
        moves = first.moves
    commitment_moves.check_may_move(decision, moves)
    signatories = _signatories(decision, moves, replaced)
    signed_as: list[Role] = []
    if len(signatories) > 1 and holds:
        signed = Signed(option=chosen, moves=moves, reason=approval.reason)
        signed_as = _sign(decision, signatories, signed, act)
        if signatories.keys() & decision.still_to_sign.keys():
            decision.state = next_state(decision.state, Verb.SIGN)
            decision.record(Verb.SIGN, act, signed)
            return
    outcome = Outcome.ACKNOWLEDGED if decision.is_after_the_fact else Outcome.APPROVED
    ending = Ending(
        outcome,
        approval.reason,
        option=chosen,
        moves=moves,
        review_on=approval.review_on,
        signed_as=signed_as,
    )
    _settle(decision, ending, act, replaced)


def _signatories(decision: Decision, moves: bool, replaced: Decision | None) -> dict[Role, str]:
    """Return the people who must all agree to this outcome, by role.

    They hold the right of the kind. The people who hold the right to move the commitment are added
    in each of these cases:

    - The outcome moves the commitment, or takes a move back.
    - A role that decided the replaced decision does not decide this kind.

    Raise ReplacesMore if a role that decided the replaced decision is not among them.
    """
    changes = moves or commitment_moves.move_stands(decision)
    deciders = deciders_of(replaced, decision) if replaced else set()
    if replaced and deciders:
        decide_again = deciders <= set(decision.decides.roles)
        changes = changes or commitment_moves.move_stands(replaced) or not decide_again
    movers = decision.move_decides.roles if decision.move_decides and changes else ()
    roles = dict.fromkeys((*decision.decides.roles, *movers))
    if replaced and not deciders <= roles.keys():
        named = decision.words.roles(role for role in Role if role in deciders)
        older = decision.named(replaced.number)
        editor, exists = may_add_roles(decision), has_kind_of(decision, deciders)
        raise deciding.ReplacesMore(decision.number, older, named, editor, exists)
    return {role: decision.seat_of(role) for role in roles}


def _sign(
    decision: Decision, signatories: Mapping[Role, str], signed: Signed, act: Act
) -> list[Role]:
    """Sign in each role in which this person has not signed yet; return these roles."""
    before = {
        signature.role for signature in decision.signatures if signature.round == decision.round
    }
    roles = [
        role for role, holder in signatories.items() if holder == act.actor and role not in before
    ]
    for role in roles:
        decision.signatures.append(
            Signature(
                round=decision.round,
                role=role,
                person=signatories[role],
                on_behalf_of=decision.on_behalf_of.get(role),
                option_position=signed.option,
                moves=signed.moves,
                reason=signed.reason,
                at=act.at,
            )
        )
    return roles


def reject(decision: Decision, reason: str, act: Act, *, replaced: Decision | None = None) -> None:
    """Reject a decision, or dispute one that was made elsewhere.

    Either signatory can reject a joint decision, unless they have signed it.
    """
    decision.check_may_decide(act.person)
    outcome = Outcome.DISPUTED if decision.is_after_the_fact else Outcome.REJECTED
    _settle(decision, Ending(outcome, reason), act, replaced)


def defer(
    decision: Decision, until: date, reason: str, act: Act, *, replaced: Decision | None = None
) -> None:
    """Defer a decision: it comes back by itself on that day."""
    decision.check_may_decide(act.person)
    _settle(decision, Ending(Outcome.DEFERRED, reason, deferred_until=until), act, replaced)
    set_round_timer(decision, TimerKind.RETURNS, returns_at(decision))


def judge(decision: Decision, outcome: Outcome, reason: str, act: Act) -> None:
    """Give the verdict on a claim, after its criteria are judged and its follow-ups are set."""
    decision.check_may_decide(act.person)
    _settle(decision, Ending(outcome, reason), act, None)
    owed = _follow_ups_of_round(decision)
    for owner in dict.fromkeys(follow_up.owner for follow_up in owed):
        decision.owe(Drawing.FOLLOW_UPS, act.at, owner)
    for follow_up in owed:
        due_at = moment(follow_up.due_on, time(0), decision.rights_version.time_zone)
        set_round_timer(decision, TimerKind.FOLLOW_UP_DUE, due_at, str(follow_up.position))


def _follow_ups_of_round(decision: Decision) -> list[FollowUp]:
    return [follow_up for follow_up in decision.follow_ups if follow_up.round == decision.round]


def check_may_withdraw(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot withdraw the decision now."""
    decision.check_open()
    decision.check_is_raiser(person, "withdraw")
    commitment_moves.check_has_not_moved(decision)
    _check_was_not_decided(decision, person)
    refused.check_can_act(person)


def _check_was_not_decided(decision: Decision, person: Person) -> None:
    """Raise WasDecided if a decision was made and reopened, and its raiser may not withdraw it.

    The raiser may withdraw such a decision only if the raiser or the person who reopened it holds
    the right to decide it. Otherwise two people without the right could take back an outcome: one
    reopens the decision, and its raiser withdraws it. Rounds that were undone, and outcomes that
    left the matter open (UNFINISHED), do not count.
    """
    lasting = [
        settlement for settlement in decision.settlements if settlement.since is not Verb.UNDO
    ]
    last = lasting[-1] if lasting else None
    if last is None or last.since is not Verb.REOPEN or last.outcome in (None, *UNFINISHED):
        return
    holders = list(dict.fromkeys(decision.holders.values()))
    if person.id not in holders and last.since_by not in holders:
        gone = decision.gone_among(*holders)
        raise deciding.WasDecided(
            decision.number, decision.sort, last.outcome.label, last.since_by, holders, gone
        )


def withdraw(
    decision: Decision, reason: str, act: Act, *, replaced: Decision | None = None
) -> None:
    """Withdraw a decision, as its raiser. A withdrawn round has no outcome."""
    check_may_withdraw(decision, act.person)
    decision.state = next_state(decision.state, Verb.WITHDRAW)
    _close(decision, Verb.WITHDRAW, Ending(None, reason), act, replaced)
    _redraw_disputed(decision, act.at)


def _redraw_disputed(decision: Decision, at: datetime) -> None:
    """Redraw the messages about the record that this decision disputes.

    That record can be reopened now.
    """
    if decision.disputes:
        record = select(Decision.id).where(
            Decision.workspace_id == decision.workspace_id, Decision.number == decision.disputes
        )
        copies = select(Post).where(Post.decision_id == record.scalar_subquery())
        redraw_all(decision.session, decision.session.scalars(copies), at)


def _settle(decision: Decision, ending: Ending, act: Act, replaced: Decision | None) -> None:
    decision.state = next_state(decision.state, Verb.DECIDE)
    decision.outcome = ending.outcome
    decision.option_position = ending.option
    decision.undo_until = act.at + UNDO_FOR
    _close(decision, Verb.DECIDE, ending, act, replaced)
    set_round_timer(decision, TimerKind.UNDO_ENDS, act.at + UNDO_FOR)
    if ending.review_on and decision.statement:
        set_round_timer(decision, TimerKind.REVIEW, review_at(ending.review_on, decision))


def _close(
    decision: Decision, verb: Verb, ending: Ending, act: Act, replaced: Decision | None
) -> None:
    approved = ending.outcome is Outcome.APPROVED
    if replaced and approved:
        _take_the_place_of(decision, replaced, act)
    # An earlier round may have moved the commitment. If this round ends without an approval, the
    # move is taken back only if this person may move the commitment alone.
    agreed = approved or commitment_moves.may_move_alone(decision, act.person.id)
    moved = commitment_moves.settle(decision, ending.moves, act) if agreed else None
    if replaced and not approved and replaced.superseded_by == decision.number:
        restore(replaced, act, moves=agreed)
    decision.settled_by = act.person.id
    decision.settled_at = act.at
    decision.settled_reason = ending.reason
    settlement = _settlement(decision, ending, act)
    if moved:
        settlement.moved_from = moved.from_on
        settlement.moved_to = moved.to_on
    decision.settlements.append(settlement)
    decision.record(verb, act, _payload(decision, settlement))
    commitment_moves.redraw_replacements(decision, act.at)
    settlement.hash = decision.head_hash
    decision.settled_hash = decision.head_hash
    decision.owe(Drawing.OUTCOME, act.at, thread=decision.card)
    # If somebody else has submitted the work again, that person reads the verdict too.
    for person in dict.fromkeys((decision.raised_by, decision.asked_by(decision.round))):
        if person != act.actor:
            decision.owe(Drawing.SETTLED, act.at, person)


def _take_the_place_of(decision: Decision, replaced: Decision, act: Act) -> None:
    if replaced.state is State.DECIDED:
        supersede(replaced, decision.number, act)
    elif replaced.superseded_by != decision.number:
        # The older decision was reopened, or another decision has taken its place. It cannot be
        # superseded now, so this decision no longer says that it supersedes the older one.
        decision.supersedes = None


def _settlement(decision: Decision, ending: Ending, act: Act) -> Settlement:
    by = act.person.id
    statement, due_on, commitment = decision.statement, decision.due_on, decision.commitment
    took = None if decision.is_after_the_fact else act.at - decision.begun_at
    spell = brief_spell(decision.rights_version)
    roles = ending.signed_as or _roles_of(decision, by)
    return Settlement(
        round=decision.round,
        outcome=ending.outcome,
        option_position=ending.option,
        moves=ending.moves,
        by=by,
        title=decision.title,
        on_behalf_of=decision.decides_for(by, roles) if ending.outcome else None,
        # If a revision that was asked for has not come, the statement counts: late, or in time.
        impact=decision.impact_stated if decision.to_revise else decision.impact,
        by_escalation=decision.decides_by_escalation(by),
        same_person=decision.same_person,
        reason=ending.reason,
        at=act.at,
        hash="",
        kind=decision.words.kind(decision.kind),
        role=decision.words.roles(roles),
        option_name=decision.option.name if decision.option else None,
        commitment_name=commitment.name if commitment else None,
        rights_number=decision.rights_version.number,
        brief_number=decision.rights_version.number if spell else None,
        brief_seconds=spell.seconds if spell else None,
        took_seconds=int(took.total_seconds()) if took is not None else None,
        due_on=due_on,
        in_time=local_day(act.at, decision.rights_version.time_zone) <= due_on if due_on else None,
        forecast_days=statement.days if statement else None,
        deferred_until=ending.deferred_until,
        review_on=ending.review_on if decision.statement else None,
    )


def _roles_of(decision: Decision, person: str) -> Sequence[Role]:
    """Return the roles in which this person ends the round.

    A person without such a role, such as the sponsor, acts for the roles that decide the kind.
    """
    still = [role for role, holder in decision.still_to_sign.items() if holder == person]
    held = [role for role, holder in decision.holders.items() if holder == person]
    return still or held or decision.decides.roles


def _payload(decision: Decision, settlement: Settlement) -> Settled:
    moved = settlement.moved_to is not None and decision.commitment is not None
    payload = Settled(
        reason=settlement.reason,
        commitment=decision.commitment.name if moved and decision.commitment else None,
        moved_from=_iso(settlement.moved_from),
        moved_to=_iso(settlement.moved_to),
        deferred_until=_iso(settlement.deferred_until),
        review_on=_iso(settlement.review_on),
    )
    if settlement.outcome is None:
        return payload
    judged = [criterion.verdict_in(settlement.round) for criterion in decision.criteria]
    owed = _follow_ups_of_round(decision)
    return replace(
        payload,
        outcome=settlement.outcome,
        impact=settlement.impact,
        same_person=settlement.same_person,
        option=settlement.option_position,
        on_behalf_of=settlement.on_behalf_of or "",
        by_escalation=settlement.by_escalation,
        verdicts=tuple((verdict.verdict, verdict.reason) for verdict in judged if verdict) or None,
        follow_ups=tuple(
            (follow_up.what, follow_up.owner, follow_up.due_on.isoformat()) for follow_up in owed
        )
        or None,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
