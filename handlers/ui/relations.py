"""Relations of a decision to others, and to the people whose view is wanted, in a few words."""

from __future__ import annotations

from models.mrkdwn import who
from models.reads.replaced_moves import out_of_reach
from models.rules import State
from models.tables.decision import Decision


def relations(decision: Decision) -> list[str]:
    """Return, in a few words each, what it replaces or disputes, and whose view is wanted."""
    consulted = ", ".join(map(who, decision.consulted))
    return [
        *([in_place_of(decision)] if decision.supersedes else []),
        *(
            [f"disputes what {decision.named(decision.disputes)} recorded"]
            if decision.disputes
            else []
        ),
        *([f"view wanted: {consulted}"] if consulted else []),
    ]


def in_place_of(decision: Decision) -> str:
    """Say which older decision this one replaces, or why an approval would not replace it now."""
    older = decision.named(decision.supersedes or 0)
    lost = out_of_reach(decision)
    if lost is None:
        return f"in place of {older}"
    if lost.superseded_by:
        return f"was to replace {older}, which {decision.named(lost.superseded_by)} has replaced"
    was = "was withdrawn" if lost.state is State.WITHDRAWN else "is open again"
    return f"was to replace {older}, which {was}"
