"""Views with a seal: signed on their way to Slack, checked on their way back."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.database import Database
from bot.deadline import Deadline
from handlers.answers import View
from handlers.requests import Request
from handlers.ui import seals
from handlers.ui.seals import Carried, HomeSeen
from models.tables.workspace import ensure_view_key


class SealedViews:
    """Sealer of views. Each tenant has one key, which all replicas share and none changes.

    The first request of a tenant reads the key within the time that it has left. Raise TooLate if
    that is not enough.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys: dict[str, str] = {}

    async def seal(
        self, request: Request, view: View, deadline: Deadline, from_home: HomeSeen | None = None
    ) -> View:
        """Seal what this view remembers and offers, for the person who acted."""
        if not seals.is_needed(view, from_home):
            return view
        return seals.seal(
            view, await self._key(request.workspace, deadline), request.user, from_home
        )

    async def carried(
        self, tenant: str, body: dict[str, Any], deadline: Deadline
    ) -> Carried | None:
        """Return what the view of this request remembers; an empty `Carried` if it has no view.

        Return None for a form that we did not seal for this person. A Home whose seal is not valid
        is shown from its first page again.
        """
        view, carried = body.get("view"), Carried()
        if view is None:
            return carried
        opened: Carried | None = carried
        if view["private_metadata"] or view["callback_id"]:
            opened = seals.unseal(view, await self._key(tenant, deadline), body["user"]["id"])
        if view["type"] == "modal":
            return opened
        metadata = opened.metadata if opened else ""
        return Carried(metadata, from_home=HomeSeen(view["hash"], metadata))

    async def _key(self, tenant: str, deadline: Deadline) -> str:
        if tenant not in self._keys:
            key = await self._database.run(partial(ensure_view_key, tenant=tenant), deadline)
            self._keys[tenant] = key
        return self._keys[tenant]
