"""Controls that can be pressed or picked in a block: buttons, menus, selects and dates, as HTML.

The script tells the server of each use at once, by the ids of block and element (`demo-press`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.demo.page.dom import markup, menu_html, menu_item_html
from bot.demo.page.mrkdwn import escaped_html
from bot.demo.page.surface import Block, Choice, Surface, choices

_STYLES = {"primary": "button primary", "danger": "button danger"}


def control(element: Block, block_id: str, surface: Surface) -> str:
    """Write one interactive element of a message, a Home or a modal; no input of a form."""
    return _DRAWN.get(element["type"], _unknown)(element, block_id, surface)


def option_label(choice: Choice) -> str:
    """Return a choice's words in a select, which has room for one line."""
    return f"{choice.label} – {choice.about}" if choice.about else choice.label


def selectable(element: Block, surface: Surface) -> tuple[list[Choice], str]:
    """Return what a select of one thing offers, and the value that is chosen at first."""
    match element["type"]:
        case "users_select":
            return surface.people, element.get("initial_user", "")
        case "channels_select":
            return surface.channels, element.get("initial_channel", "")
        case "conversations_select":
            return surface.channels, element.get("initial_conversation", "")
    return choices(element), (element.get("initial_option") or {}).get("value", "")


def _ids(element: Block, block_id: str) -> dict[str, Any]:
    return {"data_block": block_id, "data_action": element["action_id"]}


def _button(element: Block, block_id: str, surface: Surface) -> str:
    css = _STYLES.get(element.get("style", ""), "button")
    label = escaped_html(element["text"]["text"])
    about = {"aria_label": element.get("accessibility_label"), **_ids(element, block_id)}
    if element.get("url"):
        return markup(
            "a",
            css,
            label,
            href=element["url"],
            target="_blank",
            rel="noopener noreferrer",
            **about,
        )
    return markup("button", css, label, type="button", **about)


def _overflow(element: Block, block_id: str, surface: Surface) -> str:
    items = [
        menu_item_html(
            choice.label, choice.about, data_value=choice.value, **_ids(element, block_id)
        )
        for choice in choices(element)
    ]
    return menu_html("More actions", "overflow", items)


def _select(element: Block, block_id: str, surface: Surface) -> str:
    """Write a browser's own select. Its first entry is the prompt: nothing is chosen."""
    offered, chosen = selectable(element, surface)
    prompt = (element.get("placeholder") or {}).get("text", "Choose…")
    options = [("", prompt), *((choice.value, option_label(choice)) for choice in offered)]
    inside = "".join(
        markup(
            "option",
            "",
            escaped_html(label),
            value=value,
            selected="" if value == (chosen or "") else None,
        )
        for value, label in options
    )
    return markup("select", "select", inside, aria_label=prompt, **_ids(element, block_id))


def _date(element: Block, block_id: str, surface: Surface) -> str:
    return markup(
        "input",
        "field-date",
        type="date",
        value=element.get("initial_date", ""),
        aria_label=(element.get("placeholder") or {}).get("text", "Choose a date"),
        **_ids(element, block_id),
    )


def _group(element: Block, block_id: str, surface: Surface) -> str:
    """Write radio buttons or checkboxes outside a form."""
    many = element["type"] == "checkboxes"
    first = element.get("initial_options") if many else [element.get("initial_option") or {}]
    chosen = {option.get("value") for option in first or []}
    options = "".join(
        _option(element, block_id, choice, choice.value in chosen) for choice in choices(element)
    )
    return markup("div", "options", options, role="group" if many else "radiogroup")


def _option(element: Block, block_id: str, choice: Choice, checked: bool) -> str:
    box = markup(
        "input",
        type="checkbox" if element["type"] == "checkboxes" else "radio",
        name=f"{block_id}.{element['action_id']}",
        value=choice.value,
        checked="" if checked else None,
        **_ids(element, block_id),
    )
    return markup("label", "option", box + markup("span", "", escaped_html(choice.label)))


def _unknown(element: Block, block_id: str, surface: Surface) -> str:
    words = f"This page cannot draw an element of type {element['type']}."
    return markup("span", "unknown", escaped_html(words))


_DRAWN: dict[str, Callable[[Block, str, Surface], str]] = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _select,
    "users_select": _select,
    "channels_select": _select,
    "conversations_select": _select,
    "datepicker": _date,
    "radio_buttons": _group,
    "checkboxes": _group,
}
