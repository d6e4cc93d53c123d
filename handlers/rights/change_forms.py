"""Forms about a change of rights that waits: for its author, and for the people who are asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.answers import View
from handlers.rights import differences
from handlers.rights.pending import (
    ChangeContext,
    asked,
    how_it_ended,
    lines_of,
    value_of,
    waits_for,
    wants,
)
from handlers.ui import blocks, forms, inputs
from models.mrkdwn import when
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange
from models.verbs import rights_changes, wanted_rights
from models.verbs.rights_changes import Answers


def asked_view(
    current: RightsVersion, change: RightsChange, session: Session, at: datetime
) -> View:
    """Build the form that tells the author that the change waits, and for whom."""
    waits = how_it_ended(change)
    if change.state is ChangeState.PENDING:
        waits = waits_for(current, change, rights_changes.missing(session, current, change, at))
    lines = differences.lines(current, wanted_rights.wanted_by(change), current.words)
    shown = [
        blocks.section(
            "Your change takes something from somebody else, so it is not made yet. "
            f"{waits} Until then v{current.number} holds. The channel can see that it waits."
        ),
        *([blocks.section("\n".join(f"• {line}" for line in lines))] if lines else []),
    ]
    return inputs.notice("Waits to be confirmed", shown)


def decline_form(change: RightsChange, current: RightsVersion) -> View:
    """Build the form that shows a change, and asks why it is declined."""
    context = ChangeContext(change, current, Answers({}, ()))
    hint = f"The author and the channel read it; v{current.number} stays."
    shown = [*asked(wants(context), lines_of(context), change), forms.reason_field(hint, "Why not")]
    remember = forms.metadata(change=value_of(change, current))
    return inputs.form("rights.decline", "Decline", shown, remember, submit="Decline")


def confirm_form(change: RightsChange, current: RightsVersion) -> View:
    """Build the form that shows a change to a person who may confirm it, or decline it instead."""
    context, value = ChangeContext(change, current, Answers({}, ())), value_of(change, current)
    until = f"v{current.number} holds for now. You can confirm until {when(change.expires_at)}."
    shown = [
        *asked(wants(context), lines_of(context), change),
        blocks.context(until),
        blocks.actions(blocks.button("Decline", "rights.decline", value)),
    ]
    remember = forms.metadata(change=value)
    return inputs.form("rights.confirm", "Change who decides", shown, remember, submit="Confirm")
