"""Closing of a commitment: met, missed or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, Done, OpenForm, UpdateForm, View
from handlers.commitments.shared import check_may_add
from handlers.requests import Click, Form
from handlers.ui import blocks, fields, forms, inputs, wording
from handlers.ui.marks import value_of
from models.mrkdwn import day, escaped
from models.reads import lookups
from models.reads.replaced_moves import open_moves_of
from models.refusals.refused import FieldsInvalid
from models.rules import Kind
from models.tables.commitment import Commitment, CommitmentState
from models.tables.decision import Decision
from models.verbs.commitment_moves import close_commitment

# Open decisions that the form names; the rest is counted.
MOST_NAMED = 5
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
    commitment.check_is_open()
    return OpenForm(close_form(commitment, open_moves_of(session, commitment)))


def save_closing(form: Form, session: Session) -> Answer:
    """Close the commitment, unless a decision has moved it while the form was open.

    In that case the form first shows the new date, and the person submits it again.
    """
    remember = forms.remembered(form.metadata)
    commitment = subjects.commitment_of(remember["commitment"], form, session)
    current = lookups.require_rights(session, form.workspace, commitment.channel.slack_id)
    check_may_add(form, current)
    seen = remember.get("promised", _promised(commitment))
    if commitment.is_open and seen != _promised(commitment):
        shown = close_form(commitment, open_moves_of(session, commitment), moved=True)
        return UpdateForm(forms.refilled(shown, form.state))
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


def _promised(commitment: Commitment) -> str:
    return commitment.promised_on.isoformat()


def _still_open(moves: Sequence[Decision]) -> list[Block]:
    """Name the open decisions that would change the commitment; show nothing if there are none."""
    if not moves:
        return []
    names = [f"• {wording.title(decision)}" for decision in moves[:MOST_NAMED]]
    if len(moves) > MOST_NAMED:
        names.append(f"and {len(moves) - MOST_NAMED} more")
    first = "*Still open about it.* Once it is marked, these decisions cannot move it:"
    return [blocks.section("\n".join([first, *names]))]


def close_form(
    commitment: Commitment, open_moves: Sequence[Decision] = (), *, moved: bool = False
) -> View:
    """Build the form that asks how a commitment ended.

    `open_moves` are the open decisions about it. `moved` is True if a decision has moved it since
    the form was drawn first.
    """
    name = escaped(commitment.name)
    news = f"*{name} moved while your form was open.* Look again before you mark it."
    choices = [inputs.choice(state.value, label) for state, label in CLOSINGS.items()]
    shown = [
        *([blocks.section(news)] if moved else []),
        blocks.section(f"*{name}*, promised for {day(commitment.promised_on)}"),
        *_still_open(open_moves),
        inputs.field("how", "How did it end?", inputs.radio(choices)),
        forms.reason_field(
            "The channel reads it now, with your name. It stays in the commitment's ledger."
        ),
    ]
    return inputs.form(
        "commitments.close",
        "Mark a commitment",
        shown,
        forms.metadata(commitment=value_of(commitment), promised=_promised(commitment)),
        submit="Mark it",
    )
