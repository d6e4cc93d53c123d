"""Subjects: the decision that a click, a form or a timer is about.

One that is acted on is locked until the transaction ends; one that is only shown is not.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.requests import Click, Due, Form
from handlers.ui import forms
from models import locks
from models.reads import lookups
from models.tables.decision import Decision


def clicked_decision(click: Click, session: Session) -> Decision:
    """Return the decision whose id is the value of this button, to show it. Raise NotFound."""
    return lookups.decision_to_show(session, click.workspace, click.value)


def decision_to_act_on(click: Click, session: Session) -> Decision:
    """Return the decision whose id is the value of this button, locked. Raise NotFound."""
    return locks.lock_decision(session, click.workspace, click.value)


def form_decision(form: Form, session: Session) -> Decision:
    """Return the decision that this form is about, locked. Raises ChangedMeanwhile."""
    remembered = forms.remembered(form.metadata)
    decision = locks.lock_decision(session, form.workspace, remembered["decision"])
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

    The part is a question, a round or a follow-up. The decision is locked if a form is submitted; a
    click only opens one. Raise NotFound if there is no such decision.
    """
    decision_id, _, part = value.partition(":")
    find = locks.lock_decision if isinstance(request, Form) else lookups.decision_to_show
    return find(session, request.workspace, decision_id), int(part)
