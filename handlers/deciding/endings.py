"""Other endings: reject, defer and withdraw a decision; reopen a deferred one on its date."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, Done, OpenForm, UpdateForm, View
from handlers.card.commitment import if_not_approved
from handlers.card.question import in_whose_place
from handlers.deciding.shared import (
    open_form,
    signed_already,
    today_in,
    who_reads,
)
from handlers.holders import matter_of, rights_now, routed
from handlers.requests import Click, Due, Form, FormState
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.forms import about, read_reason, reason_field, titled
from models import locks
from models.mrkdwn import day
from models.reads.replaced_moves import would_restore
from models.refusals.refused import FieldsInvalid
from models.tables.decision import Decision
from models.verbs import deciding, rounds
from models.working_time import Calendar

LONGEST_DEFERRAL = timedelta(days=366)
CHANGED = (
    "*What this does to commitments has changed while your form was open.* Look again before you "
    "send it."
)
NOTHING_MOVES = "Now it changes no commitment."


def _effects(decision: Decision, person: str, *, again: bool) -> list[Block]:
    """Show what this ending does to the older decision that this one replaces, and to commitments.

    With `again`, say that what it does to commitments has changed.
    """
    shown = []
    if decision.supersedes and would_restore(decision):
        older = decision.named(decision.supersedes)
        shown = [blocks.section(f"{older} will be in force again.")]
    effects = if_not_approved(decision, person)
    if not again:
        return [*shown, *effects]
    return [blocks.section(CHANGED), *shown, *(effects or [blocks.section(NOTHING_MOVES)])]


def _seen(decision: Decision, person: str) -> str:
    """Return a fingerprint of what the form shows of commitments."""
    return f"{zlib.crc32(repr(if_not_approved(decision, person)).encode()):x}"


def _about(decision: Decision, person: str) -> str:
    return about(decision, effects=_seen(decision, person))


def _shown_otherwise(form: Form, decision: Decision) -> bool:
    """Return True if what the form shows about commitments is out of date.

    A form that an older release has drawn remembers none; it is taken as it is.
    """
    now = _seen(decision, form.user)
    return bool(forms.remembered(form.metadata).get("effects", now) != now)


def rejection_form(decision: Decision, person: str, *, again: bool = False) -> View:
    shown = [
        titled(decision),
        *in_whose_place(decision, person),
        *signed_already(decision, person, "reject", "rejected"),
        *_effects(decision, person, again=again),
        reason_field(who_reads(decision, person)),
    ]
    remember = _about(decision, person)
    return inputs.form(
        "decide.reject", f"Reject #{decision.number}", shown, remember, submit="Reject"
    )


def usual_days(today: date, calendar: Calendar) -> list[tuple[str, date]]:
    """Return tomorrow, Monday and the day in two weeks, each with its name, but no days off.

    On a Sunday, Monday is listed once, as tomorrow.
    """
    monday = today + timedelta(days=7 - today.weekday())
    named = {
        today + timedelta(days=14): "In two weeks",
        monday: "On Monday",
        today + timedelta(days=1): "Tomorrow",
    }
    days = [offered for offered in sorted(named) if not calendar.is_day_off(offered)]
    return [(named[offered], offered) for offered in days]


def _date_after(name: str, offered: date) -> str:
    """Write the date after the name of a usual day, without a weekday that the name has."""
    weekday, _, rest = day(offered).partition(" ")
    return rest if weekday in name else f"{weekday} {rest}"


def deferral_form(decision: Decision, person: str, today: date, *, again: bool = False) -> View:
    """Build the form to defer a decision.

    One of the usual days is chosen at first. If the person picks a day in the calendar, that day
    counts instead.
    """
    usual = usual_days(today, decision.rights_version.calendar)
    choices = [
        inputs.choice(offered.isoformat(), f"{name}, {_date_after(name, offered)}")
        for name, offered in usual
    ]
    back = (
        "It comes back by itself, at 09:00 in the channel's time zone, to whoever holds the right "
        "on that day."
    )
    shown = [
        titled(decision),
        *in_whose_place(decision, person),
        *signed_already(decision, person, "defer", "deferred"),
        *_effects(decision, person, again=again),
    ]
    if choices:
        first = inputs.radio(choices, initial=_first_choice(usual).isoformat())
        shown.append(inputs.field("returns", "Comes back", first, hint=back))
    shown.append(
        inputs.field(
            "until",
            "Or on another day" if choices else "Comes back",
            inputs.date_input(),
            hint="A day that you pick here counts instead of the choice above."
            if choices
            else back,
            optional=bool(choices),
        )
    )
    shown.append(reason_field(who_reads(decision, person)))
    remember = _about(decision, person)
    return inputs.form("decide.defer", f"Defer #{decision.number}", shown, remember, submit="Defer")


def _first_choice(usual: list[tuple[str, date]]) -> date:
    """Return the Monday among these days, or the first of them if there is none."""
    days = [offered for _, offered in usual]
    return next((offered for offered in days if offered.weekday() == 0), days[0])


def read_deferral(state: FormState, today: date) -> tuple[date, str]:
    """Return the day until which the form defers the decision, and why. Raise FieldsInvalid."""
    offered, until = fields.chosen(state, "returns"), fields.chosen_day(state, "until")
    if until is None and offered:
        until = date.fromisoformat(offered)
    if until is None:
        raise FieldsInvalid({"until": "Choose when it comes back."})
    if not today < until <= today + LONGEST_DEFERRAL:
        raise FieldsInvalid({"until": "Choose a day after today, within a year."})
    return until, read_reason(state)


def withdrawal_form(decision: Decision, *, again: bool = False) -> View:
    shown = [
        titled(decision),
        *_effects(decision, decision.raised_by, again=again),
        reason_field("The record and the channel keep your reason; nothing is deleted."),
    ]
    return inputs.form(
        "decide.withdraw",
        f"Withdraw #{decision.number}",
        shown,
        _about(decision, decision.raised_by),
        submit="Withdraw",
    )


def reject(click: Click, session: Session) -> Answer:
    return open_form(click, session, lambda decision: rejection_form(decision, click.person.id))


def defer(click: Click, session: Session) -> Answer:
    def form(decision: Decision) -> View:
        return deferral_form(decision, click.person.id, today_in(click, decision))

    return open_form(click, session, form)


def withdraw(click: Click, session: Session) -> Answer:
    decision = subjects.clicked_decision(click, session)
    deciding.check_may_withdraw(decision, click.person)
    return OpenForm(withdrawal_form(decision))


def save_rejection(form: Form, session: Session) -> Answer:
    """Reject the decision; if the form shows outdated effects on commitments, show it anew."""
    decision = subjects.form_decision(form, session)
    decision.check_may_decide(form.person)
    reason = forms.read_reason(form.state)
    replaced = subjects.replaced_by(decision, session)
    if _shown_otherwise(form, decision):
        return UpdateForm(
            forms.refilled(rejection_form(decision, form.user, again=True), form.state)
        )
    deciding.reject(decision, reason, form.act, replaced=replaced)
    return Done()


def save_deferral(form: Form, session: Session) -> Answer:
    """Defer the decision; if the form shows outdated effects on commitments, show it anew."""
    decision = subjects.form_decision(form, session)
    decision.check_may_decide(form.person)
    today = today_in(form, decision)
    until, reason = read_deferral(form.state, today)
    replaced = subjects.replaced_by(decision, session)
    if _shown_otherwise(form, decision):
        anew = deferral_form(decision, form.user, today, again=True)
        return UpdateForm(forms.refilled(anew, form.state))
    deciding.defer(decision, until, reason, form.act, replaced=replaced)
    return Done()


def save_withdrawal(form: Form, session: Session) -> Answer:
    """Withdraw the decision; if the form shows outdated effects on commitments, show it anew."""
    decision = subjects.form_decision(form, session)
    deciding.check_may_withdraw(decision, form.person)
    reason = forms.read_reason(form.state)
    replaced = subjects.replaced_by(decision, session)
    if _shown_otherwise(form, decision):
        return UpdateForm(forms.refilled(withdrawal_form(decision, again=True), form.state))
    deciding.withdraw(decision, reason, form.act, replaced=replaced)
    return Done()


def come_back(due: Due, session: Session) -> None:
    """Reopen a deferred decision on its date, for the people who hold the right today."""
    locks.lock_who_decides(session, due.workspace)
    decision = subjects.timer_decision(due, session)
    matter = matter_of(decision, subjects.replaced_by(decision, session))
    routing = routed(due, session, rights_now(due, session, decision), matter)
    rounds.resume(decision, routing, due.at)
