"""Delegation of one decision to somebody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Done, OpenForm, View
from handlers.card import detail
from handlers.holders import seats_today
from handlers.requests import Click, Command, Form
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.marks import value_of
from models import locks
from models.mrkdwn import who
from models.refusals.refused import FieldsInvalid
from models.tables.decision import Decision
from models.verbs import delegating


def delegate(click: Click, session: Session) -> Answer:
    """Open the form to hand this decision to somebody, or to take it back.

    If somebody else handed it to the person who clicks, open the form to give it back.
    """
    decision = subjects.clicked_decision(click, session)
    decision.check_open()
    if givers := delegating.may_give_back_to(decision, click.person.id, click.at):
        has_own = delegating.may_delegate(decision, click.person)
        return OpenForm(give_back_form(decision, givers, has_own=has_own))
    delegating.check_may_delegate(decision, click.person)
    return OpenForm(delegate_form(decision, click.person.id))


def delegate_to(command: Command, session: Session, rest: str) -> Answer:
    """Answer `/tradeoff delegate 42 @erin` with the form, filled in.

    If no person is mentioned, show Details.
    """
    to, _ = fields.mentioned(rest)
    if not to:
        return detail.show(command, session, rest)
    decision = subjects.typed_decision(command, session, rest)
    decision.check_open()
    delegating.check_may_delegate(decision, command.person)
    return OpenForm(delegate_form(decision, command.person.id, to))


def save_delegation(form: Form, session: Session) -> Answer:
    locks.lock_who_decides(session, form.workspace)
    decision = subjects.form_decision(form, session)
    delegating.check_may_delegate(decision, form.person)
    person = fields.person(form.state, "delegate")
    if not person:
        raise FieldsInvalid({"delegate": "Choose who decides this."})
    (to,) = form.look_up(person)
    errors = forms.full_member_errors("delegate", to, "decide") or access.invite_errors(
        form, "delegate", [person], [decision.channel.slack_id]
    )
    if errors:
        raise FieldsInvalid(errors)
    delegating.delegate_one(decision, to, fields.ticked(form.state, "both"), form.act)
    return Done()


def save_giving_back(form: Form, session: Session) -> Answer:
    """Give a decision back to the role holder who handed it over; do nothing if it is back."""
    locks.lock_who_decides(session, form.workspace)
    decision = subjects.form_decision(form, session)
    decision.check_open()
    givers = delegating.may_give_back_to(decision, form.person.id, form.at)
    if not givers:
        delegating.check_may_delegate(decision, form.person)
        return Done()
    delegating.hand_back(decision, form.person.id, givers, form.act, seats_today(form))
    return Done()


def give_back_form(decision: Decision, givers: Sequence[str], *, has_own: bool) -> View:
    """Build the form to give a decision back. `has_own` is True if the person has a side of it."""
    named = list(dict.fromkeys(map(who, givers)))
    verbs = "decides it again, and is told" if len(named) == 1 else "decide it again, and are told"
    words = f"{' and '.join(named)} {verbs}."
    if has_own:
        words += (
            " To hand over your own side, or to take it back, type `/tradeoff delegate "
            f"{decision.number} @name`."
        )
    shown = [forms.titled(decision), blocks.context(words)]
    return inputs.form(
        "delegation.give_back",
        f"Give #{decision.number} back",
        shown,
        forms.metadata(decision=value_of(decision)),
        submit="Give it back",
    )


def delegate_form(decision: Decision, person: str, to: str | None = None) -> View:
    taken = [giver for giver in (decision.holder_for, decision.counterpart_for) if giver == person]
    now = decision.holder if decision.holder_for == person else decision.counterpart
    stays = " The date to decide by stays as it is." if decision.due_on else ""
    words = (
        f"{who(now)} decides this for you. Choose yourself to take it back."
        if taken
        else f"The record shows both names.{stays}"
    )
    shown = [
        forms.titled(decision),
        blocks.context(words),
        inputs.field(
            "delegate", "Who decides this", inputs.person_input(to or (person if taken else None))
        ),
        forms.both_hats_field(),
    ]
    return inputs.form(
        "delegation.delegate",
        f"Delegate #{decision.number}",
        shown,
        forms.metadata(decision=value_of(decision)),
        submit="Delegate",
    )
