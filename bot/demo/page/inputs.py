"""Inputs of a form.

The server gets each text while it is typed, so that a redraw of the form loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.demo.page.controls import option_label, selectable
from bot.demo.page.dom import Tag, button
from bot.demo.page.surface import Block, Choice, Surface, choices

Key = tuple[str, str]


@dataclass
class InputForm:
    """One open form: values by (block_id, action_id), errors and their places by block_id."""

    surface: Surface
    press: Callable[[str, Block, Any], Awaitable[None]]
    values: dict[Key, Any] = field(default_factory=dict)
    places: dict[str, tuple[Tag, Tag]] = field(default_factory=dict)

    def draw(self, block: Block) -> None:
        """Draw one input block: label, element, hint, and room for its error."""
        element = block["element"]
        key = (block["block_id"], element["action_id"])
        box = Tag("div", "field", data_block=block["block_id"])
        name = f"field-{box.id}"
        grouped = element["type"] in ("checkboxes", "radio_buttons", "multi_users_select")
        with box:
            label = Tag("label", "field-label", for_=None if grouped else name, id=f"{name}-label")
            with label:
                Tag("span", "", block["label"]["text"])
                if block.get("optional"):
                    Tag("small", "", "optional")
            about = f"{name}-error" + (f" {name}-hint" if "hint" in block else "")
            common = {"aria_describedby": about, "data_focus": element.get("focus_on_load") or None}
            _DRAWN.get(element["type"], _unknown)(_Field(self, block, element, key, name, common))
            if "hint" in block:
                Tag("p", "hint", block["hint"]["text"], id=f"{name}-hint")
            error = Tag("p", "error", "", id=f"{name}-error", role="alert")
        self.places[block["block_id"]] = (box, error)

    def forget_all_but(self, keys: set[Key]) -> None:
        """Drop the values of inputs that are gone from the form, as Slack does."""
        self.values = {key: value for key, value in self.values.items() if key in keys}

    def mistakes(self, blocks: list[Block]) -> dict[str, str]:
        """Return, by block id, the mistakes over which Slack's client would not send the form.

        They are texts that are not numbers, numbers out of range, and texts that are not addresses.
        """
        mistakes = {}
        for block in blocks:
            element = block.get("element") or {}
            value = self.values.get((block.get("block_id", ""), element.get("action_id", "")))
            if value and (mistake := _mistake(element, str(value))):
                mistakes[block["block_id"]] = mistake
        return mistakes

    def show_errors(self, errors: dict[str, str]) -> None:
        """Show one error under each field that has one; clear the others."""
        for block_id, (box, error) in self.places.items():
            error.set_text(errors.get(block_id, ""))
            box.classes(add="wrong") if block_id in errors else box.classes(remove="wrong")


@dataclass
class _Field:
    form: InputForm
    block: Block
    element: Block
    key: Key
    name: str
    common: dict[str, Any]

    def start(self, initial: Any) -> Any:
        """Return what is in the field at first: what was typed before, else the bot's value."""
        return self.form.values.setdefault(self.key, initial)

    def keep(self, value: Any) -> Awaitable[None] | None:
        """Remember a value; tell the bot of a choice at once if the block asks for that."""
        self.form.values[self.key] = value
        if self.block.get("dispatch_action") and self.element["type"] not in _TYPED:
            return self.form.press(self.key[0], self.element, value)
        return None

    @property
    def prompt(self) -> str:
        return str((self.element.get("placeholder") or {}).get("text", ""))


def _mistake(element: Block, value: str) -> str:
    if element["type"] == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Enter a whole address, starting with https://"
    if element["type"] != "number_input":
        return ""
    try:
        number = float(value) if element.get("is_decimal_allowed") else int(value)
    except ValueError:
        return "Enter a number." if element.get("is_decimal_allowed") else "Enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Enter {least} or more."
    return f"Enter {most} or less." if most is not None and number > float(most) else ""


_TYPED = ("plain_text_input", "number_input", "url_text_input", "email_text_input")


def _text(field: _Field) -> None:
    element, initial = field.element, field.start(field.element.get("initial_value", ""))
    attributes = {
        "id": field.name,
        "placeholder": field.prompt or None,
        "maxlength": element.get("max_length"),
        **field.common,
    }
    if element.get("multiline"):
        box = Tag("textarea", "input", initial or None, rows="3", data_grow="", **attributes)
    else:
        kind = {"number_input": "number", "url_text_input": "url", "email_text_input": "email"}.get(
            element["type"], "text"
        )
        limits = (
            {"min": element.get("min_value"), "max": element.get("max_value")}
            if kind == "number"
            else {}
        )
        if kind == "number":
            limits["step"] = "any" if element.get("is_decimal_allowed") else "1"
        box = Tag("input", "input", type=kind, **{"^value": initial}, **limits, **attributes)
    # A number field that holds no number reads as empty; the browser knows better, so ask it.
    box.on_value(
        "input", field.keep, read="e.target.validity.badInput ? 'not a number' : e.target.value"
    )


