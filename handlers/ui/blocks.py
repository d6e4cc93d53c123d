"""Block Kit builders: the few blocks that we use, as plain dicts.

Text that people typed goes into plain text or rich text nodes, or through `escaped` into mrkdwn.
The limits are Slack's (docs/reference/slack.md, Limits). The SDK's models are not used because they
turn block types that they do not know into null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from handlers.answers import Block, Element, MenuItem
from handlers.ui.cutting import cut
from models.mrkdwn import addresses_apart, isolated


def shorten(text: str, limit: int) -> str:
    """Cut `text` to at most `limit` characters, with … where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain_text(text: str, limit: int = 3000) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def header(text: str) -> Block:
    return Block({"type": "header", "text": plain_text(text, 150)})


def section(mrkdwn: str) -> Block:
    """Build a section of our own words in mrkdwn.

    Typed text in it must have gone through `escaped` (models/mrkdwn.py).
    """
    return Block(
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": cut(mrkdwn, 3000), "verbatim": True},
        }
    )


def pick(placeholder: str, action: str, choices: Sequence[dict[str, Any]]) -> Element:
    """Build a select that is no form field: choosing an entry acts at once."""
    return Element(
        {
            "type": "static_select",
            "action_id": action,
            "options": list(choices),
            "placeholder": plain_text(placeholder, 150),
        }
    )


def section_with(mrkdwn: str, element: Element) -> Block:
    """Build a section with a button or menu beside it."""
    return Block({**section(mrkdwn), "accessory": element})


def columns(pairs: Sequence[tuple[str, str]]) -> Block:
    """Build a small table with two columns of our own words in mrkdwn; Slack takes five rows."""
    return Block(
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": cut(words, 2000), "verbatim": True}
                for pair in pairs
                for words in pair
            ],
        }
    )


def context(mrkdwn: str) -> Block:
    return Block(
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": cut(mrkdwn, 3000), "verbatim": True}],
        }
    )


def image(file_id: str, alt_text: str) -> Block:
    """Build an image block from a picture that was uploaded to Slack before.

    See docs/reference/slack.md, Rate limits and sending.
    """
    return Block(
        {"type": "image", "slack_file": {"id": file_id}, "alt_text": shorten(alt_text, 2000)}
    )


def divider() -> Block:
    return Block({"type": "divider"})


def typed(label: str, text: str) -> Block:
    """Build a bold label of ours and typed text, as rich text, in which no markup is read."""
    labelled = (
        [bold_text(f"{label}: "), *typed_nodes(isolated(text))] if label else typed_nodes(text)
    )
    return rich([{"type": "rich_text_section", "elements": labelled}])


def typed_nodes(text: str) -> list[dict[str, Any]]:
    """Build typed text as nodes of rich text. An address in it is a link that shows the address."""
    return [
        {"type": "link", "url": part} if place % 2 else {"type": "text", "text": part}
        for place, part in enumerate(addresses_apart(text))
        if part
    ]


def lines(pairs: Iterable[tuple[str, str]]) -> Block:
    """Build one block of several labelled lines of typed text.

    Pairs without text are left out; at least one must have text.
    """
    elements: list[dict[str, Any]] = []
    for label, text in pairs:
        if text:
            line_break = "\n" if elements else ""
            elements += [bold_text(f"{line_break}{label}: "), *typed_nodes(isolated(text))]
    return rich([{"type": "rich_text_section", "elements": elements}])


def quote(text: str) -> Block:
    """Build a quotation of typed text."""
    return rich([{"type": "rich_text_quote", "elements": typed_nodes(text)}])


def rich(elements: list[dict[str, Any]]) -> Block:
    return Block({"type": "rich_text", "elements": elements})


def bold_text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": {"bold": True}}


def button(label: str, action: str, value: str, *, style: str = "", about: str = "") -> Element:
    """Build a button.

    `about` is what a screen reader says if the same label is on several buttons.
    """
    element = Element(
        {"type": "button", "text": plain_text(label, 75), "action_id": action, "value": value}
    )
    if style:
        element["style"] = style
    if about:
        element["accessibility_label"] = shorten(about, 75)
    return element


def menu_item(label: str, action: str, value: str) -> MenuItem:
    """Build an entry of a menu; dispatch reads it as a click on this action."""
    return MenuItem({"text": plain_text(label, 75), "value": f"{action} {value}"})


def more(items: list[MenuItem]) -> list[Element]:
    """Return the entries as one menu (Slack takes up to five), or a single entry as a button."""
    if len(items) == 1:
        action, _, value = items[0]["value"].partition(" ")
        single = {"type": "button", "text": items[0]["text"], "action_id": action, "value": value}
        return [Element(single)]
    if not items:
        return []
    return [Element({"type": "overflow", "action_id": "menu", "options": items})]


def actions(*buttons: Element) -> Block:
    return Block({"type": "actions", "elements": list(buttons)})
