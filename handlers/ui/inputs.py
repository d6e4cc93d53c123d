"""Builders of forms: a modal, its fields, and what can be typed or chosen in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.answers import Block, Element, View
from handlers.ui.blocks import plain_text, section


def form(
    callback: str,
    title: str,
    blocks: list[Block],
    metadata: str,
    *,
    submit: str = "Save",
    close: str = "Cancel",
) -> View:
    """Build a modal. Title, submit and close hold 24 characters; metadata holds 3,000."""
    return View(
        {
            "type": "modal",
            "callback_id": callback,
            "title": plain_text(title, 24),
            "submit": plain_text(submit, 24),
            "close": plain_text(close, 24),
            "private_metadata": metadata,
            "blocks": blocks,
        }
    )


def notice(title: str, blocks: list[Block]) -> View:
    """Build a modal that only informs, with nothing to submit."""
    return View(
        {
            "type": "modal",
            "title": plain_text(title, 24),
            "close": plain_text("Close", 24),
            "blocks": blocks,
        }
    )


def one_moment(title: str) -> View:
    """Build a small modal that is shown until a large one is there."""
    return notice(title, [section("One moment, please.")])


def field(
    name: str, label: str, element: Element, *, hint: str = "", optional: bool = False
) -> Block:
    """Build an input.

    Its block id and its action id are `name`, so that a form keeps the value when it is updated.
    """
    block = Block(
        {
            "type": "input",
            "block_id": name,
            "label": plain_text(label, 2000),
            "optional": optional,
            "element": {**element, "action_id": name},
        }
    )
    if hint:
        block["hint"] = plain_text(hint, 2000)
    return block


def heard_at_once(block: Block) -> Block:
    """Return this input, changed: Slack now sends a click as soon as something is chosen in it.

    The click's route is `form.field` (`choices` in `handlers/routes.py`).
    """
    return Block({**block, "dispatch_action": True})


def text_input(
    *, limit: int, initial: str = "", multiline: bool = False, placeholder: str = ""
) -> Element:
    element = Element(
        {
            "type": "plain_text_input",
            "max_length": limit,
            "multiline": multiline,
        }
    )
    if initial:
        element["initial_value"] = initial[:limit]
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return element


def number_input(*, least: int, most: int, initial: int | None = None) -> Element:
    element = Element(
        {
            "type": "number_input",
            "is_decimal_allowed": False,
            "min_value": str(least),
            "max_value": str(most),
        }
    )
    if initial is not None:
        element["initial_value"] = str(initial)
    return element


def link_input(initial: str | None = None) -> Element:
    given = {"initial_value": initial} if initial else {}
    return Element({"type": "url_text_input", **given})


def choice(value: str, label: str, description: str = "") -> dict[str, Any]:
    option = {"text": plain_text(label, 75), "value": value}
    if description:
        option["description"] = plain_text(description, 75)
    return option


def select(
    choices: Sequence[dict[str, Any]], *, initial: str = "", placeholder: str = ""
) -> Element:
    element = Element({"type": "static_select", "options": list(choices)})
    first = next((option for option in choices if option["value"] == initial), None)
    if first:
        element["initial_option"] = first
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return element


def grouped_select(
    groups: Sequence[tuple[str, list[dict[str, Any]]]], *, initial: str, placeholder: str
) -> Element:
    """Build a select of up to 100 groups of up to 100 options each.

    An offer cannot carry so many values (`offers.py`), so the form's handler checks the value.
    """
    element = Element(
        {
            "type": "static_select",
            "option_groups": [
                {"label": plain_text(label, 75), "options": options} for label, options in groups
            ],
            "placeholder": plain_text(placeholder, 150),
        }
    )
    offered = [option for _, options in groups for option in options]
    first = next((option for option in offered if option["value"] == initial), None)
    return Element({**element, "initial_option": first}) if first else element


def radio(choices: Sequence[dict[str, Any]], *, initial: str = "") -> Element:
    """Build radio buttons. Slack takes up to ten. A choice can be changed, but not cleared."""
    element = Element({"type": "radio_buttons", "options": list(choices)})
    first = next((option for option in choices if option["value"] == initial), None)
    return Element({**element, "initial_option": first}) if first else element


def person_input(initial: str | None = None) -> Element:
    return Element({"type": "users_select", **({"initial_user": initial} if initial else {})})


def people_input(most: int, initial: Sequence[str] | None = None) -> Element:
    element = Element({"type": "multi_users_select", "max_selected_items": most})
    return Element({**element, **({"initial_users": list(initial)} if initial else {})})


def channel_input(initial: str | None = None) -> Element:
    """Build a select of the public and private channels that the form's reader can find."""
    shown = {"include": ["public", "private"]}
    given = {"initial_conversation": initial} if initial else {}
    return Element({"type": "conversations_select", "filter": shown, **given})


def ticks(choices: Sequence[dict[str, Any]]) -> Element:
    return Element({"type": "checkboxes", "options": list(choices)})


def date_input(initial: date | None = None) -> Element:
    return Element(
        {"type": "datepicker", **({"initial_date": initial.isoformat()} if initial else {})}
    )
