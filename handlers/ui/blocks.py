"""Block Kit in small: the few blocks we use, as plain dicts. What people typed goes into plain text or rich text nodes only.

Limits are Slack's (docs/reference/slack.md, Limits). Plain dicts, because the SDK's models turn
block types they do not know into null.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from handlers.answers import Block

_UNFINISHED = re.compile(r"(&[a-z]*|<[^>]*)$")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, with … where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut(marked: str, limit: int) -> str:
    """`shorten` for mrkdwn and a message's `text`: no entity and no mention is cut in two."""
    return (
        marked if len(marked) <= limit else _UNFINISHED.sub("", marked[: limit - 1]).rstrip() + "…"
    )


def plain(text: str, limit: int = 3000) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def section(mrkdwn: str) -> Block:
    """Our own words, in mrkdwn. Anything typed must come through `escape`."""
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(mrkdwn, 3000), "verbatim": True},
    }


def pick(placeholder: str, action: str, choices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A select in a message: choosing is pressing."""
    return {
        "type": "static_select",
        "action_id": action,
        "options": list(choices),
        "placeholder": plain(placeholder, 150),
    }


def section_with(mrkdwn: str, element: dict[str, Any]) -> Block:
    """The same with a button or menu beside it."""
    return {**section(mrkdwn), "accessory": element}


def context(mrkdwn: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": cut(mrkdwn, 3000), "verbatim": True}],
    }


def image(file_id: str, alt_text: str) -> Block:
    """A picture that was uploaded to Slack before.

    See docs/reference/slack.md, Rate limits and sending.
    """
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": shorten(alt_text, 2000)}


def divider() -> Block:
    return {"type": "divider"}


def typed(label: str, text: str) -> Block:
    """A bold label of ours, then what a person typed, as rich text nodes that nothing can break out of."""
    elements = (
        [bold_text(f"{label}: "), {"type": "text", "text": text}]
        if label
        else [{"type": "text", "text": text}]
    )
    return rich([{"type": "rich_text_section", "elements": elements}])


def lines(pairs: Iterable[tuple[str, str]]) -> Block:
    """Several labelled lines of typed text in one block; pairs without text are left out."""
    elements: list[dict[str, Any]] = []
    for label, text in pairs:
        if text:
            elements += [bold_text(f"{label}: "), {"type": "text", "text": f"{text}\n"}]
    elements[-1]["text"] = elements[-1]["text"].rstrip("\n")
    return rich([{"type": "rich_text_section", "elements": elements}])


def quote(text: str) -> Block:
    """Typed text, set off as a quotation."""
    return rich([{"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}])


def rich(elements: list[dict[str, Any]]) -> Block:
    return {"type": "rich_text", "elements": elements}


def bold_text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": {"bold": True}}


def button(
    label: str, action: str, value: str, *, style: str = "", about: str = ""
) -> dict[str, Any]:
    """A button; `about` is what a screen reader says, where the label alone would not tell one from another."""
    element = {"type": "button", "text": plain(label, 75), "action_id": action, "value": value}
    if style:
        element["style"] = style
    if about:
        element["accessibility_label"] = shorten(about, 75)
    return element


def menu_item(label: str, action: str, value: str) -> dict[str, Any]:
    """An entry of a menu; dispatch reads it as a click on this action."""
    return {"text": plain(label, 75), "value": f"{action} {value}"}


def more(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """These entries as a menu (Slack takes up to five); a single one as a button."""
    if len(items) == 1:
        action, _, value = items[0]["value"].partition(" ")
        return [{"type": "button", "text": items[0]["text"], "action_id": action, "value": value}]
    if not items:
        return []
    return [{"type": "overflow", "action_id": "menu", "options": items}]


def actions(*buttons: dict[str, Any]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


# ---- forms -----------------------------------------------------------------------------------------------------------
