"""Reopening, superseding and undoing a decision. The record keeps every round."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Done, OpenForm, UpdateForm, View
from handlers.card import detail
from handlers.holders import matter_of, rights_now, routed
from handlers.requests import Click, Due, Form
from handlers.tradeoff import raising
from handlers.ui import fields, forms, inputs
from models import locks
from models.refusals.deciding import NoLongerYours
from models.refusals.refused import FieldsInvalid
from models.tables.decision import Decision
from models.verbs import rounds, undoing
from models.working_time import local_day


def reopen(click: Click, session: Session) -> Answer:
    """Open the form to reopen a decision.

    The button is on the decided card, in Details, and in the form of a new tradeoff with a similar
    title. The new tradeoff's form stays open below this one, and keeps what was typed.
    """
    decision = subjects.clicked_decision(click, session)
    rounds.check_may_reopen(
        decision, rights_now(click, session, decision).role_holders, click.person
    )
    return OpenForm(reopen_form(decision))


def save_reopening(form: Form, session: Session) -> Answer:
    locks.lock_who_decides(session, form.workspace)
    decision = subjects.form_decision(form, session)
    current = rights_now(form, session, decision)
    rounds.check_may_reopen(decision, current.role_holders, form.person)
    forms.check_same_round(decision, forms.remembered(form.metadata))
    due_on = read_due(form, local_day(form.at, current.time_zone))
    reason = forms.read_reason(form.state)
    replaced = subjects.replaced_by(decision, session)
    routing = routed(form, session, current, matter_of(decision, replaced))
    outsiders = access.outsiders(form, decision.channel.slack_id, rounds.people_of(decision))
    rounds.reopen(decision, routing, due_on, reason, form.act, outsiders=outsiders)
    return Done()


def read_due(form: Form, today: date) -> date | None:
    """Read the new date to decide by. Raise FieldsInvalid."""
    due_on = fields.chosen_day(form.state, "due_on")
    if due_on and due_on < today:
        raise FieldsInvalid({"due_on": "That day has passed. Choose today or a later day."})
    return due_on


def supersede(click: Click, session: Session) -> Answer:
    """Open the form of a tradeoff that replaces this decision as soon as it is approved."""
    decision = subjects.clicked_decision(click, session)
    current = rights_now(click, session, decision)
    rounds.check_may_reopen(decision, current.role_holders, click.person)
    return OpenForm(raising.supersede_form(click, session, current, decision))


def undo(click: Click, session: Session) -> Answer:
    """Take back a decision within five minutes, as the person who made it, without a reason.

    If the button was in Details, Details is redrawn; from a message, no view is shown.
    """
    locks.lock_who_decides(session, click.workspace)
    decision = subjects.decision_to_act_on(click, session)
    current = rights_now(click, session, decision)
    rounds.check_may_undo(decision, current.role_holders, click.person, click.at)
    replaced = subjects.replaced_by(decision, session)
    routing = routed(click, session, current, matter_of(decision, replaced))
    rounds.undo(decision, routing, click.act, replaced=replaced)
    return UpdateForm(detail.decision_whole(click, session, decision))


def undo_ends(due: Due, session: Session) -> None:
    """Remove the undo button from every message: the five minutes are over."""
    decision = subjects.timer_decision(due, session)
    if decision.undo_until and decision.undo_until <= due.at:
        decision.undo_until = None
        decision.redraw(due.at)


def undo_right(due: Due, session: Session) -> None:
    """Remove the undo button if whoever decided has lost the right to undo within the five minutes.

    Show it again if they have that right again. Somebody has come back or gone away, or the rights
    have changed (`undoing.look_again`).
    """
    locks.lock_who_decides(session, due.workspace)
    decision = subjects.timer_decision(due, session)
    ends_at = undoing.ends_at(decision)
    if ends_at is None or ends_at <= due.at:
        return
    assert decision.settled_by
    matter = matter_of(decision, subjects.replaced_by(decision, session))
    routing = routed(due, session, rights_now(due, session, decision), matter)
    until: datetime | None = ends_at
    try:
        undoing.check_still_theirs(decision, routing, decision.settled_by)
    except NoLongerYours:
        until = None
    if decision.undo_until != until:
        decision.undo_until = until
        decision.redraw(due.at)


def reopen_form(decision: Decision) -> View:
    shown = [
        forms.titled(decision),
        inputs.field("due_on", "Decide by", inputs.date_input(), optional=True),
        forms.reason_field("Everyone who had a part in it is told once, and reads this."),
    ]
    return inputs.form(
        "second_thoughts.reopen",
        f"Reopen #{decision.number}",
        shown,
        forms.about(decision),
        submit="Reopen",
    )
