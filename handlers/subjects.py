"""Subjects: the decision that a click, a form or a timer is about.

It is locked until the transaction ends.
"""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from handlers.requests import Click, Due, Form
from handlers.ui import forms, marks
from models import locks
from models.refusals.refused import NotFound
from models.tables.commitment import Commitment
from models.tables.decision import Decision


def clicked_decision(click: Click, session: Session) -> Decision:
    """Return the decision that this button is about, to act on it.

    Raise NotFound if there is none; raise RecordLost or ButtonWithoutMark if it may be another.
    """
    decision_id, mark = marks.split(click.value)
    decision = locks.lock_decision(session, click.workspace, decision_id)
    marks.check_to_act(decision, mark)
    return decision


def opened_decision(click: Click, session: Session) -> Decision:
    """Return the decision that this button is about, to read it; its mark may be missing."""
    decision_id, mark = marks.split(click.value)
    decision = locks.lock_decision(session, click.workspace, decision_id)
    marks.check(decision, mark)
    return decision


def form_decision(form: Form, session: Session) -> Decision:
    """Return the decision that this form is about, locked. Raises RecordLost, ChangedMeanwhile."""
    remembered = forms.remembered(form.metadata)
    decision = remembered_decision(remembered["decision"], form, session)
    forms.check_as_asked(decision, remembered)
    return decision


def remembered_decision(value: str, request: Click | Form, session: Session) -> Decision:
    """Return the decision that a form remembers. Raise RecordLost if it is another by now."""
    decision_id, mark = marks.split(str(value))
    decision = locks.lock_decision(session, request.workspace, decision_id)
    marks.check(decision, mark)
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


def commitment_of(value: str, request: Click | Form, session: Session) -> Commitment:
    """Return the commitment of a button or form, locked. Raises NotFound, RecordLost."""
    commitment_id, mark = marks.split(str(value))
    commitment = locks.lock_commitment(session, request.workspace, commitment_id)
    marks.check(commitment, mark)
    return commitment


def decision_and_part(value: str, request: Click | Form, session: Session) -> tuple[Decision, int]:
    """Return the decision and the number of one of its parts, from a value such as `42:3-9f86d0`.

    The part is a question, a round or a follow-up. Raise NotFound if there is no such decision;
    raise RecordLost or ButtonWithoutMark if it may be another.
    """
    about, mark = marks.split(value)
    decision_id, _, part = about.partition(":")
    decision = locks.lock_decision(session, request.workspace, decision_id)
    check = marks.check_to_act if isinstance(request, Click) else marks.check
    check(decision, mark)
    if not re.fullmatch(r"[0-9]{1,9}", part):
        raise NotFound
    return decision, int(part)
