"""Checks of one element of a block, as Slack makes them (docs/reference/slack.md, "Limits")."""

from __future__ import annotations

from datetime import datetime
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
MOMENTS = {"datepicker": ("initial_date", "%Y-%m-%d"), "timepicker": ("initial_time", "%H:%M")}


def check_element(element: Any, where: str, allowed: set[str]) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        raise Invalid(f"{where}: {kind} is not allowed here")
    if kind == "image":
        check_length(element.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
        return
    # Slack makes up the action id of a button that has none.
    if kind != "button" or "action_id" in element:
        check_length(element.get("action_id"), 255, f"{where}/action_id", needed=True)
    if kind in BY_KIND:
        BY_KIND[str(kind)](element, where)
    if kind in MOST_OPTIONS:
        _options(element, where, MOST_OPTIONS[str(kind)])
    if "placeholder" in element:
        check_text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
    if kind in MOMENTS:
        _moment(element, *MOMENTS[str(kind)], where)
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


def _number_input(element: Json, where: str) -> None:
    if "is_decimal_allowed" not in element:
        raise Invalid(f"{where}/is_decimal_allowed: missing required field")
    value, least, most = (element.get(name) for name in ("initial_value", "min_value", "max_value"))
    too_small = value and least and float(value) < float(least)
    if too_small or (value and most and float(value) > float(most)):
        raise Invalid(f"{where}/initial_value: out of range")


BY_KIND = {"button": _button, "plain_text_input": _text_input, "number_input": _number_input}


def _moment(element: Json, name: str, form: str, where: str) -> None:
    if name not in element:
        return
    try:
        datetime.strptime(str(element[name]), form)  # noqa: DTZ007 a day or an hour has no zone
    except ValueError:
        raise Invalid(f"{where}/{name}: must match {form}") from None


def _check_count(items: Any, most: int, where: str) -> None:
    if not items or len(items) > most:
        raise Invalid(f"{where}: between 1 and {most} items")


def _options(element: Json, where: str, most: int) -> None:
    groups = element.get("option_groups")
    if groups is None:
        _check_count(element.get("options"), most, f"{where}/options")
        options = element["options"]
    else:
        _check_count(groups, 100, f"{where}/option_groups")
        options = []
        for group in groups:
            check_text(group.get("label"), 75, f"{where}/option_groups/label", plain=True)
            _check_count(group.get("options"), most, f"{where}/option_groups/options")
            options += group["options"]
    for option in options:
        check_text(option.get("text"), 75, f"{where}/options/text")
        check_length(option.get("value"), 150, f"{where}/options/value", needed=True)
        if "description" in option:
            check_text(option["description"], 75, f"{where}/options/description")
    if "initial_option" in element and element["initial_option"] not in options:
        raise Invalid(f"{where}/initial_option: not one of the options")
