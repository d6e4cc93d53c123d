"""Inputs and their values, in the shapes of Slack's `view.state.values`."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

Element = dict[str, Any]
Values = dict[str, dict[str, dict[str, Any]]]

# element type → (name of its value in the state, name of its initial value in the element)
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
}
MANY = {"checkboxes", "multi_static_select", "multi_users_select"}


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the blocks with the ids that Slack makes up for blocks and buttons that have none."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: dict[str, Any]) -> dict[str, Any]:
    found = block if "block_id" in block else {**block, "block_id": secrets.token_hex(3)}
    if any(map(_lacks_id, block.get("elements", []))):
        found = {**found, "elements": [_identified(element) for element in block["elements"]]}
    if _lacks_id(block.get("accessory")):
        found = {**found, "accessory": _identified(block["accessory"])}
    return found


def _lacks_id(element: Any) -> bool:
    is_button = isinstance(element, dict) and element.get("type") == "button"
    return is_button and "action_id" not in element


def _identified(element: Element) -> Element:
    return {**element, "action_id": secrets.token_hex(3)} if _lacks_id(element) else element


def inputs(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Element]]:
    """Return every element that holds a value, with its block."""
    found = [(block, block["element"]) for block in blocks if block["type"] == "input"]
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory")]:
            if isinstance(element, dict) and element.get("type") in FIELDS:
                found.append((block, element))
    return found


def initial_values(blocks: list[dict[str, Any]]) -> Values:
    values: Values = {}
    for block, element in inputs(blocks):
        value_key, initial_key = FIELDS[element["type"]]
        nothing: Any = [] if element["type"] in MANY else None
        held = {"type": element["type"], value_key: element.get(initial_key, nothing)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = held
    return values


def options_of(element: Element) -> list[dict[str, Any]]:
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    return list(element.get("options") or groups)


def state_of(element: Element, value: Any) -> dict[str, Any]:
    """Return this value as the state holds it.

    An option is given by its value or its text. Raise ValueError if it is not offered.
    """
    kind = element["type"]
    value_key, _ = FIELDS[kind]
    if value_key in ("selected_option", "selected_options"):
        many = kind in MANY
        if many:
            chosen: Any = [_option(element, option) for option in value or []]
        else:
            chosen = None if value in (None, "") else _option(element, value)
        return {"type": kind, value_key: chosen}
    if isinstance(value, date):
        value = value.isoformat()
    if kind in MANY:
        return {"type": kind, value_key: list(value or [])}
    return {"type": kind, value_key: None if value in (None, "") else str(value)}


def _option(element: Element, wanted: Any) -> dict[str, Any]:
    if isinstance(wanted, dict):
        wanted = wanted["value"]
    for option in options_of(element):
        if wanted in (option["value"], option["text"]["text"]):
            return option
    raise ValueError(
        f"{wanted!r} is not offered: {[offered['text']['text'] for offered in options_of(element)]}"
    )


def is_empty(held: dict[str, Any]) -> bool:
    return held[FIELDS[held["type"]][0]] in (None, "", [])
