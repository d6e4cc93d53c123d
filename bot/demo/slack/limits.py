"""What Slack refuses in blocks, messages and views: its limits and surfaces, in Slack's error
names.

See docs/reference/slack.md, Limits and Blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

SURFACES = {
    "section": {"message", "modal", "home"},
    "header": {"message", "modal", "home"},
    "context": {"message", "modal", "home"},
    "actions": {"message", "modal", "home"},
    "divider": {"message", "modal", "home"},
    "image": {"message", "modal", "home"},
    "rich_text": {"message", "modal", "home"},
    "input": {"message", "modal", "home"},
    "table": {"message"},
    "alert": {"modal"},
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
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


class Invalid(Exception):
    """Slack would refuse this: where, and why."""


def check_message(text: str, blocks: Any, *, update: bool = False) -> None:
    """Raise Invalid for blocks that may not stand in a message."""
    check_blocks(blocks, "message")


def check_view(view: Any) -> None:
    """Raise Invalid for a modal or Home that Slack would refuse."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise Invalid("view.type: must be modal or home")
    surface = view["type"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        raise Invalid("view.blocks: missing required field")
    check_blocks(blocks, surface)
    _length(view.get("private_metadata", ""), 3000, "view.private_metadata")
    _length(view.get("callback_id", ""), 255, "view.callback_id")
    _length(view.get("external_id", ""), 255, "view.external_id")
    if surface == "home":
        return
    _text(view.get("title"), 24, "view.title", plain=True)
    for name in ("submit", "close"):
        if name in view:
            _text(view[name], 24, f"view.{name}", plain=True)
    if "submit" not in view and any(one["type"] == "input" for one in blocks):
        raise Invalid("view.submit: missing, though the view has inputs")


def check_blocks(blocks: Any, surface: str) -> None:
    """Raise Invalid with the path of the first fault."""
    if not isinstance(blocks, list):
        raise Invalid("blocks: must be an array")
    if len(blocks) > MOST_BLOCKS[surface]:
        raise Invalid(f"blocks: no more than {MOST_BLOCKS[surface]} items allowed")
    ids: set[str] = set()
    for position, block in enumerate(blocks):
        where = f"blocks/{position}"
        kind = block.get("type") if isinstance(block, dict) else None
        if surface not in SURFACES.get(str(kind), set()):
            raise Invalid(f"{where}: {kind} is not allowed in a {surface}")
        if "block_id" in block:
            _length(block["block_id"], 255, f"{where}/block_id")
            if block["block_id"] in ids:
                raise Invalid(f"{where}/block_id: used twice")
            ids.add(block["block_id"])
        _CHECKS[str(kind)](block, where)
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise Invalid("blocks: only one table is allowed")


def _section(block: Json, where: str) -> None:
    if "text" not in block and not block.get("fields"):
        raise Invalid(f"{where}: text or fields are required")
    if "text" in block:
        _text(block["text"], 3000, f"{where}/text")
    if len(block.get("fields", [])) > 10:
        raise Invalid(f"{where}/fields: no more than 10 items")
    for field in block.get("fields", []):
        _text(field, 2000, f"{where}/fields")
    if "accessory" in block:
        _element(block["accessory"], f"{where}/accessory", PRESSED | INPUTS | {"image"})


def _context(block: Json, where: str) -> None:
    elements = block.get("elements")
    if not elements or len(elements) > 10:
        raise Invalid(f"{where}/elements: between 1 and 10 items")
    for element in elements:
        if element["type"] == "image":
            _length(element.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
        else:
            _text(element, 3000, f"{where}/elements")


def _actions(block: Json, where: str) -> None:
    elements = block.get("elements")
    if not elements or len(elements) > 25:
        raise Invalid(f"{where}/elements: between 1 and 25 items")
    seen = set()
    for element in elements:
        _element(element, f"{where}/elements", PRESSED | INPUTS - {"plain_text_input"})
        if element["action_id"] in seen:
            raise Invalid(f"{where}: action_id {element['action_id']} used twice")
        seen.add(element["action_id"])


def _input(block: Json, where: str) -> None:
    _text(block.get("label"), 2000, f"{where}/label", plain=True)
    if "hint" in block:
        _text(block["hint"], 2000, f"{where}/hint", plain=True)
    _element(block.get("element"), f"{where}/element", INPUTS)


def _element(element: Any, where: str, allowed: set[str]) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        raise Invalid(f"{where}: {kind} is not allowed here")
    if kind == "image":
        _length(element.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
        return
    _length(element.get("action_id"), 255, f"{where}/action_id", needed=True)
    known = ELEMENT_FIELDS.get(str(kind))
    unknown = set(element) - (known or set()) - {"type", "action_id"}
    if known is not None and unknown:
        raise Invalid(f"{where}: unknown field {sorted(unknown)[0]}")
    if kind == "button":
        _button(element, where)
    if kind in MOST_OPTIONS:
        _options(element, where, MOST_OPTIONS[str(kind)])
    if "placeholder" in element:
        _text(element["placeholder"], 150, f"{where}/placeholder", plain=True)
    if kind == "plain_text_input":
        _text_input(element, where)
    if kind == "number_input" and "is_decimal_allowed" not in element:
        raise Invalid(f"{where}/is_decimal_allowed: missing required field")
    if "confirm" in element:
        for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            _text(element["confirm"].get(name), limit, f"{where}/confirm/{name}")


def _button(element: Json, where: str) -> None:
    _text(element.get("text"), 75, f"{where}/text", plain=True)
    _length(element.get("value", ""), 2000, f"{where}/value")
    _length(element.get("url", ""), 3000, f"{where}/url")
    _length(element.get("accessibility_label", ""), 75, f"{where}/accessibility_label")
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
        _text(option.get("text"), 75, f"{where}/options/text")
        _length(option.get("value"), 150, f"{where}/options/value", needed=True)
        if "description" in option:
            _text(option["description"], 75, f"{where}/options/description")
    if "initial_option" in element and element["initial_option"] not in options:
        raise Invalid(f"{where}/initial_option: not one of the options")


def _rich_text(block: Json, where: str) -> None:
    for part in _walk(block.get("elements")):
        if part.get("type") == "text" and not part.get("text"):
            raise Invalid(f"{where}: an empty text node")
        if part.get("type") == "broadcast":
            raise Invalid(f"{where}: broadcast is not allowed for apps in this workspace")


def _table(block: Json, where: str) -> None:
    rows = block.get("rows") or []
    if not 1 <= len(rows) <= 100 or any(not 1 <= len(row) <= 20 for row in rows):
        raise Invalid(f"{where}/rows: up to 100 rows of up to 20 cells")
    texts = [
        part["text"]
        for row in rows
        for cell in row
        for part in _walk([cell])
        if isinstance(part.get("text"), str)
    ]
    if sum(map(len, texts)) > 10_000:
        raise Invalid(f"{where}: more than 10,000 characters")
    for row in rows:
        for cell in row:
            if cell.get("type") not in ("rich_text", "raw_text"):
                raise Invalid(f"{where}: a cell is rich_text or raw_text")
            _rich_text(cell, where)


def _walk(parts: Any) -> Iterator[Json]:
    for part in parts or []:
        yield part
        yield from _walk(part.get("elements"))


def _header(block: Json, where: str) -> None:
    _text(block.get("text"), 150, f"{where}/text", plain=True)


def _image(block: Json, where: str) -> None:
    _length(block.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
    if ("image_url" in block) == ("slack_file" in block):
        raise Invalid(f"{where}: either image_url or slack_file")
    if "slack_file" in block and set(block["slack_file"]) not in ({"id"}, {"url"}):
        raise Invalid(f"{where}/slack_file: either id or url")


def _alert(block: Json, where: str) -> None:
    _text(block.get("text"), 3000, f"{where}/text")


_CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": lambda block, where: None,
    "image": _image,
    "rich_text": _rich_text,
    "table": _table,
    "alert": _alert,
}


def _text(text: Any, limit: int, where: str, *, plain: bool = False) -> None:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        raise Invalid(f"{where}: missing or not a text object")
    if plain and text["type"] != "plain_text":
        raise Invalid(f"{where}: must be plain_text")
    if not text.get("text"):
        raise Invalid(f"{where}: must have at least 1 character")
    _length(text["text"], limit, where)


def _length(value: Any, limit: int, where: str, *, needed: bool = False) -> None:
    if not isinstance(value, str) or (needed and not value):
        raise Invalid(f"{where}: missing required field")
    if len(value) > limit:
        raise Invalid(f"{where}: must be at most {limit} characters")
