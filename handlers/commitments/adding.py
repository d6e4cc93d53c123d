"""Form of a new commitment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Done, OpenForm, View
from handlers.commitments.shared import check_may_add
from handlers.requests import Click, Form
from handlers.ui import fields, forms, inputs
from handlers.ui.references import read_references, reference_errors, references_field
from models import locks
from models.look_alikes import look_alike
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.tables.commitment import Commitment
from models.verbs.commitment_moves import NewCommitment, add_commitment
from models.working_time import local_day


def add(click: Click, session: Session) -> Answer:
    subjects.readable_channel(click, session, click.value)
    check_may_add(click, lookups.require_rights(session, click.workspace, click.value))
    return OpenForm(add_form(click.value))


def save(form: Form, session: Session) -> Answer:
    """Save the commitment; the same form submitted twice makes one."""
    channel = forms.remembered(form.metadata)["channel"]
    # If two people add a commitment at the same moment, the second form waits here. After that, its
    # name is compared with the first form's, too.
    locks.lock_who_decides_to_change_it(session, form.workspace)
    subjects.readable_channel(form, session, channel)
    current = lookups.require_rights(session, form.workspace, channel)
    check_may_add(form, current)
    if session.scalar(
        select(Commitment.id).where(
            Commitment.channel_id == current.channel_id, Commitment.made_with == form.id
        )
    ):
        return Done()
    held = lookups.commitments(session, current.channel_id, open_only=True)
    names = [other.name for other in held]
    commitment = _read(form, local_day(form.at, current.time_zone), names)
    add_commitment(session, current.channel, commitment, form.act, form.id)
    return Done()


def _name_error(name: str, names: list[str]) -> str:
    """Say what is wrong with a new commitment's name; empty if nothing is.

    `names` are the names of the open commitments.
    """
    if not name:
        return "Give it the name that people use for it."
    twin = next((other for other in names if look_alike(name, other)), None)
    if twin is None:
        return ""
    if twin.casefold() == name.casefold():
        return "An open commitment here has this name already. Give this one another."
    return f"An open commitment here looks like that: {twin}. Give this one another name."


def _read(form: Form, today: date, names: list[str]) -> NewCommitment:
    """Read the fields. Raise FieldsInvalid, with every error; `names` are taken."""
    name, promised_to = (
        fields.one_line(fields.text(form.state, field)) for field in ("name", "promised_to")
    )
    scope, promised_on = (
        fields.text(form.state, "scope"),
        fields.chosen_day(form.state, "promised_on"),
    )
    errors = {"name": wrong} if (wrong := _name_error(name, names)) else {}
    if not promised_to:
        errors["promised_to"] = "Say to whom it is promised."
    if promised_on is None or promised_on < today:
        errors["promised_on"] = "Choose today or a later day."
    errors |= reference_errors(form.state)
    if errors:
        raise FieldsInvalid(errors)
    assert promised_on
    references = read_references(form.state) or []
    return NewCommitment(name, promised_to, scope, promised_on, references)


def add_form(channel: str) -> View:
    shown = [
        inputs.field("name", "Name", inputs.text_input(limit=forms.NAME_LIMIT, placeholder="Beta")),
        inputs.field(
            "promised_on",
            "Promised for",
            inputs.date_input(),
            hint="Once you have added it, only decisions move this date.",
        ),
        inputs.field(
            "promised_to",
            "Promised to",
            inputs.text_input(limit=forms.NAME_LIMIT, placeholder="The partners"),
        ),
        inputs.field(
            "scope",
            "What is in it",
            inputs.text_input(limit=forms.SIDE_LIMIT, multiline=True),
            optional=True,
        ),
        references_field(),
    ]
    return inputs.form(
        "commitments.add",
        "Add a commitment",
        shown,
        forms.metadata(channel=channel),
        submit="Add it",
    )
