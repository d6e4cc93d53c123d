"""Clicks and submissions that are changed on their way or made by hand, and signed as by Slack."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bot.demo.slack import payloads
from bot.demo.slack.delivery import FORM
from support.harness import Actor, Harness

Payload = dict[str, Any]


def sends(harness: Harness, payload: Payload) -> Any:
    answer = harness.run(harness.slack.delivery.interaction(payload))
    harness.settle()
    return answer


def forged(harness: Harness, who: Actor, change: Callable[[Payload], None]) -> Any:
    """Submit this person's open form, changed on its way; return the body of the answer."""
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


def presses_by_hand(actor: Actor, action: str, value: str) -> None:
    """Press a button that this person was never shown."""
    harness, delivery = actor.harness, actor.harness.slack.delivery
    here = harness.workspace.channel("checkout")
    pressed: Payload = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    pressed |= {"text": {"type": "plain_text", "text": "x"}}
    token = delivery.triggers.response_url(here.id, actor.id, None, harness.clock())
    payload: dict[str, Any] = {
        **payloads._base(harness.workspace, actor.member.person),
        "type": "block_actions",
        "actions": [pressed],
        "channel": {"id": here.id, "name": here.name},
        "container": {"type": "message", "channel_id": here.id, "message_ts": "1.1"},
        "trigger_id": delivery.triggers.issue(actor.id),
        "response_url": f"{harness.workspace.base_url}/response/{token}",
    }
    body = urlencode({"payload": json.dumps(payload)})
    harness.run(delivery.post(body, {"Content-Type": FORM, **delivery.sign(body)}))
    harness.settle()
