"""Functions that write the steps of the demo's story. A step is data only; `play.py` plays it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

Option = tuple[str, str, str]


@dataclass(frozen=True)
class Step:
    """One act, `days_ago` working days before today. `card` names the decision it is about.

    A `timedelta` among the fields is the day at that distance from the act, or the working day next
    to it. `effect` is what the decision would change in a commitment.
    """

    days_ago: int
    at: str
    who: str
    verb: str
    where: str = "checkout"
    text: str = ""
    card: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    effect: dict[str, Any] = field(default_factory=dict)


def says(days_ago: int, at: str, who: str, text: str, where: str = "checkout") -> Step:
    return Step(days_ago, at, who, "says", where, text)


def replies(
    days_ago: int, at: str, who: str, card: str, text: str, where: str = "checkout"
) -> Step:
    return Step(days_ago, at, who, "replies", where, text, card)


def raises(
    days_ago: int,
    at: str,
    who: str,
    card: str,
    kind: str,
    title: str,
    why: str,
    *options: Option,
    where: str = "checkout",
    due_in: int | None = None,
    consulted: tuple[str, ...] = (),
    **effect: Any,
) -> Step:
    """Raise a tradeoff. `effect` is a `commitment`, with its `moves` (working days) or `scope`."""
    fields = {
        "kind": kind,
        "why_now": why,
        "consulted": list(consulted),
        "due_on": timedelta(days=due_in) if due_in else None,
    }
    return Step(days_ago, at, who, "raises", where, title, card, fields, options, effect=effect)


def impact(
    days_ago: int,
    at: str,
    who: str,
    card: str,
    days: int,
    displaces: str,
    risk: str,
    confidence: str = "medium",
) -> Step:
    fields = {"days": days, "displaces": displaces, "risk": risk, "confidence": confidence}
    return Step(days_ago, at, who, "presses", text="State impact", card=card, fields=fields)


def approves(
    days_ago: int, at: str, who: str, card: str, option: str | None, why: str, **more: Any
) -> Step:
    fields = {"reason": why, **more} | ({"option": option} if option else {})
    return Step(days_ago, at, who, "presses", text="Approve", card=card, fields=fields)


def presses(days_ago: int, at: str, who: str, card: str, button: str, **fields: Any) -> Step:
    return Step(days_ago, at, who, "presses", text=button, card=card, fields=fields)


def claims(
    days_ago: int,
    at: str,
    who: str,
    card: str,
    item: str,
    evidence: str,
    *criteria: str,
    where: str = "checkout",
) -> Step:
    fields = {"evidence": evidence, "criteria": "\n".join(criteria)}
    return Step(days_ago, at, who, "claims", where, item, card, fields)


def sets_up(
    days_ago: int, at: str, who: str, where: str, po: str, pm: str, sponsor: str | None = None
) -> Step:
    fields = {"product_owner": po, "project_manager": pm, "sponsor": sponsor}
    return Step(days_ago, at, who, "sets_up", where, fields=fields)


def promises(
    days_ago: int, at: str, who: str, name: str, to: str, in_days: int, scope: str
) -> Step:
    """Add a commitment that is promised for so many calendar days later."""
    fields = {
        "name": name,
        "promised_to": to,
        "scope": scope,
        "promised_on": timedelta(days=in_days),
    }
    return Step(days_ago, at, who, "promises", text=name, fields=fields)


def asks(days_ago: int, at: str, who: str, card: str, person: str, question: str) -> Step:
    return Step(
        days_ago,
        at,
        who,
        "presses",
        text="Ask",
        card=card,
        fields={"person": person, "question": question},
    )


def in_dm(days_ago: int, at: str, who: str, button: str, **fields: Any) -> Step:
    """Press a button in the newest direct message that has it, and fill the form that it opens."""
    return Step(days_ago, at, who, "presses_in_dm", text=button, fields=fields)


def types(
    days_ago: int,
    at: str,
    who: str,
    text: str,
    where: str = "checkout",
    card: str = "",
    **fields: Any,
) -> Step:
    """Type a command and fill the form that it opens; `card` names the decision that it makes."""
    return Step(days_ago, at, who, "types", where, text, card, fields)
