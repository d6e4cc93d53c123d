"""Lines of the digest about commitments and about who decides."""

from __future__ import annotations

from handlers.rights.differences import who_decides
from handlers.ui import phrases
from models.mrkdwn import day, escaped, number, who, with_link
from models.reads.movements import Movement, ScopeChange
from models.reads.week import Week
from models.tables.commitment import Commitment


def commitment_lines(week: Week, most: int) -> list[str]:
    """Say what moved commitments, what changed their scope, and how some ended.

    There are at most `most` lines of each sort.
    """
    moved = [_movement_words(movement) for movement in week.movements[:most]]
    scope = [_scope_words(change) for change in week.scope_changes[:most]]
    return moved + scope + [_closed_words(commitment) for commitment in week.closed[:most]]


def _scope_words(change: ScopeChange) -> str:
    by, name = _numbers([change.decision]), escaped(change.name)
    if change.is_in_force:
        return f"{by} changed the scope of *{name}*."
    return f"The change of the scope of *{name}* by {by} was taken back."


def _closed_words(commitment: Commitment) -> str:
    return (
        f"{who(commitment.closed_by or '')} marked *{escaped(commitment.name)}* as "
        f"{commitment.state.value}; it was promised for {day(commitment.promised_on)}."
    )


def _movement_words(movement: Movement) -> str:
    """Name the decisions whose moves still count. Then name those whose moves were taken back."""
    name = f"*{escaped(movement.commitment.name)}*"
    how_far = f"by {phrases.signed_days(movement.days)}, to {day(movement.to_on)}"
    undone = f"the move of {_numbers(movement.taken_back)} was taken back"
    if not movement.decisions:
        return f"{name} moved {how_far}: {undone}."
    counted = number(len(movement.decisions), "decision")
    rest = f"; {undone}" if movement.taken_back else ""
    return f"{counted} ({_numbers(movement.decisions)}) moved {name} {how_far}{rest}."


def _numbers(decisions: list[tuple[int, str | None]]) -> str:
    return ", ".join(with_link(f"#{number}", card) for number, card in decisions[:6])


def rights_lines(week: Week, most: int) -> list[str]:
    """Say, for each version that changed who decides, who made it and what it changed."""
    return [
        f"Rights v{after.number}, made by {who(after.author)}: "
        f"{' '.join(who_decides(before, after))}"
        for before, after in week.rights_changes[:most]
    ]
