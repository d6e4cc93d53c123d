"""How a decision begins: a tradeoff is raised, or finished work is claimed. It is numbered, routed and recorded in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.acceptance import Claim, Criterion
from models.decision import Decision
from models.history import GENESIS
from models.rights import RightsVersion
from models.rules import Decider, Impact, Kind, Right, State, Verb, end_of_window
from models.timer import Timer, TimerKind
from models.tradeoff import Option
from models.words import who
from models.workspace import next_number


@dataclass(frozen=True, slots=True)
class Ask:
    """What the raiser typed: a tradeoff. Options are (name, value, cost)."""

    title: str
    kind: Kind
    why_now: str
    options: Sequence[tuple[str, str, str]]
    due_on: date | None
    consulted: Sequence[str]


@dataclass(frozen=True, slots=True)
class Finished:
    """What the team typed: a claim that this is done."""

    item: str
    link: str | None
    evidence: str
    criteria: Sequence[str]


def raise_tradeoff(
    session: Session, version: RightsVersion, ask: Ask, by: str, at: datetime, raised_with: str, counterpart_zone: str
) -> Decision:
    """Raise it under this version of the rights. `counterpart_zone` is the time zone the impact window runs in."""
    right = version.table[ask.kind]
    decision = _route(version, ask.kind, right, at, counterpart_zone)
    decision.title, decision.why_now, decision.due_on = ask.title, ask.why_now, ask.due_on
    decision.options = [
        Option(position, name, value, cost) for position, (name, value, cost) in enumerate(ask.options, start=1)
    ]
    decision.consulted = list(dict.fromkeys(ask.consulted))
    changes = {
        "why_now": ask.why_now, "options": [list(one) for one in ask.options],
        "due_on": ask.due_on.isoformat() if ask.due_on else None, "consulted": list(ask.consulted),
    }  # fmt: skip
    return _begin(session, decision, by, at, raised_with, changes)


def claim_finished(
    session: Session, version: RightsVersion, done: Finished, by: str, at: datetime, raised_with: str
) -> Decision:
    """The team says that it is finished; the verdict is the product owner's."""
    decision = _route(version, Kind.ACCEPTANCE, version.table[Kind.ACCEPTANCE], at, version.time_zone)
    decision.title, decision.why_now, decision.due_on = done.item, "", None
    decision.options, decision.consulted = [], []
    decision.claims = [Claim(round=1, link=done.link, evidence=done.evidence, by=by, at=at)]
    decision.criteria = [
        Criterion(position=position, text=text) for position, text in enumerate(done.criteria, start=1)
    ]
    changes = {"link": done.link, "evidence": done.evidence, "criteria": list(done.criteria)}
    return _begin(session, decision, by, at, raised_with, changes)


def _route(version: RightsVersion, kind: Kind, right: Right, at: datetime, counterpart_zone: str) -> Decision:
    if right.decides is Decider.JOINT:
        holder, counterpart = version.product_owner, version.project_manager
    else:
        (role,) = right.decides.roles
        holder, counterpart = version.holder_of(role), version.holder_of(role.other)
    return Decision(
        posts=[],
        signatures=[],
        workspace_id=version.channel.workspace_id,
        channel=version.channel,
        rights_version=version,
        kind=kind,
        decides=right.decides,
        holder=holder,
        counterpart=counterpart,
        routed=routing_sentence(version, kind, right, holder, counterpart),
        impact=Impact.AWAITED if right.impact_first else Impact.NOT_ASKED,
        impact_due_at=end_of_window(at, version.impact_days, counterpart_zone) if right.impact_first else None,
        state=State.AWAITING_IMPACT if right.impact_first else State.AWAITING_DECISION,
    )


def routing_sentence(version: RightsVersion, kind: Kind, right: Right, holder: str, counterpart: str) -> str:
    """Why it went to whom it went to; stored with the decision, so that it stays what was true that day."""
    if holder == counterpart:
        because = f"{who(holder)} because one person is product owner and project manager here"
    elif right.decides is Decider.JOINT:
        because = f"{who(holder)} and {who(counterpart)} because {kind.label} needs both signatures"
    else:
        because = f"{who(holder)} because {kind.label} is the {right.decides.roles[0].label}'s call"
    return f"Routed to {because} (rights v{version.number})."


def _begin(
    session: Session, decision: Decision, by: str, at: datetime, raised_with: str, changes: dict[str, Any]
) -> Decision:
    decision.number = next_number(session, decision.workspace_id)
    decision.raised_by, decision.raised_at, decision.raised_with = by, at, raised_with
    decision.event_count, decision.round = 0, 1
    decision.head_hash = GENESIS
    session.add(decision)
    routing = {
        "title": decision.title, "kind": decision.kind, "holder": decision.holder, "counterpart": decision.counterpart,
        "decides": decision.decides, "routed": decision.routed, "rights": decision.rights_version.number,
    }  # fmt: skip
    decision.record(Verb.RAISE, by, at, {**routing, **changes})
    if decision.impact_due_at:
        session.add(
            Timer(
                decision=decision,
                workspace_id=decision.workspace_id,
                key=f"impact:{decision.number}:{decision.round}",
                kind=TimerKind.IMPACT_LAPSES,
                due_at=decision.impact_due_at,
            )
        )
    return decision
