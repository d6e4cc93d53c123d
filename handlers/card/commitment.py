"""The commitment on a card: what becomes of it, and whether it has moved meanwhile."""

from __future__ import annotations

from handlers.answers import Block
from handlers.ui import blocks, outcomes, phrases
from models.mrkdwn import day, escaped
from models.rules import Role
from models.tables.commitment import Commitment
from models.tables.decision import Decision


def commitment_part(decision: Decision) -> list[Block]:
    """Show the commitment before and after the decision.

    Before approval, say also if its date has moved since the decision was raised.
    """
    commitment, settlement = decision.commitment, decision.settlement
    if commitment is None:
        return []
    name = f"*Commitment {escaped(commitment.name)}*, promised to {escaped(commitment.promised_to)}"
    if settlement:
        shown = [
            blocks.section(
                f"{name}:"
                f"{outcomes.moved_words(decision, settlement) or _stands(decision, commitment)}"
            )
        ]
    else:
        shown = [
            blocks.section(f"{name}: {if_approved(decision, commitment)}"),
            *_ground(decision, commitment),
        ]
    if decision.scope_change:
        shown.append(blocks.typed("Scope", decision.scope_change))
    return shown


def _stands(decision: Decision, commitment: Commitment) -> str:
    own = commitment.days_by(decision.id)
    return (
        f" moved {phrases.signed_days(own)} by an earlier round."
        if own
        else " not moved by this decision."
    )


def if_approved(decision: Decision, commitment: Commitment) -> str:
    """Say what an approval does to the commitment: `12 Dec → 17 Dec (+5 days), if approved.`"""
    if not commitment.is_open:
        return f"closed ({commitment.state}); nothing moves it any more."
    if decision.move_to is None:
        return f"stays at {day(commitment.promised_on)}; its scope changes, if approved."
    if decision.move_to == commitment.promised_on:
        own = phrases.signed_days(commitment.days_by(decision.id))
        return (
            f"moved to {day(decision.move_to)} by an earlier round ({own}). It stays there "
            "if this is approved again."
        )
    return (
        f"{day(commitment.promised_on)} → *{day(decision.move_to)}* "
        f"({phrases.days(decision.move_to, commitment.promised_on)}), if approved."
        f"{unlike_the_slip(decision, commitment)}"
    )


def unlike_the_slip(decision: Decision, commitment: Commitment) -> str:
    """Say both numbers of days if the stated slip differs from the move; empty if they agree.

    Both are counted in working days here. A card shows the move itself in calendar days.
    """
    of_delivery = [told for told in decision.statements if told.role is Role.PROJECT_MANAGER]
    told = of_delivery[0] if of_delivery else decision.statement
    if told is None or decision.move_to is None:
        return ""
    calendar = decision.rights_version.calendar
    asked = calendar.days_between(commitment.promised_on, decision.move_to)
    if asked == told.days:
        return ""
    same_way = told.days * asked > 0
    moves = str(abs(asked)) if same_way else phrases.slip(asked)
    return f" Impact: {phrases.slip(told.days)}, this move: {moves}."


def _ground(decision: Decision, commitment: Commitment) -> list[Block]:
    return (
        [blocks.section(f"*{ground_words(decision, commitment)}*")] if decision.ground_moved else []
    )


def ground_words(decision: Decision, commitment: Commitment) -> str:
    """Say that another decision has moved the date since this one was raised."""
    assert decision.move_from
    movers = commitment.movers(since=decision.raised_at)
    others = [number for number in movers if number != decision.number]
    meanwhile = f"{decision.named(others[-1])} has moved it to" if others else "it has moved to"
    return (
        f"The commitment has moved: when this was raised, {escaped(commitment.name)} was "
        f"promised for {day(decision.move_from)}; since then {meanwhile} "
        f"{day(commitment.promised_on)}."
    )
