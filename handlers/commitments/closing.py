"""Closing of a commitment: met, missed or withdrawn."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Done, OpenForm, View
from handlers.commitments.shared import check_may_add
from handlers.requests import Click, Form
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.marks import value_of
from models.mrkdwn import day, escaped
from models.reads import lookups
from models.refusals.afterwards import CommitmentClosed
from models.refusals.refused import FieldsInvalid
from models.rules import Kind
from models.tables.commitment import Commitment, CommitmentState
from models.verbs.commitment_moves import close_commitment

CLOSINGS = {
    CommitmentState.MET: "Met",
    CommitmentState.MISSED: "Missed",
    CommitmentState.WITHDRAWN: "Withdrawn",
}


def close(click: Click, session: Session) -> Answer:
    commitment = subjects.commitment_of(click.value, click, session)
    check_may_add(
        click, lookups.require_rights(session, click.workspace, commitment.channel.slack_id)
    )
    if not commitment.is_open:
        raise CommitmentClosed(commitment.name, commitment.state)
    return OpenForm(close_form(commitment))


def save_closing(form: Form, session: Session) -> Answer:
    commitment = subjects.commitment_of(
        forms.remembered(form.metadata)["commitment"], form, session
    )
    current = lookups.require_rights(session, form.workspace, commitment.channel.slack_id)
    check_may_add(form, current)
    chosen = fields.chosen(form.state, "how")
    if chosen not in [state.value for state in CLOSINGS]:
        raise FieldsInvalid({"how": "Say how it ended."})
    close_commitment(
        session,
        commitment,
        CommitmentState(chosen),
        forms.read_reason(form.state),
        form.act,
        [current.holder_of(role) for role in current.table[Kind.COMMITMENT].decides.roles],
    )
    return Done()


def close_form(commitment: Commitment) -> View:
    choices = [inputs.choice(state.value, label) for state, label in CLOSINGS.items()]
    shown = [
        blocks.section(f"*{escaped(commitment.name)}*, promised for {day(commitment.promised_on)}"),
        inputs.field("how", "How did it end?", inputs.radio(choices)),
        forms.reason_field(
            "The channel reads it now, with your name. It stays in the commitment's ledger."
        ),
    ]
    return inputs.form(
        "commitments.close",
        "Mark a commitment",
        shown,
        forms.metadata(commitment=value_of(commitment)),
        submit="Mark it",
    )
