"""TODO-DOC handlers.subjects"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.requests import Due, Form
from handlers.ui import forms
from models import locks
from models.tables.decision import Decision


def form_decision(form: Form, session: Session) -> Decision:
    """The decision that this form is about, locked. Raises ChangedMeanwhile."""
    remembered = forms.remembered(form.metadata)
    decision = locks.lock_decision(session, form.workspace, remembered["decision"])
    forms.check_as_asked(decision, remembered)
    return decision


def replaced_by(decision: Decision, session: Session) -> Decision | None:
    """The older decision that this one takes the place of, if it does, locked."""
    team = decision.channel.workspace.team
    return (
        locks.lock_decision_by_number(session, team, decision.supersedes)
        if decision.supersedes
        else None
    )


def timer_decision(due: Due, session: Session) -> Decision:
    return locks.lock_decision(session, due.workspace, due.timer.decision_id or 0)
