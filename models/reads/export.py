"""Decisions of an export, each with its whole history: a few at a time, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager

from models.loading import read_commitments_of, read_parts_of, read_rights_of
from models.reads import references
from models.reads.search import STATES
from models.references import Link
from models.rules import Kind
from models.tables.channel import Channel, is_called
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.workspace import Workspace

PARTS = (
    "impacts",
    "signatures",
    "claims",
    "criteria",
    "follow_ups",
    "questions",
    "settlements",
)


@dataclass(frozen=True, slots=True)
class ExportScope:
    """Scope of an export: one workspace (`tenant`) and one channel (Slack's id), or all of them.

    `state` is a key of search.STATES; times say when a decision was raised.
    """

    tenant: str | None = None
    channel: str | None = None
    kind: Kind | None = None
    state: str | None = None
    since: datetime | None = None
    before: datetime | None = None


class Format(StrEnum):
    """File format. CSV_SEMICOLON is CSV for Excel where a semicolon is the list separator."""

    CSV = "csv"
    CSV_SEMICOLON = "csv;"
    JSON = "json"
    MARKDOWN = "markdown"

    @property
    def suffix(self) -> str:
        """Return the last part of the file's name."""
        return "zip" if self is Format.MARKDOWN else self.value.removesuffix(";")

    @property
    def label(self) -> str:
        """Return what people call the format."""
        return "Markdown" if self is Format.MARKDOWN else self.suffix.upper()


@dataclass(frozen=True, slots=True)
class Export:
    """One file: its format, its decisions, and when it was asked for."""

    format: Format
    scope: ExportScope
    at: datetime

    @property
    def title(self) -> str:
        return f"Decisions, {self.at:%Y-%m-%d %H:%M} UTC"

    @property
    def name(self) -> str:
        return f"decisions-{self.at:%Y-%m-%d-%H%M%S}.{self.format.suffix}"


@dataclass(frozen=True, slots=True)
class Whole:
    """Decision with its whole history and its references.

    `of_commitment` are the references of the commitment that it touches.
    """

    decision: Decision
    events: list[HistoryEvent] = field(default_factory=list)
    references: list[Link] = field(default_factory=list)
    of_commitment: list[Link] = field(default_factory=list)


def count(session: Session, scope: ExportScope) -> int:
    """Return how many decisions are in the export."""
    return session.scalar(_narrowed(select(func.count(Decision.id)), scope)) or 0


def batch(session: Session, scope: ExportScope, after: int, most: int) -> list[Whole]:
    """Return the next decisions after this id, at most `most`. Later numbers have higher ids."""
    query = (
        _narrowed(select(Decision), scope)
        .where(Decision.id > after)
        .order_by(Decision.id)
        .limit(most)
        .options(contains_eager(Decision.channel).contains_eager(Channel.workspace))
    )
    decisions = session.scalars(query).all()
    read_rights_of(session, decisions)
    read_parts_of(session, decisions, *PARTS)
    read_commitments_of(session, decisions)
    ids = [decision.id for decision in decisions]
    events = defaultdict[int, list[HistoryEvent]](list)
    for event in session.scalars(_events(), {"ids": ids}) if ids else ():
        events[event.decision_id].append(event)
    links = references.of_decisions(session, ids)
    touched = {decision.commitment_id for decision in decisions if decision.commitment_id}
    promised = references.of_commitments(session, touched)
    return [
        Whole(
            decision,
            events[decision.id],
            links[decision.id],
            promised[decision.commitment_id or 0],
        )
        for decision in decisions
    ]


@cache
def _events() -> Select[HistoryEvent]:
    these = HistoryEvent.decision_id.in_(bindparam("ids", expanding=True))
    return select(HistoryEvent).where(these).order_by(HistoryEvent.sequence)


def _narrowed(query: Select[Any], scope: ExportScope) -> Select[Any]:
    query = query.join(Decision.channel).join(Channel.workspace)
    if scope.tenant:
        query = query.where(Workspace.tenant == scope.tenant)
    if scope.channel:
        query = query.where(is_called(scope.channel))
    if scope.kind:
        query = query.where(Decision.kind == scope.kind)
    if scope.state:
        query = query.where(STATES[scope.state])
    if scope.since:
        query = query.where(Decision.raised_at >= scope.since)
    if scope.before:
        query = query.where(Decision.raised_at < scope.before)
    return query
