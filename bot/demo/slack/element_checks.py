"""What Slack refuses in one element of a block (docs/reference/slack.md, "Limits")."""

from __future__ import annotations

from typing import Any

from bot.demo.slack.text_checks import Invalid, check_length, check_text

Json = dict[str, Any]

INPUTS = {
    "plain_text_input",
    "url_text_input",
    "email_text_input",
    "number_input",
    "static_select",
    "radio_buttons",
    "checkboxes",
    "multi_static_select",
    "users_select",
    "multi_users_select",
    "channels_select",
    "conversations_select",
    "datepicker",
    "timepicker",
}
PRESSED = {
    "button",
    "overflow",
    "static_select",
    "users_select",
    "datepicker",
    "radio_buttons",
    "checkboxes",
}
MOST_OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "radio_buttons": 10,
    "checkboxes": 10,
    "overflow": 5,
}
ELEMENT_FIELDS = {
    "button": {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "plain_text_input": {
        "initial_value",
        "multiline",
        "min_length",
        "max_length",
        "placeholder",
        "dispatch_action_config",
        "focus_on_load",
    },
    "number_input": {
        "is_decimal_allowed",
        "initial_value",
        "min_value",
        "max_value",
        "placeholder",
        "focus_on_load",
    },
    "url_text_input": {"initial_value", "placeholder", "focus_on_load"},
    "static_select": {
        "options",
        "option_groups",
        "initial_option",
        "placeholder",
        "confirm",
        "focus_on_load",
    },
    "users_select": {"initial_user", "placeholder", "confirm", "focus_on_load"},
    "multi_users_select": {
        "initial_users",
        "max_selected_items",
        "placeholder",
        "confirm",
        "focus_on_load",
    },
    "datepicker": {"initial_date", "placeholder", "confirm", "focus_on_load"},
}


def check_element(element: Any, where: str, allowed: set[str]) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        raise Invalid(f"{where}: {kind} is not allowed here")
    if kind == "image":
        check_length(element.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
        return
    check_length(element.get("action_id"), 255, f"{where}/action_id", needed=True)
    known = ELEMENT_FIELDS.get(str(kind))
    unknown = set(element) - (known or set()) - {"type", "action_id"}
    if known is not None and unknown:
        raise Invalid(f"{where}: unknown field {sorted(unknown)[0]}")
    if kind == "button":
        _button(element, where)
    if kind in MOST_OPTIONS:
        _options(element, where, MOST_OPTIONS[str(kind)])
    if "placeholder" in element:
        check_text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
    if kind == "plain_text_input":
        _text_input(element, where)
    if kind == "number_input" and "is_decimal_allowed" not in element:
        raise Invalid(f"{where}/is_decimal_allowed: missing required field")
    if "confirm" in element:
        for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            check_text(element["confirm"].get(name), limit, f"{where}/confirm/{name}")


def _button(element: Json, where: str) -> None:
    check_text(element.get("text"), 75, f"{where}/text", plain=True)
    check_length(element.get("value", ""), 2000, f"{where}/value")
    check_length(element.get("url", ""), 3000, f"{where}/url")
    check_length(element.get("accessibility_label", ""), 75, f"{where}/accessibility_label")
    if element.get("style") not in (None, "primary", "danger"):
        raise Invalid(f"{where}/style: must be primary or danger")


def _text_input(element: Json, where: str) -> None:
    most = element.get("max_length", 3000)
    if not 0 < most <= 3000:
        raise Invalid(f"{where}/max_length: between 1 and 3000")
    if len(element.get("initial_value", "")) > most:
        raise Invalid(f"{where}/initial_value: longer than max_length")


def _options(element: Json, where: str, most: int) -> None:
    groups = element.get("option_groups")
    options = (
        element.get("options")
        if groups is None
        else [one for group in groups for one in group["options"]]
    )
    if not options or len(options) > most:
        raise Invalid(f"{where}/options: between 1 and {most} items")
    for option in options:
        check_text(option.get("text"), 75, f"{where}/options/text")
        check_length(option.get("value"), 150, f"{where}/options/value", needed=True)
        if "description" in option:
            check_text(option["description"], 75, f"{where}/options/description")
    if "initial_option" in element and element["initial_option"] not in options:
        raise Invalid(f"{where}/initial_option: not one of the options")
