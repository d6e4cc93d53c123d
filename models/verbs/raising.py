"""How a decision begins: a tradeoff is raised, finished work is claimed, or what a meeting decided is recorded.

It is numbered, routed and recorded in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.rules import Impact, Kind, Verb, first_state
from models.tables.acceptance import Claim, Criterion, are_judged
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history import GENESIS
from models.tables.tradeoff import Option
from models.tables.workspace import next_number
from models.verbs.commitment_moves import check_has_not_moved
from models.verbs.deadlines import set_timers
from models.verbs.rounds import ask_for_impact, place
from models.verbs.routing import Routing


@dataclass(frozen=True, slots=True)
class Source:
    """The message it was raised from."""

    text: str
    author: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What it would do to a commitment: a new date, a change of scope, or both."""

    commitment: Commitment
    move_to: date | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """What the raiser typed: a tradeoff. Options are (name, value, cost)."""

    title: str
    kind: Kind
    why_now: str
    options: Sequence[tuple[str, str, str]]
    due_on: date | None
    consulted: Sequence[str] = ()
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """What the team typed: a claim that this is done."""

    item: str
    link: str | None
    evidence: str
    criteria: Sequence[str]


@dataclass(frozen=True, slots=True)
class Past:
    """What was decided elsewhere, by whom, on which day, and why."""

    title: str
    kind: Kind
    decided: str
    made_by: str
    made_on: date
    why: str


def raise_tradeoff(
    session: Session,
    routing: Routing,
    ask: Ask,
    by: str,
    at: datetime,
    raised_with: str,
    zone: str,
    *,
    source: Source | None = None,
    supersedes: int | None = None,
    disputes: int | None = None,
) -> Decision:
    """Raise it under this routing. `zone` is the counterpart's time zone, in which the impact window runs."""
    decision = _new(ask.kind, source)
    changes = set_question(decision, ask)
    decision.supersedes, decision.disputes = supersedes, disputes
    links = {
        "supersedes": supersedes,
        "disputes": disputes,
        "source": source.link if source else None,
    }
    changes |= {name: value for name, value in links.items() if value}
    return _begin(session, decision, routing, by, at, raised_with, zone, changes)


def asks_the_same(decision: Decision, ask: Ask) -> bool:
    """Nothing would change, as when a form is submitted twice."""
    effect = (
        (ask.effect.commitment, ask.effect.move_to, ask.effect.scope)
        if ask.effect
        else (None, None, None)
    )
    now = (
        decision.title,
        decision.kind,
        decision.why_now,
        decision.due_on,
        decision.consulted,
        [(one.name, one.value, one.cost) for one in decision.options],
    )
    then = (
        ask.title,
        ask.kind,
        ask.why_now,
        ask.due_on,
        list(dict.fromkeys(ask.consulted)),
        list(ask.options),
    )
    return now == then and effect == (decision.commitment, decision.move_to, decision.scope_change)


def change_question(decision: Decision, ask: Ask, at: datetime) -> dict[str, Any]:
    """Ask something else. Raises HasMoved where an earlier round moved a commitment and that is to change: only a decision may."""
    before = decision.commitment, decision.move_to, decision.scope_change
    after = (
        (ask.effect.commitment, ask.effect.move_to, ask.effect.scope)
        if ask.effect
        else (None, None, None)
    )
    if before != after:
        check_has_not_moved(decision)
    return set_question(decision, ask)


def set_question(decision: Decision, ask: Ask) -> dict[str, Any]:
    """What is asked, as it was typed; returns what the history keeps of it."""
    decision.title, decision.kind, decision.why_now, decision.due_on = (
        ask.title,
        ask.kind,
        ask.why_now,
        ask.due_on,
    )
    decision.options = [
        Option(position, *texts) for position, texts in enumerate(ask.options, start=1)
    ]
    decision.consulted = list(dict.fromkeys(ask.consulted))
    changes: dict[str, Any] = {
        "title": ask.title,
        "kind": ask.kind,
        "why_now": ask.why_now,
        "options": [list(one) for one in ask.options],
        "due_on": ask.due_on.isoformat() if ask.due_on else None,
        "consulted": decision.consulted,
    }
    effect = ask.effect
    decision.commitment = effect.commitment if effect else None
    decision.move_from = effect.commitment.without(decision.id) if effect else None
    decision.move_to, decision.scope_change = (
        (effect.move_to, effect.scope) if effect else (None, None)
    )
    if effect:
        dates = [
            effect.commitment.promised_on.isoformat(),
            effect.move_to.isoformat() if effect.move_to else None,
        ]
        changes["commitment"] = [effect.commitment.name, *dates, effect.scope]
    return changes


