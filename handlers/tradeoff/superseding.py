"""Checks that nobody's decision becomes another's, by superseding it or by an edit."""

from __future__ import annotations

from handlers.requests import Form
from models.refusals.refused import FieldsInvalid, NotFound
from models.rules import Kind
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.rounds import check_may_reopen
from models.verbs.routing import Matter

REPLACES = "A decision that replaces it must be theirs too."


def check_may_supersede(form: Form, current: RightsVersion, old: Decision, matter: Matter) -> None:
    """Raise the Refused that says why this form may not supersede that decision.

    Both decisions must be in one channel. Every role that decided the old decision must also decide
    the new one. This is checked at submission as well as when the form was opened.
    """
    if old.channel_id != current.channel_id:
        raise NotFound
    check_may_reopen(old, current.role_holders, form.person)
    _check_is_theirs_too(current, old, matter, REPLACES)


def check_edited(
    current: RightsVersion, decision: Decision, replaced: Decision | None, matter: Matter
) -> None:
    """Raise FieldsInvalid if an edit takes away what others decided.

    They decided an earlier round of this decision, or the decision that it is to replace.
    """
    if replaced:
        _check_is_theirs_too(current, replaced, matter, REPLACES)
    if decision.settlements and matter.kind is not decision.kind:
        _check_is_theirs_too(current, decision, matter, "Its new kind must be theirs too.")


def _check_is_theirs_too(
    current: RightsVersion, decided: Decision, matter: Matter, step: str
) -> None:
    kinds = (matter.kind, Kind.COMMITMENT) if matter.commitment else (matter.kind,)
    roles = {role for kind in kinds for role in current.table[kind].decides.roles}
    if not set(decided.holders) <= roles:
        deciders = decided.words.roles(decided.holders)
        sentence = f"#{decided.number} was the call of the {deciders}. {step}"
        raise FieldsInvalid({"kind": sentence})
