"""Table of who decides which kind, and the form that changes one row of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Done, OpenForm, View
from handlers.requests import Click, Form, FormState
from handlers.rights.editors import check_may_change_rights, check_still
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.forms import REASON_LIMIT, metadata
from models import locks
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import Decider, Kind, Right
from models.tables.rights import RightsVersion, new_version, revised


def edit_table(click: Click, session: Session) -> Answer:
    """Open the form that changes one row of the table."""
    subjects.readable_channel(click, session, click.value)
    rights = lookups.require_rights(session, click.workspace, click.value)
    check_may_change_rights(click, rights)
    return OpenForm(table_form(rights))


def save_table(form: Form, session: Session) -> Answer:
    """Make the next version with one row changed."""
    remembered = forms.remembered(form.metadata)
    locks.lock_who_decides_to_change_it(session, form.workspace)
    subjects.readable_channel(form, session, remembered["channel"])
    current = lookups.require_rights(session, form.workspace, remembered["channel"])
    check_may_change_rights(form, current)
    check_still(current, remembered["version"])
    table, reason = read_table(form.state, current)
    new_version(session, current.channel, revised(current, form.person.id, reason), table, form.at)
    return Done()


def table_form(current: RightsVersion) -> View:
    """Build the form that changes who decides one kind."""
    kinds = [inputs.choice(kind.value, kind.label.capitalize(), kind.meaning) for kind in Kind]
    deciders = [
        inputs.choice(Decider.PRODUCT_OWNER.value, "The product owner"),
        inputs.choice(Decider.PROJECT_MANAGER.value, "The project manager"),
        inputs.choice(Decider.JOINT.value, "Both together: each signs"),
    ]
    first = [
        inputs.choice("yes", "Yes, the other side states impact first"),
        inputs.choice("no", "No"),
    ]
    shown = [
        blocks.section(
            f"Saving makes v{current.number + 1} of the rights here and posts it in the channel."
        ),
        inputs.field("kind", "Kind", inputs.select(kinds, placeholder="Which kind?")),
        inputs.field("decides", "Who decides", inputs.select(deciders, placeholder="Who?")),
        inputs.field(
            "impact_first", "Impact first?", inputs.select(first, placeholder="Yes or no")
        ),
        inputs.field(
            "reason", "Why this change", inputs.text_input(limit=REASON_LIMIT, multiline=True)
        ),
    ]
    remember = metadata(channel=current.channel.slack_id, version=current.number)
    return inputs.form("rights.table", "Change who decides", shown, remember, submit="Save")


def read_table(state: FormState, current: RightsVersion) -> tuple[dict[Kind, Right], str]:
    """Return the whole table with the change in it, and the reason.

    Raise FieldsInvalid if something is missing or wrong.
    """
    errors: dict[str, str] = {}
    kind, decides, first = (
        fields.chosen(state, name) for name in ("kind", "decides", "impact_first")
    )
    reason = fields.text(state, "reason")
    if kind not in [allowed.value for allowed in Kind]:
        errors["kind"] = "Choose a kind."
    if decides not in [allowed.value for allowed in Decider]:
        errors["decides"] = "Choose who decides."
    if first not in ("yes", "no"):
        errors["impact_first"] = "Choose yes or no."
    if (kind, first) == (Kind.ACCEPTANCE.value, "yes") or (kind, decides) == (
        Kind.ACCEPTANCE.value,
        Decider.JOINT.value,
    ):
        errors["kind"] = "Acceptance is one role's verdict, without an impact statement."
    if not reason:
        errors["reason"] = "Say why: the channel will read it."
    if errors:
        raise FieldsInvalid(errors)
    return {**current.table, Kind(kind): Right(Decider(decides), first == "yes")}, reason
