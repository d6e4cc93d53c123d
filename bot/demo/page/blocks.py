"""Block Kit on the page: blocks of a message, a modal or a Home, as HTML."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from bot.demo.page.controls import control
from bot.demo.page.dom import html, markup
from bot.demo.page.mrkdwn import escaped_html
from bot.demo.page.rich_text import rich_text
from bot.demo.page.surface import Block, Surface


def blocks_html(blocks: list[Block], surface: Surface) -> str:
    """Write all blocks, one under the other; inputs, which only a form has, are left out."""
    return "".join(
        _DRAWN.get(block["type"], _unknown)(block, surface)
        for block in blocks
        if block["type"] != "input"
    )


def draw_form_blocks(
    blocks: list[Block], surface: Surface, draw_input: Callable[[Block], None]
) -> None:
    """Draw the blocks of a form; inputs are left to `draw_input`."""
    for is_input, some in groupby(blocks, lambda block: block["type"] == "input"):
        if is_input:
            for block in some:
                draw_input(block)
        else:
            html(blocks_html(list(some), surface), "blocks")


def _section(block: Block, surface: Surface) -> str:
    inside = _text(block["text"], surface) if "text" in block else ""
    if block.get("fields"):
        fields = "".join(_text(field, surface) for field in block["fields"])
        inside += markup("div", "fields", fields)
    drawn = markup("div", "section-text", inside)
    if "accessory" in block:
        drawn += markup("div", "accessory", _element(block["accessory"], block, surface))
    return markup("div", "bk section", drawn)


def _text(text: Block, surface: Surface) -> str:
    return markup("div", "text", surface.text(text))


def _header(block: Block, surface: Surface) -> str:
    return markup(surface.heading, "bk header", surface.text(block["text"]))


def _context(block: Block, surface: Surface) -> str:
    elements = [
        _picture(element, "context-image")
        if element["type"] == "image"
        else _text(element, surface)
        for element in block["elements"]
    ]
    return markup("div", "bk context", "".join(elements))


def _actions(block: Block, surface: Surface) -> str:
    elements = "".join(_element(element, block, surface) for element in block["elements"])
    return markup("div", "bk actions", elements, role="group")


def _divider(block: Block, surface: Surface) -> str:
    return markup("hr", "bk divider")


def _image(block: Block, surface: Surface) -> str:
    title = (
        markup("figcaption", "", escaped_html(block["title"]["text"])) if "title" in block else ""
    )
    return markup("figure", "bk image", title + _picture(block, ""))


def _rich_text(block: Block, surface: Surface) -> str:
    return markup("div", "bk text rich", rich_text(block, surface.reader))


def _table(block: Block, surface: Surface) -> str:
    """Write a real HTML table. Its first row is the head, as in Slack."""
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
    return markup("div", "bk table text", table, role="group", tabindex="0", aria_label="Table")


def _cell(cell: Block, surface: Surface) -> str:
    if cell["type"] == "rich_text":
        return rich_text(cell, surface.reader)
    return escaped_html(str(cell.get("text", cell.get("value", ""))))


def _alert(block: Block, surface: Surface) -> str:
    level = block.get("level", "default")
    role = "alert" if level == "error" else "note"
    return markup("div", f"bk alert text {level}", surface.text(block["text"]), role=role)


def _unknown(block: Block, surface: Surface) -> str:
    words = f"This page cannot draw a block of type {block['type']}."
    return markup("p", "bk unknown", escaped_html(words))


def _element(element: Block, block: Block, surface: Surface) -> str:
    if element["type"] == "image":
        return _picture(element, "thumbnail")
    return control(element, block["block_id"], surface)


def _picture(image: Block, css: str) -> str:
    source = image.get("image_url") or _file_address(image.get("slack_file") or {})
    return markup("img", css, src=source, alt=image["alt_text"], loading="lazy")


def _file_address(file: Block) -> str:
    return str(file["url"]) if "url" in file else f"/files/{file.get('id', '')}"


_DRAWN: dict[str, Callable[[Block, Surface], str]] = {
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
