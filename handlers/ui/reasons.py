"""Reasons of an outcome: one, or one of each person who signed."""

from __future__ import annotations

from handlers.ui.outcomes import by_whom_alone, signer
from models.mrkdwn import escaped
from models.rules import Outcome
from models.tables.decision import Decision
from models.tables.settlement import Settlement


def by_each(decision: Decision, settlement: Settlement) -> list[tuple[str, str]]:
    """Return who gave which reason for a round's outcome: `<@U1>`, or `<@U1> for <@U2>`; the text.

    A decision that two people have signed has the reason of each; a rejection has one. If the
    sponsor has chosen something else than was signed, only the sponsor's reason is one for it.
    """
    said = [(by_whom_alone(settlement), settlement.reason)]
    if settlement.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED):
        signed = decision.signatures_of(settlement)
        said = [*((signer(sign), sign.reason) for sign in signed), *said]
    return [(by, reason) for by, reason in dict.fromkeys(said) if reason]


def reasons(decision: Decision, settlement: Settlement) -> list[tuple[str, str]]:
    """Return the reasons of a round's outcome, each with its label: `Why`, or `Why, says <@U1>`."""
    said = by_each(decision, settlement)
    return [(f"Why, says {by}" if len(said) > 1 else "Why", reason) for by, reason in said]


def why(decision: Decision, settlement: Settlement) -> str:
    """Write the reasons of an outcome as mrkdwn, each in a line of its own."""
    said = reasons(decision, settlement)
    return "\n".join(f"{label}: {escaped(reason)}" for label, reason in said)
