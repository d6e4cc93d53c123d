"""Moves of an earlier round that a rejection or a deferral leaves as they are."""

from __future__ import annotations

from handlers.ui.cutting import fitted
from models.mrkdwn import escaped
from models.rules import Outcome
from models.tables.decision import Decision
from models.tables.settlement import Settlement


def kept_words(decision: Decision, settlement: Settlement, *, columns: int | None = None) -> str:
    """Say that a rejection or deferral leaves what an earlier round has changed.

    Example, with a space before it: ` The move of Beta by an earlier round stays.` The name is cut
    to `columns`.
    """
    no = settlement.outcome in (Outcome.REJECTED, Outcome.DEFERRED)
    commitment = decision.commitment if no and settlement.round > 1 else None
    if commitment is None:
        return ""
    entered = [
        entry
        for entry in commitment.moves
        if entry.decision_id == decision.id and entry.at <= settlement.at
    ]
    scopes = [entry for entry in entered if entry.scope]
    stays = [
        *(["move"] if sum(entry.days for entry in entered) else []),
        *(["change of scope"] if scopes and not scopes[-1].undoes else []),
    ]
    if not stays:
        return ""
    name = escaped(fitted(commitment.name, columns) if columns else commitment.name)
    verb = "stay" if len(stays) > 1 else "stays"
    return f" The {' and the '.join(stays)} of {name} by an earlier round {verb}."
