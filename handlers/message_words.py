"""Words of a message, in Slack's markup.

People write in the text of a message. Other apps post blocks or attachments, often without a text
(docs/reference/slack.md, Escaping). An uploaded file has only its title or name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.mrkdwn import where, who, with_entities

# The text that Slack itself sets if a message has only blocks or attachments.
NOT_DISPLAYED = (
    "This content can't be displayed.",
    "This message contains interactive elements.",
)
# Types of blocks that are read as one line, and types without words to quote.
_LINES = ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
_CONTROLS = ("actions", "input", "context_actions", "button", "overflow", "static_select")
# Parts of blocks and attachments that hold words, in the order in which they are read.
_PARTS = ("pretext", "title", "text", "fields", "elements", "rows", "value", "blocks")


def words_of(message: Mapping[str, Any]) -> str:
    """Return the words of this message; empty if it has none.

    They come from the first of these that has any: its text, blocks, attachments, files.
    """
    text = str(message.get("text") or "").strip()
    places = (
        "" if text in NOT_DISPLAYED else text,
        _joined(message.get("blocks")),
        "\n".join(filter(None, map(_of_attachment, message.get("attachments") or []))),
        "\n".join(
            with_entities(str(file.get("title") or file.get("name") or ""))
            for file in message.get("files") or []
        ),
    )
    return next((words for words in places if words.strip()), "")


def _of_attachment(attachment: Mapping[str, Any]) -> str:
    return _joined(attachment) or str(attachment.get("fallback") or "")


def _joined(part: Any) -> str:
    return "\n".join(line for line in _lines(part) if line.strip())


def _lines(part: Any) -> Iterator[str]:
    """Yield the lines of blocks, of one block, or of a part of one."""
    if isinstance(part, list):
        for item in part:
            yield from _lines(item)
    elif isinstance(part, str):
        yield part
    elif isinstance(part, dict) and part.get("type") not in _CONTROLS:
        yield from _of_block(part)


def _of_block(block: dict[str, Any]) -> Iterator[str]:
    match block.get("type"):
        case "plain_text" | "raw_text" | "markdown":
            yield with_entities(str(block.get("text", "")))
        case "image":
            yield with_entities(str(block.get("alt_text", "")))
        case kind if kind in _LINES:
            yield "".join(map(_inline, block.get("elements") or []))
        case _:
            for name in _PARTS:
                yield from _lines(block.get(name))


def _inline(node: Mapping[str, Any]) -> str:
    """Return one element of rich text in markup."""
    match node.get("type"):
        case "text":
            return with_entities(str(node.get("text", "")))
        case "link":
            address = with_entities(str(node.get("url", "")))
            label = with_entities(str(node.get("text") or ""))
            return f"<{address}|{label}>" if label else f"<{address}>"
        case "user":
            return who(str(node.get("user_id", "")))
        case "channel":
            return where(str(node.get("channel_id", "")))
        case "usergroup":
            return "@group"
        case "broadcast":
            return f"@{node.get('range', '')}"
        case "emoji":
            return f":{node.get('name', '')}:"
        case "date":
            return with_entities(str(node.get("fallback") or ""))
    return ""
