"""State what a decision costs the other side; and what happens when nobody does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import forms
from handlers.answers import Answer, Done, OpenForm
from handlers.requests import Click, Form
from models import queries
from models.timer import Timer


def state(click: Click, session: Session) -> Answer:
    """Open the statement for the counterpart."""
    decision = queries.decision(session, click.workspace, click.value)
    decision.check_may_state_impact(click.person)
    return OpenForm(forms.impact(decision))


def save(form: Form, session: Session) -> Answer:
    decision = queries.decision(session, form.workspace, forms.remembered(form.metadata)["decision"])
    decision.check_may_state_impact(form.person)
    decision.state_impact(forms.read_impact(form.state, decision), form.person, form.at)
    return Done()


def lapse(timer: Timer, team: str, session: Session, at: datetime) -> None:
    """The window has ended: without a statement, the holder may decide from now on."""
    assert timer.decision_id
    queries.decision(session, team, timer.decision_id).lapse_impact(at)