def claim_finished(
    session: Session,
    routing: Routing,
    done: Finished,
    by: str,
    at: datetime,
    raised_with: str,
    zone: str,
    source: Source | None = None,
) -> Decision:
    """The team says that it is finished; the verdict is the holder's."""
    decision = _new(Kind.ACCEPTANCE, source)
    decision.title, decision.why_now, decision.due_on = done.item, "", None
    decision.options, decision.consulted = [], []
    decision.claims = [Claim(round=1, link=done.link, evidence=done.evidence, by=by, at=at)]
    decision.criteria = [
        Criterion(position=position, text=text)
        for position, text in enumerate(done.criteria, start=1)
    ]
    changes = {
        "title": done.item,
        "link": done.link,
        "evidence": done.evidence,
        "criteria": list(done.criteria),
    }
    return _begin(session, decision, routing, by, at, raised_with, zone, changes)


def claims_the_same(decision: Decision, done: Finished) -> bool:
    """Nothing would change, as when a form is submitted twice."""
    claim = decision.claims[-1]
    criteria = list(done.criteria) or [one.text for one in decision.criteria]
    now = decision.title, claim.link, claim.evidence, [one.text for one in decision.criteria]
    return now == (done.item, done.link, done.evidence, criteria)


def change_claim(decision: Decision, done: Finished, by: str) -> dict[str, Any]:
    """Claim something else; what others have acted on stays as the claim of its round. Criteria that were judged stay too."""
    decision.title, before = done.item, decision.claims[-1]
    if decision.untouched:
        before.link, before.evidence = done.link, done.evidence
    else:
        decision.claims.append(
            Claim(
                round=decision.round + 1,
                link=done.link,
                evidence=done.evidence,
                by=by,
                at=before.at,
            )
        )
    if not are_judged(decision.criteria):
        for criterion, text in zip(decision.criteria, done.criteria, strict=False):
            criterion.text = text
        for position in range(len(decision.criteria), len(done.criteria)):
            decision.criteria.append(
                Criterion(position=position + 1, text=done.criteria[position], verdicts=[])
            )
        del decision.criteria[len(done.criteria) :]
    criteria = [one.text for one in decision.criteria]
    return {"title": done.item, "link": done.link, "evidence": done.evidence, "criteria": criteria}


def record_past(
    session: Session,
    routing: Routing,
    past: Past,
    by: str,
    at: datetime,
    raised_with: str,
    zone: str,
) -> Decision:
    """After the fact: the holder acknowledges or disputes it; nobody is asked for the impact any more."""
    decision = _new(past.kind, None)
    decision.title, decision.why_now, decision.due_on, decision.consulted = (
        past.title,
        past.why,
        None,
        [],
    )
    decision.options = [Option(1, past.decided, "", "")]
    decision.made_by, decision.made_on = past.made_by, past.made_on
    changes = {
        "title": past.title,
        "decided": past.decided,
        "made_by": past.made_by,
        "made_on": past.made_on.isoformat(),
        "why": past.why,
    }
    return _begin(session, decision, routing, by, at, raised_with, zone, changes)


def _new(kind: Kind, source: Source | None) -> Decision:
    decision = Decision(
        kind=kind,
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
    if source:
        decision.source_text, decision.source_author, decision.source_link = (
            source.text,
            source.author,
            source.link,
        )
    return decision


def _begin(
    session: Session,
    decision: Decision,
    routing: Routing,
    by: str,
    at: datetime,
    raised_with: str,
    zone: str,
    changes: dict[str, Any],
) -> Decision:
    channel = routing.version.channel
    decision.channel, decision.workspace_id = channel, channel.workspace_id
    decision.number = next_number(session, channel.workspace_id)
    decision.raised_by, decision.raised_at, decision.raised_with = by, at, raised_with
    decision.event_count, decision.round, decision.question_round, decision.head_hash = (
        0,
        1,
        1,
        GENESIS,
    )
    place(decision, routing)
    decision.impact = Impact.NOT_ASKED
    ask_for_impact(decision, routing, at, zone)
    decision.state = first_state(decision.impact)
    session.add(decision)
    facts = {
        "kind": decision.kind,
        "holder": decision.holder,
        "counterpart": decision.counterpart,
        "decides": decision.decides,
        "routed": decision.routed,
        "rights": routing.version.number,
    }
    decision.record(Verb.RAISE, by, at, {**facts, **changes})
    set_timers(decision, at, zone)
    return decision
