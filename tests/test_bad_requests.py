"""What no Slack would send, at the door: refused in the 400s, nothing on screen, one line in the log, and nothing of it in there."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from house import Actor, House

from bot.demo.slack.delivery import FORM, Delivered
from bot.demo.slack.workspace import Channel

# Stands in every body: must never be read in a log.
MARK = "whispered-7f3a"
JSON = "application/json"


class Log:
    """All that is logged, as the running process would write it."""

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


def screens(house: House) -> list[object]:
    return [one for messages in house.workspace.messages.values() for one in messages]


def sends(
    house: House, body: str | bytes, content_type: str = FORM, headers: dict[str, str] | None = None
) -> Delivered:
    """Signed as Slack signs, unless other headers are given."""
    delivery = house.slack.delivery
    if headers is None:
        signed = body if isinstance(body, str) else body.decode("latin-1")
        headers = delivery.sign(signed)
    return house.run(delivery.post(body, {"Content-Type": content_type, **headers}))


def refused(house: House, log: Log, answer: Delivered, *, lines: int = 1) -> None:
    assert 400 <= answer.status < 500, answer
    assert answer.body in ("", '{"error": "unhandled request"}'), answer.body
    assert len(log.ours) == lines, log.ours
    clean(house, log)


def clean(house: House, log: Log) -> None:
    for secret in (MARK, house.workspace.token, house.workspace.signing_secret):
        assert secret not in log.text()


# ---- signatures ------------------------------------------------------------------------------------------------------


def forged(house: House, body: str) -> dict[str, dict[str, str]]:
    sign = house.slack.delivery.sign
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


@pytest.mark.any_database
def test_forged_stale_and_malformed_signatures(
    house: House, erin: Actor, checkout: Channel, log: Log
) -> None:
    body = urlencode(
        {
            "command": "/tradeoff",
            "text": MARK,
            "team_id": house.workspace.team_id,
            "user_id": erin.id,
        }
    )
    before = screens(house)
    for name, headers in forged(house, body).items():
        log.ours.clear()
        answer = sends(house, body, headers=headers)
        assert (name, answer.status) == (name, 401)
        refused(house, log, answer)
    assert screens(house) == before


@pytest.mark.any_database
def test_a_fresh_signature_is_taken_for_five_minutes(
    house: House, erin: Actor, checkout: Channel
) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    for age in (-290, 0, 290):
        headers = house.slack.delivery.sign(body, str(int(time.time()) - age))
        assert sends(house, body, JSON, headers).status == 200


# ---- bodies ----------------------------------------------------------------------------------------------------------


def interaction(house: House, **fields: Any) -> str:
    workspace = house.workspace
    base = {
        "team": {"id": workspace.team_id},
        "user": {"id": workspace.person("erin").id, "team_id": workspace.team_id},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": "1.1",
        "note": MARK,
    }
    return urlencode({"payload": json.dumps({**base, **fields})})


def command(house: House, **fields: str | None) -> str:
    workspace = house.workspace
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


def event(house: House, event: Any, **fields: Any) -> str:
    base = {
        "type": "event_callback",
        "team_id": house.workspace.team_id,
        "event_id": "Ev1",
        "event": event,
    }
    return json.dumps({**base, "note": MARK, **fields})


def malformed(house: House) -> dict[str, tuple[str | bytes, str]]:
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
        "no type": interaction(house),
        "unknown type": interaction(house, type="dance"),
        "unknown command": command(house, command="/dance"),
        "no command": command(house, command=None),
        "no user": command(house, user_id=None),
        "no channel": command(house, channel_id=None),
        "no team": command(house, team_id=None, user_id=None),
        "no actions": interaction(house, type="block_actions"),
        "actions are empty": interaction(house, type="block_actions", actions=[]),
        "actions are a word": interaction(house, type="block_actions", actions=MARK),
        "an action is a number": interaction(house, type="block_actions", actions=[7]),
        "an action without id": interaction(
            house, type="block_actions", actions=[{"type": "button"}]
        ),
        "nobody clicks": interaction(house, type="block_actions", actions=[button], user=None),
        "clicked by a word": interaction(
            house, type="block_actions", actions=[button], user="erin"
        ),
        "no view": interaction(house, type="view_submission"),
        "view is a list": interaction(house, type="view_submission", view=[view]),
        "unknown form": interaction(
            house, type="view_submission", view={**view, "callback_id": "dance"}
        ),
        **{
            f"view without {name}": interaction(house, type="view_submission", view=one)
            for name, one in lacking.items()
        },
        "state is a word": interaction(house, type="view_submission", view={**view, "state": MARK}),
        "unknown shortcut": interaction(house, type="shortcut", callback_id="dance"),
        "unknown message shortcut": interaction(house, type="message_action", callback_id="dance"),
        "options asked for": interaction(
            house, type="block_suggestion", action_id="dance", block_id="b", value=MARK
        ),
    }
    events = {
        "JSON is a list": json.dumps([MARK]),
        "JSON is a number": "7",
        "JSON is cut off": '{"type": "event_ca',
        "deeply nested JSON": "[" * 100_000,
        "no event": event(house, None),
        "event is a word": event(house, MARK),
        "event without type": event(house, {"user": "U1"}),
        "event is a list": event(house, [MARK]),
        "joined without channel": event(house, {"type": "member_joined_channel", "user": 7}),
        "user change of nobody": event(house, {"type": "user_change", "user": None}),
    }
    binary = {"not UTF-8": b"command=%2Ftradeoff&text=\xff\xfe\x80"}
    return {
        **{name: (body, FORM) for name, body in forms.items()},
        **{name: (body, JSON) for name, body in events.items()},
        **{name: (body, FORM) for name, body in binary.items()},
        "too large": ("text=" + "x" * 1_010_000, FORM),
    }


@pytest.mark.any_database
def test_malformed_bodies_of_every_surface(
    house: House, erin: Actor, checkout: Channel, log: Log
) -> None:
    before, wrong = screens(house), []
    for name, (body, content_type) in malformed(house).items():
        log.ours.clear()
        answer = sends(house, body, content_type)
        try:
            refused(house, log, answer)
        except AssertionError as fault:
            wrong.append(f"{name}: {str(fault)[:300]}")
    assert not wrong, "\n".join(wrong)
    assert screens(house) == before
    assert house.decisions() == []


@pytest.mark.any_database
def test_another_workspace_gets_nothing(
    house: House, erin: Actor, checkout: Channel, log: Log
) -> None:
    before, opened = (
        screens(house),
        [method for method, _, _ in house.workspace.calls].count("views.open"),
    )
    answer = sends(house, command(house, team_id="T0STRANGER"))
    assert "no longer available" in answer.body
    assert screens(house) == before
    assert [method for method, _, _ in house.workspace.calls].count("views.open") == opened
    clean(house, log)


def test_a_fault_of_ours_leaves_a_trace_without_what_was_typed(
    house: House, erin: Actor, checkout: Channel, log: Log
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    house.query(
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
    clean(house, log)
    reference = erin.form_words().split("runs me: ")[1][:8]
    assert reference in log.text()
