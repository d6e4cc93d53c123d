"""Words of the workspace: what roles, the sponsor and kinds are called, and the form for them.

See docs/reference/behaviour.md, Words of a workspace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.answers import Answer, Block, OpenForm, UpdateForm, View
from handlers.requests import Command, Form, FormState, Request
from handlers.rights import renamed
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.phrases import capital
from models import locks
from models.look_alikes import shapes
from models.reads import lookups
from models.refusals.refused import FieldsInvalid, check_can_act
from models.refusals.rights import LabelsMovedOn, NotYourLabels
from models.rules import OPEN_STATES, Kind, Role
from models.tables.decision import Decision
from models.tables.post import Drawing, Post, redraw_all
from models.tables.workspace import ensure_workspace, words_of
from models.visible_text import is_drawn
from models.words import NAME_LIMIT, SPONSOR, USUAL, Words, key_of

# Alphabets with letters that look like letters of another alphabet in this set.
LOOK_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU"}
# Names are used in sentences with markup, so they must not contain signs of Slack's markup.
_NAME = re.compile(r"[^\W_](?:[^\W_]|[ .'’/-])*")


def open_labels(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff labels` with the form."""
    check_may_name(command, session)
    return OpenForm(labels_form(ensure_workspace(session, command.workspace).words))


def save_labels(form: Form, session: Session) -> Answer:
    """Save the names, and tell each channel that is set up. Recorded sentences keep old names."""
    locks.lock_who_decides_to_change_it(session, form.workspace)
    check_may_name(form, session)
    workspace = ensure_workspace(session, form.workspace)
    names = read_labels(form.state)
    if dict(workspace.words.names) == names:
        return UpdateForm(_saved(workspace.words))
    if forms.remembered(form.metadata)["names"] != dict(workspace.words.names):
        raise LabelsMovedOn
    renamed.tell(session, workspace.id, form.person.id, workspace.words, Words(names), form.at)
    workspace.labels = Words(names)
    _redraw_open_cards(session, workspace.id, form.at)
    return UpdateForm(_saved(workspace.words))


def _redraw_open_cards(session: Session, workspace_id: int, at: datetime) -> None:
    """Redraw the cards of open decisions with the new names; settled ones keep their old names."""
    cards = (
        select(Post)
        .join(Decision, Decision.id == Post.decision_id)
        .where(Decision.workspace_id == workspace_id, Decision.state.in_(OPEN_STATES))
        .where(Post.drawing == Drawing.CARD)
    )
    redraw_all(session, session.scalars(cards).all(), at)


def check_may_name(request: Request, session: Session) -> None:
    """Raise NotYourLabels unless this person holds a role, or is sponsor, in some channel."""
    check_can_act(request.person)
    if not lookups.rights_naming(session, request.workspace, request.person.id):
        raise NotYourLabels(words_of(session, request.workspace))


# ---- form ----------------------------------------------------------------------------------------


def _keys() -> dict[str, str]:
    """Return the product's name of everything that can be renamed, by its key."""
    roles = {role.value: USUAL.role(role) for role in Role}
    return roles | {SPONSOR: USUAL.sponsor} | {key_of(kind): USUAL.kind(kind) for kind in Kind}


def field_of(key: str) -> str:
    """Return the name of the field for this key."""
    return f"label_{key.replace(':', '_')}"


def labels_form(words: Words) -> View:
    """Build the form with a field for each role and kind, filled in with the names of today."""
    shown: list[Block] = [
        blocks.section(
            "What roles and kinds are called in every channel of this workspace. Leave a "
            "field empty to keep the name that it shows in grey. Recorded decisions keep their "
            "words. A message in each channel says what you change."
        )
    ]
    shown += [
        inputs.field(
            field_of(key),
            capital(usual),
            inputs.text_input(
                limit=NAME_LIMIT, initial=words.names.get(key, ""), placeholder=usual
            ),
            optional=True,
        )
        for key, usual in _keys().items()
    ]
    remember = forms.metadata(names=dict(words.names))
    return inputs.form("rights.labels", "Names", shown, remember, submit="Save")


def read_labels(state: FormState) -> dict[str, str]:
    """Return the given names by key, without usual names. Raise FieldsInvalid if one is no name."""
    names = {key: " ".join(fields.text(state, field_of(key)).split()) for key in _keys()}
    errors = {
        field_of(key): "Use letters of one alphabet, digits, blanks, hyphens, dots and slashes."
        for key, name in names.items()
        if name and not _is_name(name)
    }
    errors = _twins(names) | errors
    if errors:
        raise FieldsInvalid(errors)
    return {key: name for key, name in names.items() if name and name != _keys()[key]}


def _is_name(text: str) -> bool:
    """Return True if this can be a name.

    A name has no invisible letters, and does not mix alphabets that look alike. Otherwise two
    different names could look the same.
    """
    visible = all(sign == " " or is_drawn(sign) for sign in text)
    return bool(_NAME.fullmatch(text)) and visible and len(_alphabets(text)) < 2


def _alphabets(text: str) -> set[str]:
    """Return the alphabets in LOOK_ALIKE that this text has letters of."""
    return {unicodedata.name(sign, "").partition(" ")[0] for sign in text} & LOOK_ALIKE


def _twins(names: Mapping[str, str]) -> dict[str, str]:
    """Return an error for each field whose name another role or kind has.

    The product's own name of a role or kind cannot be given to another one either. Otherwise a role
    holder could exchange two names.
    """
    seen: dict[str, str] = {}
    errors = {}
    usuals = {shape: key for key, usual in _keys().items() for shape in shapes(usual)}
    for key, usual in _keys().items():
        looks = shapes(names[key] or usual)
        if taken := looks & seen.keys():
            other = seen[min(taken)]
            errors[field_of(key)] = f"{capital(other)} has this name already. Choose another."
        elif any(usuals.get(shape, key) != key for shape in looks):
            errors[field_of(key)] = "This is the usual name of something else. Choose another."
        seen |= dict.fromkeys(looks, usual)
    return errors


def _saved(words: Words) -> View:
    roles = ", ".join([*(words.role(role) for role in Role), words.sponsor])
    kinds = ", ".join(words.kind(kind) for kind in Kind)
    shown = [
        blocks.section(f"*Roles*: {roles}."),
        blocks.section(f"*Kinds*: {kinds}."),
        blocks.context("Open cards are drawn again now, other messages when they change next."),
    ]
    return inputs.notice("Names", shown)
