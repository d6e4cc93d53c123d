"""Block Kit builders: the few blocks that we use, as plain dicts.

Text that people typed goes into plain text or rich text nodes only. The limits are Slack's
(docs/reference/slack.md, Limits). The SDK's models are not used because they turn block types that
they do not know into null.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from handlers.answers import Block, View

_UNFINISHED = re.compile(r"(&[a-z]*|<[^>]*)$")


def shorten(text: str, limit: int) -> str:
    """Cut `text` to at most `limit` characters, with … where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut(marked: str, limit: int) -> str:
    """Cut mrkdwn or a message's `text` as `shorten` does, but split no entity and no mention."""
    return (
        marked if len(marked) <= limit else _UNFINISHED.sub("", marked[: limit - 1]).rstrip() + "…"
    )


def plain_text(text: str, limit: int = 3000) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, 150)}


def section(mrkdwn: str) -> Block:
    """Build a section of our own words in mrkdwn.

    Typed text in it must have gone through `escaped` (models/mrkdwn.py).
    """
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(mrkdwn, 3000), "verbatim": True},
    }


def pick(placeholder: str, action: str, choices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Build a select for a message, where choosing acts at once."""
    return {
        "type": "static_select",
        "action_id": action,
        "options": list(choices),
        "placeholder": plain_text(placeholder, 150),
    }


def section_with(mrkdwn: str, element: dict[str, Any]) -> Block:
    """Build a section with a button or menu beside it."""
    return {**section(mrkdwn), "accessory": element}


def context(mrkdwn: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": cut(mrkdwn, 3000), "verbatim": True}],
    }


def image(file_id: str, alt_text: str) -> Block:
    """Build an image block from a picture that was uploaded to Slack before.

    See docs/reference/slack.md, Rate limits and sending.
    """
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": shorten(alt_text, 2000)}


def divider() -> Block:
    return {"type": "divider"}


def typed(label: str, text: str) -> Block:
    """Build a bold label of ours and typed text, as rich text that nothing can break out of."""
    elements = (
        [_bold(f"{label}: "), {"type": "text", "text": text}]
        if label
        else [{"type": "text", "text": text}]
    )
    return rich([{"type": "rich_text_section", "elements": elements}])


def lines(pairs: Iterable[tuple[str, str]]) -> Block:
    """Build one block of several labelled lines of typed text.

    Pairs without text are left out; at least one must have text.
    """
    elements: list[dict[str, Any]] = []
    for label, text in pairs:
        if text:
            elements += [_bold(f"{label}: "), {"type": "text", "text": f"{text}\n"}]
    elements[-1]["text"] = elements[-1]["text"].rstrip("\n")
    return rich([{"type": "rich_text_section", "elements": elements}])


def quote(text: str) -> Block:
    """Build a quotation of typed text."""
    return rich([{"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}])


def rich(elements: list[dict[str, Any]]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _bold(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": {"bold": True}}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """Build a table of typed text. Slack takes at most one per message."""
    cells = [
        [_cell(text, bold=True) for text in head],
        *([_cell(text) for text in row] for row in rows),
    ]
    return {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True} for _ in head]}


def as_lines(block: Block) -> Block:
    """Turn a table into plain lines for a form: Slack allows tables in messages and Home only.

    Other blocks are returned as they are.
    """
    if block["type"] != "table":
        return block
    head, *rows = ([_text_of(cell) for cell in row] for row in block["rows"])
    elements: list[dict[str, Any]] = []
    for name, *values in rows:
        answers = "; ".join(
            f"{label.lower()}: {value}" for label, value in zip(head[1:], values, strict=True)
        )
        elements += [_bold(f"{name} "), {"type": "text", "text": f"{answers}\n"}]
    elements[-1]["text"] = elements[-1]["text"].rstrip("\n")
    return rich([{"type": "rich_text_section", "elements": elements}])


def _text_of(cell: Mapping[str, Any]) -> str:
    return str(cell["elements"][0]["elements"][0]["text"])


def _cell(text: str, bold: bool = False) -> dict[str, Any]:
    node = _bold(text) if bold else {"type": "text", "text": text or "–"}
    return rich([{"type": "rich_text_section", "elements": [node]}])


def button(
    label: str, action: str, value: str, *, style: str = "", about: str = ""
) -> dict[str, Any]:
    """Build a button.

    `about` is what a screen reader says if the label alone would not tell one button from another.
    """
    element = {"type": "button", "text": plain_text(label, 75), "action_id": action, "value": value}
    if style:
        element["style"] = style
    if about:
        element["accessibility_label"] = shorten(about, 75)
    return element


def menu_item(label: str, action: str, value: str) -> dict[str, Any]:
    """Build an entry of a menu; dispatch reads it as a click on this action."""
    return {"text": plain_text(label, 75), "value": f"{action} {value}"}


def more(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries as one menu (Slack takes up to five), or a single entry as a button."""
    if len(items) == 1:
        action, _, value = items[0]["value"].partition(" ")
        return [{"type": "button", "text": items[0]["text"], "action_id": action, "value": value}]
    if not items:
        return []
    return [{"type": "overflow", "action_id": "menu", "options": items}]


def actions(*buttons: dict[str, Any]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


# ---- forms ---------------------------------------------------------------------------------------


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
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, 24),
        "submit": plain_text(submit, 24),
        "close": plain_text(close, 24),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def notice(title: str, blocks: list[Block]) -> View:
    """Build a modal that only informs, with nothing to submit."""
    return {
        "type": "modal",
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "blocks": blocks,
    }


def field(
    name: str, label: str, element: Mapping[str, Any], *, hint: str = "", optional: bool = False
) -> Block:
    """Build an input.

    Its block id and action id are its name, so that typed values survive an update.
    """
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, 2000),
        "optional": optional,
        "element": {**element, "action_id": name},
    }
    if hint:
        block["hint"] = plain_text(hint, 2000)
    return block


def text_input(
    *, limit: int, initial: str = "", multiline: bool = False, placeholder: str = ""
) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "max_length": limit,
        "multiline": multiline,
    }
    if initial:
        element["initial_value"] = initial[:limit]
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return element


def number_input(*, least: int, most: int, initial: int | None = None) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": str(least),
        "max_value": str(most),
    }
    if initial is not None:
        element["initial_value"] = str(initial)
    return element


def choice(value: str, label: str, description: str = "") -> dict[str, Any]:
    option = {"text": plain_text(label, 75), "value": value}
    if description:
        option["description"] = plain_text(description, 75)
    return option


def select(
    choices: Sequence[dict[str, Any]], *, initial: str = "", placeholder: str = ""
) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "static_select", "options": list(choices)}
    first = next((option for option in choices if option["value"] == initial), None)
    if first:
        element["initial_option"] = first
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return element


def person_input(initial: str | None = None) -> dict[str, Any]:
    return {"type": "users_select", **({"initial_user": initial} if initial else {})}


def people_input(most: int, initial: Sequence[str] | None = None) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "multi_users_select", "max_selected_items": most}
    return {**element, **({"initial_users": list(initial)} if initial else {})}


def ticks(choices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "checkboxes", "options": list(choices)}


def date_input(initial: date | None = None) -> dict[str, Any]:
    return {"type": "datepicker", **({"initial_date": initial.isoformat()} if initial else {})}
