"""Beginning of a decision: a tradeoff, a claim of finished work, or the record of a meeting.

Each is numbered, routed and recorded in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.acts import Act
from models.references import Link
from models.rules import Impact, Kind, Verb, first_state
from models.tables.acceptance import Claim, Criterion
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history import GENESIS
from models.tables.history_payloads import Edited, Raised
from models.tables.tradeoff import Option
from models.tables.workspace import next_number
from models.verbs.deadlines import set_timers
from models.verbs.references import keep_references, urls_of
from models.verbs.rounds import ask_for_impact, place
from models.verbs.routing import Routing


@dataclass(frozen=True, slots=True)
class Source:
    """Message that a decision was raised from."""

    text: str
    author: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of a decision: its form, its message, and the decision that it replaces or disputes.

    A form can raise only one decision.
    """

    form: str
    source: Source | None = None
    supersedes: int | None = None
    disputes: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Effect on a commitment: a new date, a change of scope, or both."""

    commitment: Commitment
    move_to: date | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Tradeoff as the raiser typed it. Options are (name, value, cost).

    `references` are None if the form did not ask for them. Those of the record then stay.
    """

    title: str
    kind: Kind
    why_now: str
    options: Sequence[tuple[str, str, str]]
    due_on: date | None
    consulted: Sequence[str] = ()
    effect: Effect | None = None
    references: Sequence[Link] | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Claim of finished work, as its author typed it.

    `references` are None if the form did not ask for them. Those of the record then stay.
    """

    item: str
    link: str | None
    evidence: str
    criteria: Sequence[str]
    references: Sequence[Link] | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """Decision that was made elsewhere: what, by whom, on which day, and why."""

    title: str
    kind: Kind
    decided: str
    made_by: str
    made_on: date
    why: str


def raise_tradeoff(
    session: Session, routing: Routing, ask: Ask, act: Act, origin: Origin
) -> Decision:
    """Raise a tradeoff, under this routing."""
    decision = _new(ask.kind)
    asked = set_question(decision, ask)
    begun = _begin(session, decision, routing, asked, act, origin)
    keep_references(begun, ask.references or ())
    return begun


def effect_of(ask: Ask) -> tuple[Commitment | None, date | None, str | None]:
    effect = ask.effect
    return (effect.commitment, effect.move_to, effect.scope) if effect else (None, None, None)


def set_question(decision: Decision, ask: Ask) -> Edited:
    """Set what is asked, as it was typed; return what the history keeps of it."""
    decision.title = ask.title
    decision.kind = ask.kind
    decision.why_now = ask.why_now
    decision.due_on = ask.due_on
    decision.options = [
        Option(position, *texts) for position, texts in enumerate(ask.options, start=1)
    ]
    decision.consulted = list(dict.fromkeys(ask.consulted))
    commitment, move_to, scope = effect_of(ask)
    decision.commitment = commitment
    decision.move_to = move_to
    decision.scope_change = scope
    decision.move_from = decision.promised_without_it
    return Edited(
        title=ask.title,
        kind=ask.kind,
        why_now=ask.why_now,
        options=tuple(ask.options),
        due_on=ask.due_on.isoformat() if ask.due_on else "",
        consulted=tuple(decision.consulted),
        commitment=commitment.name if commitment else None,
        promised_on=commitment.promised_on.isoformat() if commitment else None,
        move_to=move_to.isoformat() if move_to else None,
        scope=scope,
        references=urls_of(ask.references),
    )


def claim_finished(
    session: Session, routing: Routing, finished: Finished, act: Act, origin: Origin
) -> Decision:
    """Claim that something is finished; the holder gives the verdict."""
    decision = _new(Kind.ACCEPTANCE)
    decision.title = finished.item
    claim = Claim(
        round=1, link=finished.link, evidence=finished.evidence, by=act.person.id, at=act.at
    )
    decision.claims = [claim]
    decision.criteria = [
        Criterion(position=position, text=text)
        for position, text in enumerate(finished.criteria, start=1)
    ]
    asked = claimed(finished, finished.criteria)
    begun = _begin(session, decision, routing, asked, act, origin)
    keep_references(begun, finished.references or ())
    return begun


def claimed(finished: Finished, criteria: Sequence[str]) -> Edited:
    return Edited(
        title=finished.item,
        link=finished.link,
        evidence=finished.evidence,
        criteria=tuple(criteria),
        references=urls_of(finished.references),
    )


def record_past(
    session: Session, routing: Routing, past: Past, act: Act, origin: Origin
) -> Decision:
    """Record a decision after the fact: the holder acknowledges or disputes it.

    Nobody is asked for the impact any more.
    """
    decision = _new(past.kind)
    decision.title = past.title
    decision.why_now = past.why
    decision.options = [Option(1, past.decided, "", "")]
    decision.made_by = past.made_by
    decision.made_on = past.made_on
    asked = Edited(
        title=past.title,
        decided=past.decided,
        made_by=past.made_by,
        made_on=past.made_on.isoformat(),
        why=past.why,
    )
    return _begin(session, decision, routing, asked, act, origin)


def _new(kind: Kind) -> Decision:
    return Decision(
        kind=kind,
        why_now="",
        options=[],
        consulted=[],
        due_on=None,
        event_count=0,
        round=1,
        question_round=1,
        head_hash=GENESIS,
        impact=Impact.NOT_ASKED,
        posts=[],
        signatures=[],
        impacts=[],
        questions=[],
        settlements=[],
        follow_ups=[],
        claims=[],
        criteria=[],
        commitment=None,
    )


def _begin(
    session: Session,
    decision: Decision,
    routing: Routing,
    asked: Edited,
    act: Act,
    origin: Origin,
) -> Decision:
    channel = routing.version.channel
    decision.channel = channel
    decision.workspace_id = channel.workspace_id
    decision.number = next_number(session, channel.workspace_id)
    decision.raised_by = act.person.id
    decision.raised_at = act.at
    _come_from(decision, origin)
    place(decision, routing)
    ask_for_impact(decision, routing, act.at)
    decision.state = first_state(decision.impact)
    session.add(decision)
    payload = Raised.of(
        asked,
        kind=decision.kind,
        holder=decision.holder,
        counterpart=decision.counterpart,
        decides=decision.decides,
        routed=decision.routed,
        rights=routing.version.number,
        supersedes=origin.supersedes,
        disputes=origin.disputes,
        source=origin.source.link if origin.source else None,
    )
    decision.record(Verb.RAISE, act, payload)
    set_timers(decision, routing, act.at)
    return decision


def _come_from(decision: Decision, origin: Origin) -> None:
    decision.raised_with = origin.form
    decision.supersedes = origin.supersedes
    decision.disputes = origin.disputes
    if origin.source:
        decision.source_text = origin.source.text
        decision.source_author = origin.source.author
        decision.source_link = origin.source.link
