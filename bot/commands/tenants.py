"""Tenant of a channel that the operator names: a channel that is shared may be met by two."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.channel import Channel, is_called
from models.tables.workspace import Workspace


class TenantUnclear(Exception):
    """Reason, as a sentence, why it is not clear which record is meant."""


def tenant_of(session: Session, channel: str, named: str | None) -> str | None:
    """Return the tenant that has this channel: the named one, or else the only one; None if none.

    Raise TenantUnclear.
    """
    found = session.scalars(
        select(Workspace.tenant).join(Channel, is_called(channel)).order_by(Workspace.id)
    ).all()
    chosen = [tenant for tenant in found if named in (None, tenant)]
    if len(chosen) > 1:
        raise TenantUnclear(f"Several have channel {channel}: say --tenant {' or '.join(chosen)}.")
    return chosen[0] if chosen else None
