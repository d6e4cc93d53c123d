"""Checks that adding and closing a commitment share."""

from __future__ import annotations

from handlers.requests import Request
from models.refusals.afterwards import OnlyRoleHoldersAdd
from models.refusals.refused import check_can_act
from models.tables.rights import RightsVersion


def check_may_add(request: Request, current: RightsVersion) -> None:
    """Raise the Refused that says why this person may not add or close a commitment here."""
    if request.person.id not in current.role_holders:
        raise OnlyRoleHoldersAdd(current.role_holders, current.gone_editors)
    check_can_act(request.person)
