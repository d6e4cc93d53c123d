"""Checks of one block, as Slack makes them (docs/reference/slack.md, "Limits")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.demo.slack.element_checks import INPUTS, PRESSED, check_element
from bot.demo.slack.text_checks import Invalid, check_length, check_text

Json = dict[str, Any]


def _section(block: Json, where: str) -> None:
    if "text" not in block and not block.get("fields"):
        raise Invalid(f"{where}: text or fields are required")
    if "text" in block:
        check_text(block["text"], 3000, f"{where}/text")
    if len(block.get("fields", [])) > 10:
        raise Invalid(f"{where}/fields: no more than 10 items")
    for field in block.get("fields", []):
        check_text(field, 2000, f"{where}/fields")
    if "accessory" in block:
        check_element(block["accessory"], f"{where}/accessory", PRESSED | INPUTS | {"image"})


def _context(block: Json, where: str) -> None:
    elements = block.get("elements")
    if not elements or len(elements) > 10:
        raise Invalid(f"{where}/elements: between 1 and 10 items")
    for element in elements:
        if element["type"] == "image":
            check_length(element.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
        else:
            check_text(element, 3000, f"{where}/elements")


def _actions(block: Json, where: str) -> None:
    elements = block.get("elements")
    if not elements or len(elements) > 25:
        raise Invalid(f"{where}/elements: between 1 and 25 items")
    seen = set()
    for element in elements:
        check_element(element, f"{where}/elements", PRESSED | INPUTS - {"plain_text_input"})
        if element.get("action_id") in seen:
            raise Invalid(f"{where}: action_id {element['action_id']} used twice")
        if "action_id" in element:
            seen.add(element["action_id"])


def _input(block: Json, where: str) -> None:
    check_text(block.get("label"), 2000, f"{where}/label", plain=True)
    if "hint" in block:
        check_text(block["hint"], 2000, f"{where}/hint", plain=True)
    check_element(block.get("element"), f"{where}/element", INPUTS)


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
    check_text(block.get("text"), 150, f"{where}/text", plain=True)


def _image(block: Json, where: str) -> None:
    check_length(block.get("alt_text"), 2000, f"{where}/alt_text", needed=True)
    if ("image_url" in block) == ("slack_file" in block):
        raise Invalid(f"{where}: either image_url or slack_file")
    if "slack_file" in block and set(block["slack_file"]) not in ({"id"}, {"url"}):
        raise Invalid(f"{where}/slack_file: either id or url")


def _alert(block: Json, where: str) -> None:
    check_text(block.get("text"), 3000, f"{where}/text")


CHECKS = {
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
