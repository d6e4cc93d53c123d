"""Parts of the form that follow from the kind: who will decide it here, and its commitment."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from handlers.holders import foreseen
from handlers.requests import Asking
from handlers.tradeoff.form import FEWEST_OPTIONS, Rows
from models.acts import Seat
from models.mrkdwn import who
from models.rules import TRADEOFF_KINDS, Decider, Kind, Right, Role
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.routing import Matter, Routing


def who_decides(
    asking: Asking, session: Session, rights: RightsVersion, kind: str, *, effect: bool
) -> str:
    """Say who would decide this kind at this moment, and after whose impact.

    If it may have an `effect` on a commitment, say too what that changes. Empty if no kind is
    chosen yet. The tradeoff is routed again when it is raised, because people come and go
    meanwhile.
    """
    if kind not in list(map(str, TRADEOFF_KINDS)):
        return ""
    right, words = rights.table[Kind(kind)], rights.words
    touched = "a commitment" if effect else None
    routing = foreseen(asking, session, rights, Matter(Kind(kind), touched))
    holder, counterpart = _named(routing.holder), _named(routing.counterpart)
    if rights.same_person:
        first = f"*{holder} decides this here*, as {words.roles(Role)}"
        return f"{first}, and states the impact first." if right.impact_first else f"{first}."
    if right.decides is Decider.JOINT:
        first = f"*{holder} and {counterpart} both sign this here*"
    else:
        first = f"*{holder} decides this here* ({words.role(right.decides.roles[0])})"
    if not right.impact_first:
        return f"{first}; no impact is asked for.{_second_right(routing, right)}"
    asked = words.role(right.decides.asked_for_impact)
    impact = f"after the impact from {counterpart} ({asked})"
    return f"{first}, {impact}.{_second_right(routing, right)}"


def _second_right(routing: Routing, right: Right) -> str:
    """Say who signs, and who states impact, if the decision changes a commitment.

    Empty if no commitment is touched, if the commitment changes none of this, or if one person acts
    in both roles.
    """
    if routing.holder.person == routing.counterpart.person:
        return ""
    people = {right.decides.roles[0]: routing.holder}
    people = {role: people.get(role, routing.counterpart) for role in Role}
    parts = []
    if routing.move_decides and set(routing.move_decides.roles) - set(right.decides.roles):
        parts.append(f"{' and '.join(who(seat.person) for seat in people.values())} both sign it")
    asked = routing.impact_from.roles if routing.impact_from else ()
    if len(asked) == 2:
        parts.append("both state their impact first")
    elif asked and not right.impact_first:
        parts.append(f"{who(people[asked[0]].person)} states the impact first")
    return f" If it changes a commitment, {', and '.join(parts)}." if parts else ""


def with_kind(
    rows: Rows, kind: str, asking: Asking, session: Session, current: RightsVersion
) -> Rows:
    """Return `rows` with who decides this kind, and whether it needs a commitment."""
    needs = kind == Kind.COMMITMENT
    decides = who_decides(asking, session, current, kind, effect=rows.effect and not needs)
    return replace(rows, effect=rows.effect or needs, needs_commitment=needs, decides=decides)


def rows_of(decision: Decision, asking: Asking, session: Session, current: RightsVersion) -> Rows:
    """Return the parts of a form that is filled in with what this decision asks."""
    count = max(len(decision.options), FEWEST_OPTIONS)
    rows = Rows(count, effect=bool(decision.commitment_id))
    return with_kind(rows, decision.kind, asking, session, current)


def _named(seat: Seat) -> str:
    if seat.on_behalf_of:
        return f"{who(seat.person)} (for {who(seat.on_behalf_of)}, {seat.because})"
    return f"{who(seat.person)}, {seat.because}," if seat.because else who(seat.person)
