"""Checks that the roles that made a decision keep their say if it is superseded or edited."""

from __future__ import annotations

from collections.abc import Collection

from handlers.requests import Form
from models.refusals.refused import FieldsInvalid, NotFound
from models.rules import Kind, Role
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.rounds import check_may_reopen
from models.verbs.routing import Matter
from models.verbs.superseding import roles_behind

REPLACES = "A decision that replaces it must be theirs too."
SAME_ROLES = "Its new kind must be the call of the same roles."


def check_may_supersede(form: Form, current: RightsVersion, old: Decision, matter: Matter) -> None:
    """Raise the Refused that says why this form may not supersede that decision.

    The person must be one who may reopen the old decision. Both decisions must be in one channel.
    Every role that decided the old decision must also decide the new one.
    """
    if old.channel_id != current.channel_id:
        raise NotFound
    check_may_reopen(old, current.role_holders, form.person)
    _check_is_theirs_too(roles_behind(old), old, _roles_of(current, matter), REPLACES)


def check_edited(
    current: RightsVersion,
    decision: Decision,
    replaced: Decision | None,
    matter: Matter,
    person: str,
) -> None:
    """Raise FieldsInvalid if an edit by this person takes away what other roles decided.

    If this decision replaces another (`replaced`), each role that decided the other must decide
    this one too. After a first round, or if this decision disputes a record, each role of the old
    kind must decide the new kind too. It is not enough that the role decides commitments: it does
    not sign if the commitment stays as it is.
    """
    if replaced:
        _check_is_theirs_too(roles_behind(replaced), replaced, _roles_of(current, matter), REPLACES)
    was_theirs = decision.settlements or decision.disputes
    if was_theirs and matter.kind is not decision.kind:
        roles, deciders = current.table[matter.kind].decides.roles, decision.decides.roles
        _check_is_theirs_too(deciders, decision, roles, SAME_ROLES)
        # A role that is added could reject alone what the others have decided. So only a person who
        # decides it now may add a role.
        if set(roles) != set(deciders) and person not in map(decision.seat_of, deciders):
            raise _was_the_call_of(decision, deciders, SAME_ROLES)


def _roles_of(current: RightsVersion, matter: Matter) -> set[Role]:
    kinds = (matter.kind, Kind.COMMITMENT) if matter.commitment else (matter.kind,)
    return {role for kind in kinds for role in current.table[kind].decides.roles}


def _check_is_theirs_too(
    deciders: Collection[Role], decided: Decision, roles: Collection[Role], step: str
) -> None:
    if not set(deciders) <= set(roles):
        raise _was_the_call_of(decided, deciders, step)


def _was_the_call_of(decided: Decision, deciders: Collection[Role], step: str) -> FieldsInvalid:
    named = decided.words.roles(role for role in Role if role in deciders)
    return FieldsInvalid({"kind": f"#{decided.number} was the call of the {named}. {step}"})
