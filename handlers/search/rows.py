"""Rows of a list: the decision's title, its state, who raised it and when."""

from __future__ import annotations

from handlers.ui import phrases
from models.mrkdwn import ago, day, escaped, where, who, who_for, with_link
from models.reads.search import Found
from models.rules import Decider, Kind, Outcome, Role, State
from models.verbs.routing import LEFT
from models.working_time import local_day

# Outcomes that both roles have signed or acknowledged, if both had to.
SIGNED = (Outcome.APPROVED, Outcome.ACKNOWLEDGED)


def line(row: Found, time_zone: str, only: str) -> str:
    """Write the row of a decision, with its channel unless the list has `only` one channel."""
    then = f"on {day(local_day(row.raised_at, time_zone))}"
    if not row.state.settled:
        then = ago(row.raised_at)
    raised = f"{_raised(row)} by {who(row.raised_by)} {then}"
    place = "" if only else f" · {where(row.channel)}"
    title, state = (
        f"{with_link(f'#{row.number}', row.card_link)} {escaped(row.title)}",
        _state(row, time_zone),
    )
    late = row.overdue_at and not row.state.settled
    first = f"*{title}*\n*{state}*" if late else f"{title}\n{state}"
    return f"{first}{place} · {raised}"


def _raised(row: Found) -> str:
    if row.made_on:
        return "recorded"
    return "claimed" if row.kind is Kind.ACCEPTANCE else "raised"


def _state(row: Found, time_zone: str) -> str:
    """Say what has become of the decision, or for whom it waits."""
    if row.state.settled:
        words = row.outcome.label if row.outcome else "withdrawn"
        by = f" by {who(row.settled_by)}" if row.settled_by else ""
        signed = (row.product_owner_signed, row.project_manager_signed)
        keys = list(dict.fromkeys(filter(None, signed))) if row.outcome in SIGNED else []
        if len(keys) == 2 and row.settled_by in keys:
            both = f"by {who(keys[0])} and {who(keys[1])}"
            by = f", signed {both}," if row.outcome is Outcome.APPROVED else f" {both}"
        on = f" on {day(local_day(row.settled_at, time_zone))}" if row.settled_at else ""
        if row.deferred_until:
            on = f" until {day(row.deferred_until)}"
        since = ", superseded since" if row.state is State.SUPERSEDED else ""
        return phrases.capital(f"{words}{by}{on}{since}")
    due = f", due {day(row.due_on)}" if row.due_on else ""
    if row.due_on and row.state is State.AWAITING_IMPACT:
        due = f"; to be decided by {day(row.due_on)}"
    late = "; overdue" if row.overdue_at else ""
    return f"{_waiting(row)}{_to_revise(row)}{due}{late}{_sponsor_may_decide(row)}"


def _sponsor_may_decide(row: Found) -> str:
    if not row.escalated_to or row.state is State.AWAITING_IMPACT:
        return ""
    return f"; {who_for(row.escalated_to, row.escalated_for)} may decide too, by escalation"


def _to_revise(row: Found) -> str:
    """Say who is asked to revise an impact statement; empty if nobody is."""
    if row.to_revise is None:
        return ""
    reviser = _holder(row) if row.to_revise is row.decides.roles[0] else _counterpart(row)
    return f", and for {reviser} to revise the impact"


def _waiting(row: Found) -> str:
    holder, counterpart = _holder(row), _counterpart(row)
    if row.state is State.AWAITING_IMPACT:
        return f"Waiting for the impact from {_to_state_impact(row)}"
    if row.state is State.AWAITING_ANSWER and row.asked_of:
        return f"Waiting for {who(row.asked_of)} to answer"
    if row.state is State.AWAITING_SIGNATURE:
        signed = Role.PRODUCT_OWNER if row.product_owner_signed else Role.PROJECT_MANAGER
        missing = counterpart if signed is row.decides.roles[0] else holder
        if row.made_on:
            return f"Waiting for {missing} to acknowledge or dispute it"
        return f"Waiting for the second signature, from {missing}"
    if row.decides is Decider.JOINT and row.holder != row.counterpart:
        return f"Waiting for the signatures of {holder} and {counterpart}"
    if row.made_on:
        return f"Waiting for {holder} to acknowledge or dispute it"
    verb = "to give the verdict" if row.kind is Kind.ACCEPTANCE else "to decide"
    return f"Waiting for {holder} {verb}"


def _to_state_impact(row: Found) -> str:
    """Name the people whose impact is missing, the product owner first."""
    holder, counterpart = _holder(row), _counterpart(row)
    asked = row.impact_from or Decider(row.decides.asked_for_impact.value)
    missing = [role for role in asked.roles if role is not row.impact_stated_by]
    people = [holder if role is row.decides.roles[0] else counterpart for role in missing]
    return " and ".join(dict.fromkeys(people))


def _holder(row: Found) -> str:
    return _named(row.holder, row.holder_for, has_left=row.holder_has_left)


def _counterpart(row: Found) -> str:
    return _named(row.counterpart, row.counterpart_for, has_left=row.counterpart_has_left)


def _named(person: str, absent: str | None, *, has_left: bool) -> str:
    """Name a person who has to act, and for whom they stand in, or that they have left Slack."""
    if absent:
        return f"{who(person)} (for {who(absent)})"
    return f"{who(person)} ({LEFT})" if has_left else who(person)
