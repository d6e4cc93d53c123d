"""Submissions of forms that are changed on their way, signed as Slack signs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.demo.slack import payloads
from support.harness import Actor, Harness

Payload = dict[str, Any]


def sends(harness: Harness, payload: Payload) -> Any:
    answer = harness.run(harness.slack.delivery.interaction(payload))
    harness.settle()
    return answer


def forged(harness: Harness, who: Actor, change: Callable[[Payload], None]) -> Any:
    """Submit the form that this person has open, changed on its way; return the answer's body."""
    payload = payloads.submission(harness.workspace, who.member.person, who.form)
    payload = json.loads(json.dumps(payload))
    change(payload["view"])
    return sends(harness, payload).json


def holding(name: str, **held: Any) -> Callable[[Payload], None]:
    """Return a change that puts this into one field."""

    def change(view: Payload) -> None:
        view["state"]["values"][name] = {name: held}

    return change


def chosen(value: Any) -> dict[str, Any]:
    return {"selected_option": {"value": value, "text": {"type": "plain_text", "text": "x"}}}
