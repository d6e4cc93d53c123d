"""Keeping of references. The list of a decision is replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from models.acts import Act
from models.references import Link, searched
from models.rules import Verb
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history_payloads import Edited
from models.tables.reference import Reference
from models.tables.write_behind import IfThere, write_behind


def rows(links: Sequence[Link]) -> list[dict[str, Any]]:
    return [
        {"position": at, "url": link.url, "name": link.name, "sought": searched(link.name)}
        for at, link in enumerate(links, start=1)
    ]


def urls_of(links: Sequence[Link] | None) -> tuple[str, ...] | None:
    """Return what the history keeps of these references; None if the form did not ask for any."""
    return None if links is None else tuple(link.url for link in links)


def keep_references(decision: Decision, links: Sequence[Link]) -> None:
    """Keep these as the references of a decision that has none."""
    for row in rows(links):
        write_behind(
            decision.session,
            Reference,
            {**row, "commitment_id": None},
            if_there=IfThere.FAIL,
            decision_id=decision,
        )


def replace_references(decision: Decision, links: Sequence[Link]) -> None:
    """Keep these as the references of a decision, in place of those that it has."""
    decision.session.execute(delete(Reference).where(Reference.decision_id == decision.id))
    keep_references(decision, links)


def change_references(decision: Decision, links: Sequence[Link], act: Act) -> None:
    """Keep other references of an open decision; the question, and its round, stay as they are."""
    replace_references(decision, links)
    said = Edited(
        references=urls_of(links), holder=decision.holder, counterpart=decision.counterpart
    )
    decision.record(Verb.EDIT, act, said)


def add_references(commitment: Commitment, links: Sequence[Link]) -> list[Reference]:
    """Return the rows of a new commitment's references. The commitment must have its id."""
    return [Reference(commitment_id=commitment.id, **row) for row in rows(links)]
