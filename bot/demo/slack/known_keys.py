"""Keys that Slack knows in views, blocks, elements and objects; it refuses any other.

The source is docs/reference/slack.md, "Blocks". Types that are not listed here are not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.demo.slack.text_checks import Invalid

MODAL = {
    *("type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"),
    *("clear_on_close", "notify_on_close", "external_id", "submit_disabled"),
}
# Slack's treatment of a title in a Home is not known.
HOME = {"type", "title", "blocks", "private_metadata", "callback_id", "external_id"}
BLOCKS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set(),
    "image": {"alt_text", "image_url", "slack_file", "title"},
    "rich_text": {"elements"},
    "input": {"label", "element", "dispatch_action", "hint", "optional"},
    "table": {"rows", "column_settings"},
    "alert": {"text", "level"},
}
PICKS = {"placeholder", "confirm", "focus_on_load"}
TYPED = {"initial_value", "placeholder", "dispatch_action_config", "focus_on_load"}
OPTIONS = {"options", "option_groups"}
ELEMENTS: dict[str, set[str]] = {
    "button": {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "overflow": {"options", "confirm"},
    "plain_text_input": {*TYPED, "multiline", "min_length", "max_length"},
    "number_input": {*TYPED, "is_decimal_allowed", "min_value", "max_value"},
    "url_text_input": TYPED,
    "email_text_input": TYPED,
    "static_select": {*PICKS, *OPTIONS, "initial_option"},
    "multi_static_select": {*PICKS, *OPTIONS, "initial_options", "max_selected_items"},
    "radio_buttons": {"options", "initial_option", "confirm", "focus_on_load"},
    "checkboxes": {"options", "initial_options", "confirm", "focus_on_load"},
    "users_select": {*PICKS, "initial_user"},
    "multi_users_select": {*PICKS, "initial_users", "max_selected_items"},
    "channels_select": {*PICKS, "initial_channel", "response_url_enabled"},
    "conversations_select": {
        *PICKS,
        "initial_conversation",
        "default_to_current_conversation",
        "response_url_enabled",
        "filter",
    },
    "datepicker": {*PICKS, "initial_date"},
    "timepicker": {*PICKS, "initial_time", "timezone"},
}
TEXTS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
OPTION = {"text", "value", "description", "url"}
CONFIRM = {"title", "text", "confirm", "deny", "style"}
SPOKEN = ("title", "text", "label", "hint", "placeholder", "submit", "close", "description")


def check_view_keys(view: dict[str, Any]) -> None:
    """Raise Invalid for an unknown key in the view itself and in its texts."""
    _check(view, MODAL if view["type"] == "modal" else HOME, "view")
    _check_texts(view, "view")


def check_block_keys(block: dict[str, Any], where: str) -> None:
    """Raise Invalid for an unknown key in this block, its elements and their objects."""
    _check(block, BLOCKS[block["type"]] | {"type", "block_id"}, where)
    _check_texts(block, where)
    for element in _elements(block):
        keys = ELEMENTS.get(str(element.get("type")))
        if keys is None:
            continue
        _check(element, keys | {"type", "action_id"}, where)
        _check_texts(element, where)
        if isinstance(element.get("confirm"), dict):
            _check(element["confirm"], CONFIRM, f"{where}/confirm")
        for option in _options(element):
            _check(option, OPTION, f"{where}/options")
            _check_texts(option, f"{where}/options")


def _elements(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] == "rich_text":
        return
    for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
        if isinstance(element, dict):
            yield element


def _options(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from element.get("options") or []
    for group in element.get("option_groups") or []:
        yield from group.get("options") or []


def _check_texts(part: dict[str, Any], where: str) -> None:
    for name in SPOKEN:
        text = part.get(name)
        if isinstance(text, dict) and text.get("type") in TEXTS:
            _check(text, TEXTS[text["type"]], f"{where}/{name}")


def _check(part: dict[str, Any], keys: set[str], where: str) -> None:
    unknown = sorted(part.keys() - keys)
    if unknown:
        raise Invalid(f"{where}: unknown key {unknown[0]}")
