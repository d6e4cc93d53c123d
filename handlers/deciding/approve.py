"""Approve, reject, defer, withdraw: each asks for the reason before it counts, and checks the right again when it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from handlers import decide_forms
from handlers.answers import Answer, Done, OpenForm, UpdateForm, View
from handlers.holders import rights_now, routed
from handlers.requests import Asking, Click, Due, Form
from handlers.ui import forms
from models.reads import lookups
from models.tables.decision import Decision
from models.verbs import deciding, rounds
from models.working_time import local_day


def approve(click: Click, session: Session) -> Answer:
    """Ask which option and why."""

    def form(decision: Decision) -> View:
        return decide_forms.approval(decision, click.person.id, _today(click, decision))

    return _open(click, session, form)


def reject(click: Click, session: Session) -> Answer:
    return _open(click, session, lambda decision: decide_forms.rejection(decision, click.person.id))


def defer(click: Click, session: Session) -> Answer:
    return _open(click, session, lambda decision: decide_forms.deferral(decision, click.person.id))


def withdraw(click: Click, session: Session) -> Answer:
    decision = lookups.decision(session, click.workspace, click.value)
    deciding.check_may_withdraw(decision, click.person)
    return OpenForm(decide_forms.withdrawal(decision))


def _open(click: Click, session: Session, form: Callable[[Decision], View]) -> Answer:
    decision = lookups.decision(session, click.workspace, click.value)
    decision.check_may_decide(click.person)
    return OpenForm(form(decision))


def save_approval(form: Form, session: Session) -> Answer:
    """Approve; if the commitment has moved, or the impact was stated, while the form was open, show that first."""
    decision = form_decision(form, session)
    decision.check_may_decide(form.person)
    today = _today(form, decision)
    seen = forms.remembered(form.metadata)["ground"]
    if seen != decide_forms.ground_seen(decision):
        view = decide_forms.approval(decision, form.person.id, today, seen=seen)
        return UpdateForm(forms.refilled(view, form.state))
    option, moves, review_on, reason = decide_forms.read_approval(form.state, decision, today)
    deciding.approve(
        decision, option, reason, form.person, form.at, moves=moves, review_on=review_on, replaced=replaced_by(decision, session)
    )  # fmt: skip
    return Done()


def save_rejection(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    decision.check_may_decide(form.person)
    deciding.reject(decision, forms.read_reason(form.state), form.person, form.at, replaced_by(decision, session))
    return Done()


def save_deferral(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    decision.check_may_decide(form.person)
    until, reason = decide_forms.read_deferral(form.state, _today(form, decision))
    deciding.defer(decision, until, reason, form.person, form.at, replaced_by(decision, session))
    return Done()


def save_withdrawal(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    deciding.check_may_withdraw(decision, form.person)
    deciding.withdraw(decision, forms.read_reason(form.state), form.person, form.at, replaced_by(decision, session))
    return Done()


def come_back(due: Due, session: Session) -> None:
    """A deferred decision returns, to whoever holds the right today."""
    decision = lookups.decision(session, due.workspace, due.timer.decision_id or 0)
    routing, zone = routed(due, session, rights_now(due, session, decision), decision.kind)
    rounds.come_back(decision, routing, due.at, zone)


def form_decision(form: Form, session: Session) -> Decision:
    """The decision that this form is about, locked. Raises ChangedMeanwhile."""
    remembered = forms.remembered(form.metadata)
    decision = lookups.decision(session, form.workspace, remembered["decision"])
    forms.check_as_asked(decision, remembered)
    return decision


def replaced_by(decision: Decision, session: Session) -> Decision | None:
    """The older decision that this one takes the place of, if it does, locked."""
    team = decision.channel.workspace.team
    return lookups.by_number(session, team, decision.supersedes) if decision.supersedes else None


def _today(asking: Asking, decision: Decision) -> date:
    return local_day(asking.at, decision.rights_version.time_zone)
