"""Commitment of a decision: what becomes of it, and whether it has moved meanwhile."""

from __future__ import annotations

from datetime import timedelta

from handlers.answers import Block
from handlers.ui import blocks, outcomes, phrases
from models.mrkdwn import day, escaped, who
from models.reads.replaced_moves import return_by, reversal_by
from models.rules import Role
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.verbs.commitment_moves import may_move_alone, move_stands

SCOPE_BACK = "its scope will again be what it was"
OLDER_SCOPE_BACK = "the earlier change of its scope is taken back"
NOT_MOVED = " not moved by this decision."


def commitment_part(decision: Decision) -> list[Block]:
    """Show what the decision does, or did, to the commitment.

    While the decision is open, say also if the date has moved since the decision was raised.
    """
    commitment, settlement = decision.commitment, decision.settlement
    if commitment is None:
        return taken_back(decision)
    name = f"*Commitment {escaped(commitment.name)}*, promised to {escaped(commitment.promised_to)}"
    if settlement:
        gone = outcomes.move_is_gone(decision, settlement)
        moved = outcomes.moved_words(decision, settlement) or _stands(decision, commitment)
        said = f" {phrases.capital(gone)}." if gone else ""
        shown = [blocks.section(f"{name}:{moved}{said}")]
    else:
        shown = [
            blocks.section(f"{name}: {if_agreed(decision, commitment)}"),
            *_moved_since(decision, commitment),
            *taken_back(decision),
        ]
    if decision.scope_change and (settlement or not decision.signed_without_move):
        holds = settlement is None or settlement.moves or commitment.scope_stands(decision.id)
        label = "Scope" if holds else "Scope that was asked for"
        shown.append(blocks.typed(label, decision.scope_change))
    return shown


def _stands(decision: Decision, commitment: Commitment) -> str:
    """Say what an earlier round has changed and the last one has left as it was."""
    days, scope = commitment.days_by(decision.id), commitment.scope_stands(decision.id)
    effects = [f"moved {phrases.signed_days(days)}"] if days else []
    effects += ["its scope changed"] if scope else []
    return f" {' and '.join(effects)} by an earlier round." if effects else NOT_MOVED


def taken_back(decision: Decision) -> list[Block]:
    """Say what becomes of the older decision's move if this decision takes its place.

    The date is left out if this decision asks for a new date of the same commitment.
    """
    reversal = reversal_by(decision)
    if reversal is None:
        return []
    moves = decision.move_to and reversal.is_of(decision)
    promised, back = day(reversal.commitment.promised_on), day(reversal.back_to)
    effects = [f"{promised} → *{back}*"] if reversal.days and not moves else []
    if reversal.scope:
        own = decision.scope_change and reversal.is_of(decision)
        effects.append(OLDER_SCOPE_BACK if own else SCOPE_BACK)
    if not effects:
        return []
    name, older = escaped(reversal.commitment.name), decision.named(reversal.number)
    because = f"{older} has changed that, and this takes its place"
    return [blocks.section(f"*{name}*: {'; '.join(effects)}, if approved: {because}.")]


def without_move(decision: Decision, commitment: Commitment) -> str:
    """Say what becomes of the commitment if this is approved without its move."""
    if not commitment.is_open:
        return "stays as it is."
    reversal = reversal_by(decision)
    older = reversal if reversal and reversal.is_of(decision) else None
    days = commitment.days_by(decision.id) + (older.days if older else 0)
    back = commitment.promised_on - timedelta(days=days)
    effects = [f"goes back, {phrases.move(commitment.promised_on, back)}"] if days else []
    if commitment.scope_stands(decision.id) or (older and older.scope):
        effects.append(SCOPE_BACK)
    return f"{'; '.join(effects) or 'stays as it is'}."


def if_not_approved(decision: Decision, person: str) -> list[Block]:
    """Say what becomes of each commitment if this person ends the round without an approval.

    The decision's own move is taken back, and the move that it had itself taken back holds again.
    If this person may not change the commitment alone, it stays as it is.
    """
    own = decision.commitment if move_stands(decision) else None
    older = return_by(decision)
    touched = {found.id: found for found in (own, older and older.commitment) if found}
    alone = may_move_alone(decision, person)
    shown = []
    for commitment in touched.values():
        back = own is commitment
        which = ", which an earlier round has changed" if back else ""
        name = f"*{escaped(commitment.name)}*{which}"
        scope = back and commitment.scope_stands(decision.id)
        if not alone:
            shown.append(blocks.section(f"{name}: {_stays(commitment, back, scope)}"))
            continue
        again = older if older and older.commitment is commitment else None
        days = (again.days if again else 0) - (commitment.days_by(decision.id) if back else 0)
        promised = commitment.promised_on
        moved = phrases.move(promised, promised + timedelta(days=days))
        effects = [moved if days else f"stays at {day(promised)}"]
        if scope:
            effects.append(SCOPE_BACK)
        if again:
            named = ("date", again.days), ("scope", again.scope)
            parts = " and ".join(part for part, changed in named if changed)
            effects.append(
                f"the change of its {parts} by {decision.named(again.number)} will hold again"
            )
        shown.append(blocks.section(f"{name}: {'; '.join(effects)}."))
    return shown


