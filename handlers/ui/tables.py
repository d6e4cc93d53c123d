"""Tables of typed text, and the same content as lines for forms, where Slack allows no table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handlers.answers import Block
from handlers.ui.blocks import bold_text, rich, typed_nodes
from models.mrkdwn import isolated

# Text of a cell in which nothing was typed.
EMPTY = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[Block]]) -> Block:
    """Build a table of cells. Slack takes at most one per message.

    A column in which no row has any text is left out, except the first.
    """
    lines = [list(line) for line in rows]
    filled = [
        column
        for column in range(len(head))
        if column == 0 or any(line[column] != cell(EMPTY) for line in lines)
    ]
    cells = [[cell(text, bold=True) for text in head], *lines]
    return Block(
        {
            "type": "table",
            "rows": [[line[column] for column in filled] for line in cells],
            "column_settings": [{"is_wrapped": True} for _ in filled],
        }
    )


def cell(text: str, *, bold: bool = False) -> Block:
    """Build a cell of typed text."""
    return _cell([bold_text(text)] if bold else typed_nodes(text or EMPTY))


def cell_about(words: str, person: str, more: str = "") -> Block:
    """Build a cell with our own words, then a mention of the person, then `more`."""
    nodes = [{"type": "text", "text": words}, {"type": "user", "user_id": person}]
    return _cell([*nodes, *([{"type": "text", "text": more}] if more else [])])


def as_lines(block: Block) -> Block:
    """Turn a table into plain lines for a form, because Slack allows tables only in messages.

    Other blocks are returned as they are.
    """
    if block["type"] != "table":
        return block
    head, *rows = ([_text_of(cell) for cell in row] for row in block["rows"])
    elements: list[dict[str, Any]] = []
    for name, *values in rows:
        answers = "".join(
            f" · {label.lower()}: {isolated(value)}"
            for label, value in zip(head[1:], values, strict=True)
            if value != EMPTY
        )
        line_break = "\n" if elements else ""
        elements += [bold_text(f"{line_break}{name}"), *typed_nodes(answers)]
    return rich([{"type": "rich_text_section", "elements": elements}])


def _text_of(cell: Mapping[str, Any]) -> str:
    return "".join(node.get("text") or node["url"] for node in cell["elements"][0]["elements"])


def _cell(nodes: list[dict[str, Any]]) -> Block:
    return rich([{"type": "rich_text_section", "elements": nodes}])
