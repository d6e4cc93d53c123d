"""Controls that can be pressed or picked in a block: buttons, menus, selects and dates.

Each tells the bot at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.demo.page.dialogs import confirmed
from bot.demo.page.dom import Tag, menu, menu_item
from bot.demo.page.surface import Block, Choice, Surface, choices

_STYLES = {"primary": "button primary", "danger": "button danger"}


def draw_control(element: Block, block_id: str, surface: Surface) -> None:
    """Draw one interactive element, in a message, a Home, or outside the inputs of a modal."""
    _DRAWN.get(element["type"], _unknown)(element, block_id, surface)


def draw_select(
    options: list[Choice], chosen: str, *, prompt: str, css: str = "select", **attributes: Any
) -> Tag:
    """Draw a browser's own select: it works with keyboard, screen reader and thumb.

    The prompt is the entry for nothing chosen.
    """
    select = Tag("select", css, **attributes)
    with select:
        Tag("option", "", prompt, value="", selected=not chosen)
        for option in options:
            label = f"{option.label} – {option.about}" if option.about else option.label
            Tag("option", "", label, value=option.value, selected=option.value == chosen)
    return select


def _button(element: Block, block_id: str, surface: Surface) -> None:
    about = element.get("accessibility_label")
    label = element["text"]["text"]
    if element.get("url"):
        attributes = {"href": element["url"], "target": "_blank", "rel": "noopener noreferrer"}
        tag = Tag(
            "a",
            _STYLES.get(element.get("style", ""), "button"),
            label,
            aria_label=about,
            **attributes,
        )
    else:
        tag = Tag(
            "button",
            _STYLES.get(element.get("style", ""), "button"),
            label,
            type="button",
            aria_label=about,
        )

    async def press() -> None:
        tag.set("aria-busy", "true")
        await _press(element, block_id, surface, element.get("value"))
        if not tag.is_deleted:
            tag.set("aria-busy", None)

    tag.on_click(press)


def _overflow(element: Block, block_id: str, surface: Surface) -> None:
    _, items = menu("More actions", "⋯", "overflow")
    with items:
        for choice in choices(element):
            menu_item(
                choice.label,
                _pressing(element, block_id, surface, choice.value),
                about=choice.about,
            )


def _select(element: Block, block_id: str, surface: Surface) -> None:
    options, chosen = selectable(element, surface)
    prompt = (element.get("placeholder") or {}).get("text", "Choose…")
    select = draw_select(options, chosen, prompt=prompt, aria_label=prompt)
    select.on_value("change", lambda value: _press(element, block_id, surface, value or None))


def _date(element: Block, block_id: str, surface: Surface) -> None:
    label = (element.get("placeholder") or {}).get("text", "Choose a date")
    field = Tag(
        "input",
        "field-date",
        type="date",
        aria_label=label,
        **{"^value": element.get("initial_date", "")},
    )
    field.on_value("change", lambda value: _press(element, block_id, surface, value or None))


def _group(element: Block, block_id: str, surface: Surface) -> None:
    """Draw radio buttons or checkboxes outside a form."""
    many = element["type"] == "checkboxes"
    first = element.get("initial_options") if many else [element.get("initial_option") or {}]
    chosen = {option.get("value") for option in first or []}
    with Tag("div", "options", role="group" if many else "radiogroup"):
        for choice in choices(element):
            _option(element, block_id, surface, choice, choice.value in chosen)


def _option(element: Block, block_id: str, surface: Surface, choice: Choice, checked: bool) -> None:
    kind = "checkbox" if element["type"] == "checkboxes" else "radio"
    with Tag("label", "option"):
        box = Tag(
            "input",
            "",
            type=kind,
            name=f"{block_id}.{element['action_id']}",
            checked=checked or None,
        )
        box.on_value("change", lambda _: _press(element, block_id, surface, choice.value))
        Tag("span", "", choice.label)


def _unknown(element: Block, block_id: str, surface: Surface) -> None:
    Tag("span", "unknown", f"This page cannot draw an element of type {element['type']}.")


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


def _pressing(
    element: Block, block_id: str, surface: Surface, value: Any
) -> Callable[[], Awaitable[None]]:
    return lambda: _press(element, block_id, surface, value)


async def _press(element: Block, block_id: str, surface: Surface, value: Any) -> None:
    if "confirm" not in element or await confirmed(element["confirm"], surface):
        await surface.press(block_id, element, value)


_DRAWN: dict[str, Callable[[Block, str, Surface], None]] = {
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
