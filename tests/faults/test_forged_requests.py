"""Requests that Slack would not send: refused with a status in the 400s, and nothing on screen.

Each leaves one line in the log, with nothing of its body. Requests of another workspace, and faults
of ours, leave nothing of the body in the log either.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog

from bot.demo.slack.delivery import FORM, Delivered
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness

# Text that is in every body, and must never be in a log.
MARK = "whispered-7f3a"
JSON = "application/json"


class Log:
    """Log of the bot, as the running process would write it."""

    def __init__(self, others: pytest.LogCaptureFixture) -> None:
        self.ours: list[str] = []
        self._others = others

    def keep(self, logger: object, method: str, line: Any) -> Any:
        self.ours.append(str(line))
        raise structlog.DropEvent

    def text(self) -> str:
        return "\n".join([*self.ours, self._others.text])


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    log = Log(caplog)
    caplog.set_level(logging.DEBUG)
    before = structlog.get_config()
    written = [
        structlog.processors.format_exc_info,
        structlog.processors.LogfmtRenderer(key_order=["event"]),
        log.keep,
    ]
    structlog.configure(processors=written)
    yield log
    structlog.configure(**before)


def screens(harness: Harness) -> list[object]:
    return [message for messages in harness.workspace.messages.values() for message in messages]


def sends(
    harness: Harness,
    body: str | bytes,
    content_type: str = FORM,
    headers: dict[str, str] | None = None,
) -> Delivered:
    """Send a request, signed as Slack signs it unless other headers are given."""
    delivery = harness.slack.delivery
    if headers is None:
        signed = body if isinstance(body, str) else body.decode("latin-1")
        headers = delivery.sign(signed)
    return harness.run(delivery.post(body, {"Content-Type": content_type, **headers}))


def refused(harness: Harness, log: Log, answer: Delivered, *, lines: int = 1) -> None:
    assert 400 <= answer.status < 500, answer
    assert answer.body in ("", '{"error": "unhandled request"}'), answer.body
    assert len(log.ours) == lines, log.ours
    clean(harness, log)


def clean(harness: Harness, log: Log) -> None:
    for secret in (MARK, harness.workspace.token, harness.workspace.signing_secret):
        assert secret not in log.text()


# ---- signatures ----------------------------------------------------------------------------------


def forged(harness: Harness, body: str) -> dict[str, dict[str, str]]:
    sign = harness.slack.delivery.sign
    now, true = int(time.time()), sign(body)
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    return {
        "none": {},
        "no signature": {stamp: str(now)},
        "no time": {signature: true[signature]},
        "another body's": {**sign(body + "&x=1")},
        "another secret's": {stamp: str(now), signature: "v0=" + "0" * 64},
        "cut short": {**true, signature: true[signature][:-1]},
        "without its version": {**true, signature: true[signature][3:]},
        "more than five minutes old": sign(body, str(now - 301)),
        "from the future": sign(body, str(now + 360)),
        "time moved": {**true, stamp: str(now - 1)},
        "time is a word": sign(body, "now"),
        "time is negative": sign(body, "-1"),
        "time is a fraction": sign(body, f"{now}.5"),
        "time is endless": sign(body, "9" * 400),
        "time in other digits": {
            **true,
            stamp: "".join(chr(0x660 + int(digit)) for digit in str(now)),
        },
        "signature in other letters": {**true, signature: "v0=é"},
    }


def test_forged_stale_and_malformed_signatures_are_refused(
    harness: Harness, erin: Actor, checkout: Channel, log: Log
) -> None:
    body = urlencode(
        {
            "command": "/tradeoff",
            "text": MARK,
            "team_id": harness.workspace.team_id,
            "user_id": erin.id,
        }
    )
    before = screens(harness)
    for name, headers in forged(harness, body).items():
        log.ours.clear()
        answer = sends(harness, body, headers=headers)
        assert (name, answer.status) == (name, 401)
        refused(harness, log, answer)
    assert screens(harness) == before


def test_a_fresh_signature_is_taken_for_five_minutes(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    for age in (-290, 0, 290):
        headers = harness.slack.delivery.sign(body, str(int(time.time()) - age))
        assert sends(harness, body, JSON, headers).status == 200


# ---- bodies --------------------------------------------------------------------------------------


def interaction(harness: Harness, **fields: Any) -> str:
    workspace = harness.workspace
    base = {
        "team": {"id": workspace.team_id},
        "user": {"id": workspace.person("erin").id, "team_id": workspace.team_id},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "1.1",
        "note": MARK,
    }
    return urlencode({"payload": json.dumps({**base, **fields})})


def command(harness: Harness, **fields: str | None) -> str:
    workspace = harness.workspace
    base = {
        "command": "/tradeoff",
        "text": MARK,
        "team_id": workspace.team_id,
        "trigger_id": "1.1",
        "user_id": workspace.person("erin").id,
        "channel_id": workspace.channel("checkout").id,
    }
    return urlencode(
        {name: value for name, value in {**base, **fields}.items() if value is not None}
    )


def event(harness: Harness, event: Any, **fields: Any) -> str:
    base = {
        "type": "event_callback",
        "team_id": harness.workspace.team_id,
        "event_id": "Ev1",
        "event": event,
    }
    return json.dumps({**base, "note": MARK, **fields})


def malformed(harness: Harness) -> dict[str, tuple[str | bytes, str]]:
    button = {"type": "button", "action_id": "decide.approve", "block_id": "b", "value": "1"}
    view = {
        "id": "V1",
        "root_view_id": "V1",
        "type": "modal",
        "callback_id": "tradeoff.raise",
        "private_metadata": "{}",
        "state": {"values": {}},
    }
    lacking = {
        name: {key: value for key, value in view.items() if key != name}
        for name in ("callback_id", "state", "private_metadata")
    }
    forms = {
        "nothing": "",
        "blank": "   ",
        "no form": MARK,
        "no payload": f"payload=&x={MARK}",
        "payload is no JSON": f"payload={MARK}",
        "payload is a number": f"payload=7&x={MARK}",
        "payload is a list": urlencode({"payload": json.dumps([MARK])}),
        "payload is a word": urlencode({"payload": json.dumps(MARK)}),
        "payload is null": f"payload=null&x={MARK}",
        "deeply nested": urlencode({"payload": "[" * 100_000}),
        "deeply nested objects": urlencode({"payload": '{"a":' * 50_000}),
        "no type": interaction(harness),
        "unknown type": interaction(harness, type="dance"),
        "unknown command": command(harness, command="/dance"),
        "no command": command(harness, command=None),
        "no user": command(harness, user_id=None),
        "no channel": command(harness, channel_id=None),
        "no team": command(harness, team_id=None, user_id=None),
        "no actions": interaction(harness, type="block_actions"),
        "actions are empty": interaction(harness, type="block_actions", actions=[]),
        "actions are a word": interaction(harness, type="block_actions", actions=MARK),
        "an action is a number": interaction(harness, type="block_actions", actions=[7]),
        "an action without id": interaction(
            harness, type="block_actions", actions=[{"type": "button"}]
        ),
        "nobody clicks": interaction(harness, type="block_actions", actions=[button], user=None),
        "clicked by a word": interaction(
            harness, type="block_actions", actions=[button], user="erin"
        ),
        "no view": interaction(harness, type="view_submission"),
        "view is a list": interaction(harness, type="view_submission", view=[view]),
        "unknown form": interaction(
            harness, type="view_submission", view={**view, "callback_id": "dance"}
        ),
        **{
            f"view without {name}": interaction(harness, type="view_submission", view=form)
            for name, form in lacking.items()
        },
        "state is a word": interaction(
            harness, type="view_submission", view={**view, "state": MARK}
        ),
        "unknown shortcut": interaction(harness, type="shortcut", callback_id="dance"),
        "unknown message shortcut": interaction(
            harness, type="message_action", callback_id="dance"
        ),
        "options asked for": interaction(
            harness, type="block_suggestion", action_id="dance", block_id="b", value=MARK
        ),
    }
    events = {
        "JSON is a list": json.dumps([MARK]),
        "JSON is a number": "7",
        "JSON is cut off": '{"type": "event_ca',
        "deeply nested JSON": "[" * 100_000,
        "no event": event(harness, None),
        "event is a word": event(harness, MARK),
        "event without type": event(harness, {"user": "U1"}),
        "event is a list": event(harness, [MARK]),
        "joined without channel": event(harness, {"type": "member_joined_channel", "user": 7}),
        "user change of nobody": event(harness, {"type": "user_change", "user": None}),
    }
    binary = {"not UTF-8": b"command=%2Ftradeoff&text=\xff\xfe\x80"}
    return {
        **{name: (body, FORM) for name, body in forms.items()},
        **{name: (body, JSON) for name, body in events.items()},
        **{name: (body, FORM) for name, body in binary.items()},
        "too large": ("text=" + "x" * 1_010_000, FORM),
    }


def test_malformed_bodies_of_every_surface_are_refused(
    harness: Harness, erin: Actor, checkout: Channel, log: Log
) -> None:
    before, wrong = screens(harness), []
    for name, (body, content_type) in malformed(harness).items():
        log.ours.clear()
        answer = sends(harness, body, content_type)
        try:
            refused(harness, log, answer)
        except AssertionError as fault:
            wrong.append(f"{name}: {str(fault)[:300]}")
    assert not wrong, "\n".join(wrong)
    assert screens(harness) == before
    assert harness.decisions() == []


def test_another_workspace_gets_one_sentence_and_nothing_else(
    harness: Harness, erin: Actor, checkout: Channel, log: Log
) -> None:
    before, opened = (
        screens(harness),
        [method for method, _, _ in harness.workspace.calls].count("views.open"),
    )
    answer = sends(harness, command(harness, team_id="T0STRANGER"))
    assert "I work for another workspace" in answer.body
    assert screens(harness) == before
    assert [method for method, _, _ in harness.workspace.calls].count("views.open") == opened
    clean(harness, log)


@pytest.mark.both_databases
def test_a_fault_of_ours_leaves_a_trace_without_what_was_typed(
    harness: Harness, erin: Actor, checkout: Channel, log: Log
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    harness.query(
        lambda session: session.connection().exec_driver_sql(
            "ALTER TABLE history_event RENAME TO gone"
        )
    )
    fields = {"kind": "risk", "why_now": MARK, "option1_name": MARK, "option2_name": "No"}
    assert erin.submits(**fields) == {}
    assert "Something went wrong on my side" in erin.form_words()
    assert MARK in erin.form_words()
    assert [line.startswith('event="handler failed"') for line in log.ours] == [True]
    assert "Traceback" in log.text()
    clean(harness, log)
    reference = erin.form_words().split("runs me: ")[1][:8]
    assert reference in log.text()