def _stays(commitment: Commitment, back: bool, scope: bool) -> str:
    """Say that one of two people leaves it as it is, and how its change can be taken back."""
    left = " with its scope as it is now" if scope else ""
    way = " To take the change back, approve without it; others then sign that." if back else ""
    stays = f"stays at {day(commitment.promised_on)}{left}"
    return f"{stays}, because you cannot change it alone.{way}"


def if_approved(decision: Decision, commitment: Commitment) -> str:
    """Say what an approval does to the commitment: `12 Dec → 17 Dec (+5 days), if approved.`"""
    if not commitment.is_open:
        return f"closed ({commitment.state}); nothing moves it any more."
    reversal = reversal_by(decision)
    back = reversal if reversal and reversal.is_of(decision) and reversal.days else None
    if decision.move_to is None:
        stays = (
            f"goes back to {day(back.back_to)}"
            if back
            else f"stays at {day(commitment.promised_on)}"
        )
        if commitment.scope_stands(decision.id):
            return (
                f"{stays}; its scope stays as an earlier round left it, if this is approved again."
            )
        return f"{stays}; its scope changes, if approved."
    if decision.move_to == commitment.promised_on:
        own = commitment.days_by(decision.id)
        if not own and not back:
            return f"at {day(decision.move_to)} already, by another decision. It stays there."
        earlier = f"by an earlier round ({phrases.signed_days(own)})"
        by = f"by {decision.named(back.number)}" if back else earlier
        again = "if this is approved" if back else "if this is approved again"
        return f"moved to {day(decision.move_to)} {by}. It stays there {again}."
    return (
        f"{day(commitment.promised_on)} → *{day(decision.move_to)}* "
        f"({phrases.days(decision.move_to, commitment.promised_on)}), if approved."
        f"{unlike_the_slip(decision, commitment)}"
    )


def if_agreed(decision: Decision, commitment: Commitment) -> str:
    """Say what an approval does to the commitment if it agrees to the first signature, if any."""
    signed = decision.signed_without_move
    if signed is None or not commitment.is_open:
        return if_approved(decision, commitment)
    stays = without_move(decision, commitment).removesuffix(".")
    return f"{stays}, if approved: {outcomes.signer(signed)} signed without its change."


def unlike_the_slip(decision: Decision, commitment: Commitment) -> str:
    """Say both numbers of days if the stated slip differs from the move; empty if they agree.

    Empty too if the commitment has the wanted date already, from an earlier round or another
    decision. Both are counted in working days here, although a card shows the move itself in
    calendar days.
    """
    of_delivery = [
        statement for statement in decision.statements if statement.role is Role.PROJECT_MANAGER
    ]
    statement = of_delivery[0] if of_delivery else decision.statement
    if statement is None or decision.move_to in (None, commitment.promised_on):
        return ""
    calendar = decision.rights_version.calendar
    asked = calendar.working_days_between(commitment.promised_on, decision.move_to)
    if asked == statement.days:
        return ""
    same_way = statement.days * asked > 0
    is_clear = same_way and asked > 0
    moves = str(asked) if is_clear else phrases.slip(asked)
    impact = f"Impact by {who(statement.by)}: {phrases.slip(statement.days)}"
    return f" {impact}, this move: {moves}."


def _moved_since(decision: Decision, commitment: Commitment) -> list[Block]:
    return (
        [blocks.section(f"*{has_moved_words(decision, commitment)}*")]
        if decision.commitment_has_moved
        else []
    )


def has_moved_words(decision: Decision, commitment: Commitment) -> str:
    """Say that the date has moved since this decision was raised, and by which other decision."""
    assert decision.move_from
    movers = commitment.movers(since=decision.raised_at)
    others = [number for number in movers if number != decision.number]
    meanwhile = f"{decision.named(others[-1])} has moved it to" if others else "it has moved to"
    return (
        f"The commitment has moved: when this was raised, {escaped(commitment.name)} was "
        f"promised for {day(decision.move_from)}; since then {meanwhile} "
        f"{day(commitment.promised_on)}."
    )
