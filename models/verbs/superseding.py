"""Superseding: a newer decision takes the place of an older one, or gives the place back."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from models.acts import Act
from models.rules import TRADEOFF_KINDS, Outcome, Role, State, Verb, next_state
from models.tables.decision import Decision
from models.tables.history_payloads import Restored, Superseded
from models.tables.rights import RightsVersion
from models.tables.timer import TimerKind
from models.tables.tradeoff import Signature
from models.verbs import commitment_moves
from models.verbs.deadlines import returns_at, set_round_timer


def roles_behind(decision: Decision) -> set[Role]:
    """Return the roles that decide this decision, and those that decided each older one in a chain.

    The chain leads from a decision to the one that it has replaced. The sponsor may have decided in
    the place of these roles.
    """
    roles, newer = {*decision.holders}, decision
    while newer.supersedes:
        older = decision.session.scalar(
            select(Decision).where(
                Decision.workspace_id == decision.workspace_id,
                Decision.channel_id == decision.channel_id,
                Decision.number == newer.supersedes,
                Decision.superseded_by == newer.number,
            )
        )
        if older is None:
            break
        signed = (Signature.decision_id == older.id) & (Signature.round == older.round)
        roles |= {*older.decides.roles}
        roles |= {*decision.session.scalars(select(Signature.role).where(signed))}
        newer = older
    return roles


def deciders_of(replaced: Decision, decision: Decision) -> set[Role]:
    """Return the roles that decided what this decision replaces, or replaced in an earlier round.

    If `replaced` has moved a commitment since this decision was routed, the roles that decide such
    a move count too. They count even if the sponsor moved the commitment in their place.
    """
    if replaced.state is not State.DECIDED and replaced.superseded_by != decision.number:
        return set()
    unasked = decision.move_decides is None and commitment_moves.move_stands(replaced)
    movers = replaced.move_decides.roles if replaced.move_decides and unasked else ()
    return {*roles_behind(replaced), *movers}


def may_add_roles(decision: Decision) -> str | None:
    """Return the raiser if they may choose a kind that more roles decide; None if they may not.

    Once a round has ended, only a raiser who decides it may. See docs/reference/behaviour.md, What
    people do.
    """
    raiser = decision.raiser_here
    was_theirs = bool(decision.settlements or decision.disputes)
    decides = raiser in {decision.seat_of(role) for role in decision.decides.roles}
    return raiser if decides or not was_theirs else None


def has_kind_of(decision: Decision, roles: Collection[Role]) -> bool:
    """Return True if today's table has a kind that all these roles decide together."""
    rights = decision.session.scalars(
        select(RightsVersion).where(
            RightsVersion.channel_id == decision.channel_id, RightsVersion.replaced_at.is_(None)
        )
    ).one()
    kinds = [kind for kind in TRADEOFF_KINDS if kind in rights.kinds]
    return any({*roles} <= {*rights.table[kind].decides.roles} for kind in kinds)


def supersede(old: Decision, number: int, act: Act) -> None:
    """Put the newer decision with this number in the place of the old one.

    If the old decision moved a commitment, a new entry reverses that move. The newer decision
    enters its own move after that.
    """
    old.state = next_state(old.state, Verb.SUPERSEDE)
    old.superseded_by = number
    mark_since(old, Verb.SUPERSEDE, act)
    commitment_moves.settle(old, False, act)
    old.record(Verb.SUPERSEDE, act, Superseded(by=number))
    commitment_moves.redraw_replacements(old, act.at)


def restore(old: Decision, act: Act, *, moves: bool = True) -> None:
    """Put a superseded decision in force again; enter its move again if `moves` is True.

    The newer decision is not in force any more. If `moves` is True, its own move has been taken
    back already.
    """
    old.state = next_state(old.state, Verb.RESTORE)
    commitment_moves.redraw_replacements(old, act.at)
    old.superseded_by = None
    if moves:
        commitment_moves.put_back(old, act)
    settlement = old.settlement
    assert settlement
    settlement.since = None
    settlement.since_by = None
    settlement.since_at = None
    settlement.since_reason = None
    old.record(Verb.RESTORE, act, Restored())
    if old.outcome is Outcome.DEFERRED:
        # Its day may have passed while it was superseded.
        set_round_timer(old, TimerKind.RETURNS, returns_at(old), str(old.event_count))


def mark_since(decision: Decision, verb: Verb, act: Act, reason: str | None = None) -> None:
    """Note, in the settlement of this round, which act ended its outcome, by whom and why.

    The outcome post in the channel says so.
    """
    settlement = decision.settlement
    if settlement:
        settlement.since = verb
        settlement.since_by = act.actor
        settlement.since_at = act.at
        settlement.since_reason = reason
