"""Subjects: the decision that a click, a form or a timer is about.

It is locked until the transaction ends. This is a door: whoever may not read the channel of a
decision finds no decision.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import access
from handlers.requests import Click, Due, Form, Request
from handlers.ui import forms
from models import locks
from models.refusals.refused import NotFound
from models.tables.decision import Decision


def decision_by_id(request: Request, session: Session, decision_id: str | int) -> Decision:
    """Return this decision. Raise NotFound if there is none that this person may read."""
    decision = locks.lock_decision(session, request.workspace, decision_id)
    access.check_may_see(request, decision.channel.slack_id)
    return decision


def decision_by_number(request: Request, session: Session, number: int) -> Decision:
    """Return the decision with this number. Raise NotFound as for an id."""
    decision = locks.lock_decision_by_number(session, request.workspace, number)
    if decision is None:
        raise NotFound
    access.check_may_see(request, decision.channel.slack_id)
    return decision


def clicked_decision(click: Click, session: Session) -> Decision:
    """Return the decision whose id is the value of this button. Raise NotFound if there is none."""
    return decision_by_id(click, session, click.value)


def form_decision(form: Form, session: Session) -> Decision:
    """Return the decision that this form is about, locked. Raises NotFound, ChangedMeanwhile."""
    remembered = forms.remembered(form.metadata)
    decision = decision_by_id(form, session, remembered["decision"])
    forms.check_as_asked(decision, remembered)
    return decision


def replaced_by(decision: Decision, session: Session) -> Decision | None:
    """Return the older decision that this one replaces, locked; None if it replaces none."""
    tenant = decision.channel.workspace.tenant
    return (
        locks.lock_decision_by_number(session, tenant, decision.supersedes)
        if decision.supersedes
        else None
    )


def timer_decision(due: Due, session: Session) -> Decision:
    """Return the decision of this timer. Raise NotFound if it has none."""
    return locks.lock_decision(session, due.workspace, due.timer.decision_id or 0)


def decision_and_part(value: str, request: Click | Form, session: Session) -> tuple[Decision, int]:
    """Return the decision and the number of one of its parts, from a value such as `42:3`.

    The part is a question, a round or a follow-up. Raise NotFound if there is no such decision.
    """
    decision_id, _, part = value.partition(":")
    return decision_by_id(request, session, decision_id), int(part)
