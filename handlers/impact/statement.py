"""State what a decision costs the other side, ask for it again; and what happens when nobody states it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import decide_forms
from handlers.answers import Answer, Done, OpenForm
from handlers.deciding.approve import form_decision
from handlers.requests import Click, Due, Form
from handlers.ui import forms
from models.reads import lookups
from models.verbs import impact


def state(click: Click, session: Session) -> Answer:
    """Open the statement for the counterpart, with how their last forecasts here turned out."""
    decision = lookups.decision(session, click.workspace, click.value)
    impact.check_may_state_impact(decision, click.person)
    track = lookups.forecasts_by(session, decision.channel_id, click.person.id)
    return OpenForm(decide_forms.impact(decision, track))


def save(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    impact.check_may_state_impact(decision, form.person)
    impact.state_impact(decision, decide_forms.read_impact(form.state, decision), form.person, form.at)
    return Done()


def ask_revision(click: Click, session: Session) -> Answer:
    """The holder doubts the statement."""
    decision = lookups.decision(session, click.workspace, click.value)
    impact.check_may_ask_revision(decision, click.person)
    return OpenForm(decide_forms.revision(decision))


def save_revision(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    impact.check_may_ask_revision(decision, form.person)
    words = forms.read_words(form.state, "reason", "Say what should be looked at again.")
    impact.ask_revision(decision, words, form.person, form.at)
    return Done()


def lapse(due: Due, session: Session) -> None:
    """The window has ended: without a statement, the holder may decide from now on."""
    impact.lapse_impact(lookups.decision(session, due.workspace, due.timer.decision_id or 0), due.at)