def _draw_select(options: list[Choice], chosen: str, *, prompt: str, **attributes: Any) -> Tag:
    """Draw a browser's own select, which works with keyboard, screen reader and thumb.

    Its first entry is the prompt, which means that nothing is chosen.
    """
    select = Tag("select", "select", **attributes)
    with select:
        Tag("option", "", prompt, value="", selected=not chosen)
        for option in options:
            is_chosen = option.value == chosen
            Tag("option", "", option_label(option), value=option.value, selected=is_chosen)
    return select


def _select(field: _Field) -> None:
    options, first = selectable(field.element, field.form.surface)
    chosen = field.start(first)
    prompt = field.prompt or (
        "Choose a person" if field.element["type"] == "users_select" else "Choose one"
    )
    _draw_select(options, chosen, prompt=prompt, id=field.name, **field.common).on_value(
        "change", field.keep
    )


def _date(field: _Field) -> None:
    initial = field.start(field.element.get("initial_date", ""))
    box = Tag(
        "input", "input date", type="date", id=field.name, **{"^value": initial}, **field.common
    )
    box.on_value("change", field.keep)


def _radio(field: _Field) -> None:
    chosen = field.start((field.element.get("initial_option") or {}).get("value", ""))
    with Tag(
        "div", "options", role="radiogroup", aria_labelledby=f"{field.name}-label", **field.common
    ):
        for choice in choices(field.element):
            _box(field, choice, "radio", choice.value == chosen).on_value("change", field.keep)


def _checkboxes(field: _Field) -> None:
    chosen: list[str] = field.start(
        [option["value"] for option in field.element.get("initial_options", [])]
    )

    def toggle(box: tuple[str, bool]) -> Awaitable[None] | None:
        value, on = box
        kept = [picked for picked in field.form.values[field.key] if picked != value]
        return field.keep([*kept, value] if on else kept)

    with Tag("div", "options", role="group", aria_labelledby=f"{field.name}-label", **field.common):
        for choice in choices(field.element):
            box = _box(field, choice, "checkbox", choice.value in chosen)
            box.on_value("change", toggle, read="[e.target.value, e.target.checked]")


def _box(field: _Field, choice: Choice, kind: str, checked: bool) -> Tag:
    with Tag("label", "option"):
        box = Tag(
            "input", "", type=kind, name=field.name, value=choice.value, checked=checked or None
        )
        with Tag("span", ""):
            Tag("span", "", choice.label)
            if choice.about:
                Tag("small", "", choice.about)
    return box


def _many(field: _Field) -> None:
    """Draw a field for several people: each picked one becomes a chip that can be removed."""
    field.start(list(field.element.get("initial_users", [])))
    people = {choice.value: choice for choice in field.form.surface.people}
    with Tag("div", "many", role="group", aria_labelledby=f"{field.name}-label", **field.common):
        chips = Tag("div", "chips")
        offered = list(people.values())
        add = _draw_select(
            offered,
            "",
            prompt=field.prompt or "Add a person",
            aria_label=f"Add to {field.block['label']['text']}",
        )

    def redraw() -> None:
        chips.clear()
        with chips:
            for id in field.form.values[field.key]:
                name = people[id].label if id in people else id
                button(f"{name} ×", "chip", partial(drop, id), aria_label=f"Remove {name}")

    def drop(id: str) -> None:
        field.keep([person for person in field.form.values[field.key] if person != id])
        redraw()

    def pick(id: str) -> None:
        picked = field.form.values[field.key]
        if id and id not in picked and len(picked) < field.element.get("max_selected_items", 100):
            field.keep([*picked, id])
        redraw()

    # The list goes back to its prompt by itself, ready for the next person.
    add.on_value(
        "change", pick, read="(() => { const v = e.target.value; e.target.value = ''; return v })()"
    )
    redraw()


def _unknown(field: _Field) -> None:
    Tag("p", "unknown", f"This page cannot draw an input of type {field.element['type']}.")


_DRAWN: dict[str, Callable[[_Field], None]] = {
    **dict.fromkeys(_TYPED, _text),
    "static_select": _select,
    "users_select": _select,
    "channels_select": _select,
    "conversations_select": _select,
    "multi_users_select": _many,
    "datepicker": _date,
    "radio_buttons": _radio,
    "checkboxes": _checkboxes,
}
