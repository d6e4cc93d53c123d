"""Table of who decides which kind, and the form that changes it, several kinds at once."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, OpenForm, View
from handlers.requests import Click, Form, FormState
from handlers.rights import changing
from handlers.rights.editors import (
    as_seen,
    check_may_change_rights,
    check_still,
    what_saving_does,
)
from handlers.ui import blocks, fields, forms, inputs, phrases
from handlers.ui.forms import REASON_LIMIT, metadata
from models import locks
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import TRADEOFF_KINDS, Decider, Kind, Right, leaves_no_kind
from models.tables.rights import RightsVersion, revised
from models.words import Words


def edit_table(click: Click, session: Session) -> Answer:
    """Open the form that changes the table."""
    subjects.readable_channel(click, session, click.value)
    rights = lookups.require_rights(session, click.workspace, click.value)
    check_may_change_rights(click, rights)
    return OpenForm(table_form(rights))


def save_table(form: Form, session: Session) -> Answer:
    """Make the next version of the table, or ask for the confirmations that it needs."""
    remembered = forms.remembered(form.metadata)
    locks.lock_who_decides_to_change_it(session, form.workspace)
    subjects.readable_channel(form, session, remembered["channel"])
    current = lookups.require_rights(session, form.workspace, remembered["channel"])
    before = changing.saved_before(form, session, current.channel_id)
    if before:
        return before
    check_may_change_rights(form, current)
    check_still(current, remembered)
    typed = read_table(form.state, current)
    version = revised(
        current, form.person.id, typed.reason, confirms=typed.confirms, unused=typed.unused
    )
    return changing.save(form, session, current, version, typed.table)


def field_of(kind: Kind) -> str:
    """Return the name of the field for this kind."""
    return f"right_{kind.value}"


def _choices(kind: Kind, words: Words) -> dict[str, tuple[str, Right]]:
    """Return, by value, the choices for this kind: the label of each, and its right.

    For acceptance, one role alone gives the verdict, and no impact statement is asked for.
    """
    found = {}
    for decider in Decider:
        if kind is Kind.ACCEPTANCE and decider is Decider.JOINT:
            continue
        says = "Both sign" if decider is Decider.JOINT else f"The {words.role(decider.roles[0])}"
        found[decider.value] = (says, Right(decider, False))
        if kind is not Kind.ACCEPTANCE:
            # The name of the role that states the impact would not fit on a phone, so only the
            # form's first block has it.
            found[f"{decider.value}:impact"] = (f"{says}, after the impact", Right(decider, True))
    return found


# Choice that switches a kind off: nothing new of it is raised in the channel.
NOT_USED = "not_used"


def value_of(right: Right) -> str:
    """Return the value of the choice that gives this right."""
    return f"{right.decides.value}:impact" if right.impact_first else right.decides.value


def table_form(current: RightsVersion) -> View:
    """Build the form with a field for each kind, filled in as it is today."""
    first = blocks.section(
        f"{what_saving_does(current)} If a kind is not used here, nothing new of it is raised; its "
        "open decisions go on. “After the impact”: the other role states it first; if both sign, "
        f"the {current.words.role(Decider.JOINT.asked_for_impact)} does."
    )
    shown = [first, *(_kind_field(kind, current) for kind in Kind)]
    yes_no = [
        inputs.choice("yes", "Waits until that role confirms it"),
        inputs.choice("no", "Holds at once"),
    ]
    shown += [
        inputs.field(
            "confirms",
            "A change that takes something from a role",
            inputs.select(yes_no, initial="yes" if current.confirms else "no"),
        ),
        inputs.field(
            "reason", "Why this change", inputs.text_input(limit=REASON_LIMIT, multiline=True)
        ),
    ]
    remember = metadata(channel=current.channel.slack_id, **as_seen(current))
    return inputs.form("rights.table", "Change who decides", shown, remember, submit="Save")


def _kind_field(kind: Kind, current: RightsVersion) -> Block:
    words, right = current.words, current.table[kind]
    choices = [inputs.choice(value, says) for value, (says, _) in _choices(kind, words).items()]
    choices.append(inputs.choice(NOT_USED, "Not used here"))
    initial = value_of(right) if kind in current.kinds else NOT_USED
    select = inputs.select(choices, initial=initial)
    label = phrases.capital(words.kind(kind))
    return inputs.field(field_of(kind), label, select, hint=phrases.capital(kind.meaning) + ".")


class TypedTable(NamedTuple):
    """Content of the submitted form: the whole table, and the kinds that are not used here.

    `confirms` is True if a role that would lose something must confirm the change first.
    """

    table: dict[Kind, Right]
    unused: list[str]
    confirms: bool
    reason: str


def read_table(state: FormState, current: RightsVersion) -> TypedTable:
    """Return what was typed. Raise FieldsInvalid if something is missing or wrong."""
    table, unused, errors = _read_kinds(state, current)
    confirms, reason = fields.chosen(state, "confirms"), fields.text(state, "reason")
    if confirms not in ("yes", "no"):
        errors["confirms"] = "Choose one of the two."
    if not reason:
        errors["reason"] = "Say why: the channel will read it."
    typed = TypedTable(table, unused, confirms == "yes", reason)
    if errors:
        raise FieldsInvalid(errors)
    return typed


def _read_kinds(
    state: FormState, current: RightsVersion
) -> tuple[dict[Kind, Right], list[str], dict[str, str]]:
    """Return the table, the kinds that are not used, and a sentence for each field that is wrong.

    The row of a kind that is not used stays as it is, because open decisions still need it.
    """
    table, unused, errors = dict(current.table), list[str](), dict[str, str]()
    for kind in Kind:
        value = fields.chosen(state, field_of(kind))
        chosen = _choices(kind, current.words).get(value)
        if value == NOT_USED:
            unused.append(kind.value)
        elif chosen is None:
            errors[field_of(kind)] = "Choose who decides."
        else:
            table[kind] = chosen[1]
    if leaves_no_kind(unused):
        errors[field_of(TRADEOFF_KINDS[0])] = (
            "Keep at least one kind besides acceptance, so that something can be raised here."
        )
    return table, unused, errors
