"""Tenant of a channel that the operator names. A shared channel may belong to several tenants."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.channel import Channel, is_called
from models.tables.workspace import Workspace


class TenantUnclear(Exception):
    """Raised if several tenants have the channel; its text says how to choose one."""


def tenant_of(session: Session, channel: str, named: str | None) -> str | None:
    """Return the tenant that has this channel; None if no tenant has it.

    If `named` is given, only that tenant counts. Raise TenantUnclear if several are left.
    """
    found = session.scalars(
        select(Workspace.tenant).join(Channel, is_called(channel)).order_by(Workspace.id)
    ).all()
    chosen = [tenant for tenant in found if named in (None, tenant)]
    if len(chosen) > 1:
        raise TenantUnclear(
            f"Several tenants have channel {channel}: add --tenant {' or '.join(chosen)}."
        )
    return chosen[0] if chosen else None
