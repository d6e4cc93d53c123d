"""Seals: what a view remembers, signed for one person, in Slack's private_metadata.

Slack returns the metadata unchanged, but a hand-made request could contain anything. A seal counts
only if we made it for this person and this form.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from handlers.answers import View
from handlers.ui.offers import Offer, offered_by

# Characters that Slack keeps for a view (docs/reference/slack.md, Limits).
LONGEST = 3000
# Compressed bytes that a form itself may remember. The longest offer and the signature take the
# rest.
ROOM = 1500


@dataclass(frozen=True, slots=True)
class HomeSeen:
    """Home from which a person acted: its hash, and the pages that it remembers, as JSON."""

    hash: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Carried:
    """Content of a seal: the view's own metadata, its offer, and the Home it was opened from."""

    metadata: str = ""
    offer: Offer = field(default_factory=dict)
    from_home: HomeSeen | None = None


def is_needed(view: View, from_home: HomeSeen | None) -> bool:
    """Return True if this view has something to remember, or can be submitted."""
    return bool(view.get("private_metadata") or view.get("callback_id") or from_home)


def seal(view: View, key: str, person: str, from_home: HomeSeen | None = None) -> View:
    """Return the view with its metadata, its offer and `from_home` sealed for this person.

    The pages of `from_home` are left out if there is no room for them beside the form's own
    metadata.
    """
    content = [
        person,
        view.get("callback_id", ""),
        view.get("private_metadata", ""),
        offered_by(view),
    ]
    whole = _sealed(content, key, from_home)
    if from_home and len(whole) > LONGEST:
        whole = _sealed(content, key, HomeSeen(from_home.hash, ""))
    return View({**view, "private_metadata": whole})


def _sealed(content: list[Any], key: str, from_home: HomeSeen | None) -> str:
    home = [from_home.hash, from_home.metadata] if from_home else None
    return str(_serializer(key).dumps([*content, home]))


def unseal(view: dict[str, Any], key: str, person: str) -> Carried | None:
    """Return what this view carries; None if we did not seal this form for this person."""
    try:
        whose, callback, own, offer, from_home = _serializer(key).loads(view["private_metadata"])
    except (BadData, ValueError):
        return None
    if (whose, callback) != (person, view.get("callback_id") or ""):
        return None
    return Carried(own, offer, HomeSeen(*from_home) if from_home else None)


def fits(metadata: str) -> bool:
    """Return True if this metadata leaves room for the offer of the form and for the signature."""
    return len(zlib.compress(metadata.encode("utf-8", "replace"))) <= ROOM


def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        key,
        salt="view",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
