"""References of the decisions and commitments that a board shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.reads import board as record
from models.reads import references
from models.reads.references import References
from models.tables.decision import Decision
from models.tables.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Links:
    """References of the decisions and commitments of a page, by id."""

    decisions: References
    commitments: References


def shown_links(
    session: Session,
    promised: record.Commitments,
    waits: Collection[Decision],
    settled: Collection[tuple[Decision, Settlement]],
) -> Links:
    """Read the references of everything that the page shows, in two statements."""
    shown = {decision.id for decision in (*waits, *(decision for decision, _ in settled))}
    commitments = {commitment.id for commitment in (*promised.open, *promised.closed)}
    return Links(
        references.of_decisions(session, shown), references.of_commitments(session, commitments)
    )
