"""Block Kit on the page: each block of a message, a modal or a Home becomes a few HTML elements."""

from __future__ import annotations

from collections.abc import Callable

from bot.demo.page.controls import draw_control
from bot.demo.page.dom import Tag, html
from bot.demo.page.mrkdwn import escaped_html
from bot.demo.page.rich_text import rich_text
from bot.demo.page.surface import Block, Surface


def draw_blocks(
    blocks: list[Block], surface: Surface, draw_input: Callable[[Block], None] | None = None
) -> None:
    """Draw all blocks, one under the other.

    Inputs are left to `draw_input`, which only a form has.
    """
    for block in blocks:
        if block["type"] == "input":
            if draw_input:
                draw_input(block)
        else:
            _DRAWN.get(block["type"], _unknown)(block, surface)


def _section(block: Block, surface: Surface) -> None:
    with Tag("div", "bk section"):
        with Tag("div", "section-text"):
            if "text" in block:
                html(surface.text(block["text"]), "text")
            if block.get("fields"):
                with Tag("div", "fields"):
                    for field in block["fields"]:
                        html(surface.text(field), "text")
        if "accessory" in block:
            with Tag("div", "accessory"):
                _element(block["accessory"], block, surface)


def _header(block: Block, surface: Surface) -> None:
    html(surface.text(block["text"]), "bk header", tag="h3")


def _context(block: Block, surface: Surface) -> None:
    with Tag("div", "bk context"):
        for element in block["elements"]:
            if element["type"] == "image":
                _picture(element, "context-image")
            else:
                html(surface.text(element), "text")


def _actions(block: Block, surface: Surface) -> None:
    with Tag("div", "bk actions", role="group"):
        for element in block["elements"]:
            _element(element, block, surface)


def _divider(block: Block, surface: Surface) -> None:
    Tag("hr", "bk divider")


def _image(block: Block, surface: Surface) -> None:
    with Tag("figure", "bk image"):
        if "title" in block:
            Tag("figcaption", "", block["title"]["text"])
        _picture(block, "")


def _rich_text(block: Block, surface: Surface) -> None:
    html(rich_text(block, surface.reader), "bk text rich")


def _table(block: Block, surface: Surface) -> None:
    """Draw a real HTML table; its first row is the head, as Slack reads it out."""
    head, *rows = block["rows"]
    settings = block.get("column_settings") or []
    align = [f' style="text-align: {(setting or {}).get("align", "left")}"' for setting in settings]

    def row(cells: list[Block], tag: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        drawn = [
            f"<{tag}{scope}{align[at] if at < len(align) else ''}>{_cell(cell, surface)}</{tag}>"
            for at, cell in enumerate(cells)
        ]
        return f"<tr>{''.join(drawn)}</tr>"

    body = "".join(row(cells, "td") for cells in rows)
    table = f"<table><thead>{row(head, 'th')}</thead><tbody>{body}</tbody></table>"
    html(table, "bk table text", role="region", tabindex="0", aria_label="Table")


def _cell(cell: Block, surface: Surface) -> str:
    if cell["type"] == "rich_text":
        return rich_text(cell, surface.reader)
    return escaped_html(str(cell.get("text", cell.get("value", ""))))


def _alert(block: Block, surface: Surface) -> None:
    level = block.get("level", "default")
    html(
        surface.text(block["text"]),
        f"bk alert text {level}",
        role="alert" if level == "error" else "note",
    )


def _unknown(block: Block, surface: Surface) -> None:
    Tag("p", "bk unknown", f"This page cannot draw a block of type {block['type']}.")


def _element(element: Block, block: Block, surface: Surface) -> None:
    if element["type"] == "image":
        _picture(element, "thumbnail")
    else:
        draw_control(element, block["block_id"], surface)


def _picture(image: Block, css: str) -> None:
    source = image.get("image_url") or _file_address(image.get("slack_file") or {})
    Tag("img", css, src=source, alt=image["alt_text"], loading="lazy")


def _file_address(file: Block) -> str:
    return str(file["url"]) if "url" in file else f"/files/{file.get('id', '')}"


_DRAWN: dict[str, Callable[[Block, Surface], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich_text,
    "table": _table,
    "alert": _alert,
}
