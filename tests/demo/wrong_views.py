"""Doubtful views, each with Slack's answer, as data (docs/reference/slack.md, "Blocks")."""

from __future__ import annotations

from typing import Any

from demo.wrong_requests import BAD_VIEW, CELL, Json, Request, options, table

from support.small_slack import plain, section

HOME = {"type": "home", "blocks": [section()]}
MODAL = {"type": "modal", "title": plain("A form"), "submit": plain("Send"), "blocks": [section()]}


def opened(what: str, word: str = BAD_VIEW, **more: Any) -> Request:
    """Return a request that opens a modal with these keys; a key that is None is left out."""
    view = {key: value for key, value in {**MODAL, **more}.items() if value is not None}
    return Request(f"view: {what}", "views.open", {"trigger_id": "$trigger", "view": view}, word)


def field(what: str, word: str = BAD_VIEW, **element: Any) -> Request:
    """Return a request that opens a modal with one input, which holds this element."""
    return opened(what, word, blocks=[input_of(**element)])


def input_of(label: str = "A field", **element: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": {"action_id": "it", **element}}


def acted(what: str, method: str, word: str, **given: Any) -> Request:
    return Request(f"view: {what}", method, {"view": MODAL, **given}, word)


TEXT, NUMBER = {"type": "plain_text_input"}, {"type": "number_input", "is_decimal_allowed": False}
UPDATE, PUSH = "views.update", "views.push"
VIEWS = [
    acted("trigger made up", "views.open", "invalid_trigger_id", trigger_id="1.2.abc"),
    acted("trigger used twice", "views.open", "exchanged_trigger_id", trigger_id="$used"),
    acted("trigger of 3.6 seconds", "views.open", "expired_trigger_id", trigger_id="$expired"),
    opened("title of 25", title=plain("a" * 25)),
    opened("submit of 25", submit=plain("a" * 25)),
    opened("no title", title=None),
    opened("private_metadata 3,001", private_metadata="a" * 3001),
    opened("callback_id 256", callback_id="a" * 256),
    opened("inputs without submit", submit=None, blocks=[input_of(**TEXT)]),
    opened("101 blocks", blocks=[{"type": "divider"}] * 101),
    opened("no blocks", blocks=None),
    opened("table in a modal", blocks=[table([CELL])]),
    opened("unknown block in a modal", blocks=[{"type": "hologram"}]),
    opened("same block_id twice", blocks=[section(block_id="b")] * 2),
    field("initial_user unknown", "ok", type="users_select", initial_user="U0NOTTHERE"),
    field("initial_user is no id", "ok", type="users_select", initial_user="alice"),
    field("initial_users empty", "ok", type="multi_users_select", initial_users=[]),
    field("number_input without is_decimal_allowed", type="number_input"),
    # Believed, without a source.
    field("number_input initial beyond max", **NUMBER, initial_value="9", max_value="5"),
    field("initial_value longer than max_length", **TEXT, initial_value="aaa", max_length=2),
    field("max_length 3,001", **TEXT, max_length=3001),
    # Believed, without a source.
    field("datepicker 'tomorrow'", type="datepicker", initial_date="tomorrow"),
    field("initial url 'nonsense'", "ok", type="url_text_input", initial_value="nonsense"),
    field("checkboxes of 11", type="checkboxes", options=options(11)),
    field("input label 2,001", **TEXT, label="a" * 2001),
    opened("unknown key in the view", colour="red"),
    opened("unknown key in an input block", blocks=[{**input_of(**TEXT), "colour": "red"}]),
    opened("same external_id open twice", "duplicate_external_id", external_id="taken"),
    acted("push without an open view", PUSH, "invalid_trigger_id", trigger_id="$trigger"),
    acted("fourth on the stack", PUSH, "push_limit_reached", trigger_id="$third"),
    acted("update of no such view", UPDATE, "not_found", view_id="V0NOTTHERE"),
    acted("update with a stale hash", UPDATE, "hash_conflict", view_id="$view", hash="1.old"),
    acted("update from modal to home", UPDATE, BAD_VIEW, view_id="$view", view=HOME),
]


def published(what: str, word: str, **given: Any) -> Request:
    sent = {"user_id": "$alice", "view": HOME, **given}
    return Request(f"home: {what}", "views.publish", sent, word)


HOMES = [
    published("unknown person", "user_not_found", user_id="U0NOTTHERE"),
    published("a modal published", BAD_VIEW, view=MODAL),
    published("title in a home", "ok", view={**HOME, "title": plain("Home")}),
    published("stale hash", "hash_conflict", hash="1.old"),
    Request(
        "home: opened by views.open",
        "views.open",
        {"trigger_id": "$trigger", "view": HOME},
        BAD_VIEW,
    ),
]
