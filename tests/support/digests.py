"""Digests of an exported event, computed as docs/reference/history.md says, without our code."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digests(event: dict[str, Any]) -> dict[str, str]:
    """Return the digest of each salted value of this event, by name."""
    found = {}
    for name, salt in event["salts"].items():
        whole, _, place = name.partition("/")
        value = event["actor"] if name == "actor" else event["changes"][whole]
        element = value[int(place) - 1] if place else value
        said = json.dumps(element, separators=(",", ":"), ensure_ascii=False)
        found[name] = hashlib.sha256(f"{salt}\x1f{said}".encode()).hexdigest()
    return found
