"""JSON Schema 2020-12, as far as docs/reference/export-schema.json uses it.

Any other keyword raises KeyError.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
NO_RULE = {"$schema", "$defs", "title", "description", "format"}


def faults(
    value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = ""
) -> Iterator[str]:
    """Yield, in words, each place where this value does not fit the schema."""
    for word, rule in schema.items():
        if word not in NO_RULE:
            yield from _CHECKS[word](value, rule, schema, root, where)


def _ref(value: Any, rule: str, schema: Any, root: dict[str, Any], where: str) -> Iterator[str]:
    yield from faults(value, root["$defs"][rule.removeprefix("#/$defs/")], root, where)


def _type(value: Any, rule: str | list[str], *_: Any) -> Iterator[str]:
    names = [rule] if isinstance(rule, str) else rule
    is_number = isinstance(value, int) and not isinstance(value, bool)
    fits = any(is_number if name == "integer" else isinstance(value, TYPES[name]) for name in names)
    if not fits:
        yield f"{_[-1]}: {value!r} is no {rule}"


def _any(
    value: Any, rule: list[Any], schema: Any, root: dict[str, Any], where: str
) -> Iterator[str]:
    found = [list(faults(value, alternative, root, where)) for alternative in rule]
    if all(found):
        yield from found[0]


def _enum(value: Any, rule: list[Any], *_: Any) -> Iterator[str]:
    if value not in rule:
        yield f"{_[-1]}: {value!r} is none of {rule}"


def _const(value: Any, rule: Any, *_: Any) -> Iterator[str]:
    if value != rule:
        yield f"{_[-1]}: {value!r} is not {rule!r}"


def _pattern(value: Any, rule: str, *_: Any) -> Iterator[str]:
    if isinstance(value, str) and not re.search(rule, value):
        yield f"{_[-1]}: {value!r} does not match {rule}"


def _minimum(value: Any, rule: int, *_: Any) -> Iterator[str]:
    if isinstance(value, int) and value < rule:
        yield f"{_[-1]}: {value} is below {rule}"


def _required(value: Any, rule: list[str], *_: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{_[-1]}: {name} is missing" for name in rule if name not in value)


def _properties(
    value: Any, rule: dict[str, Any], schema: Any, root: dict[str, Any], where: str
) -> Iterator[str]:
    for name, member in (value if isinstance(value, dict) else {}).items():
        if name in rule:
            yield from faults(member, rule[name], root, f"{where}/{name}")


def _additional(
    value: Any, rule: bool, schema: dict[str, Any], root: Any, where: str
) -> Iterator[str]:
    assert rule is False
    yield from (
        f"{where}: {name} is not described"
        for name in (value if isinstance(value, dict) else ())
        if name not in schema["properties"]
    )


def _items(
    value: Any, rule: dict[str, Any], schema: Any, root: dict[str, Any], where: str
) -> Iterator[str]:
    for place, item in enumerate(value if isinstance(value, list) else []):
        yield from faults(item, rule, root, f"{where}/{place}")


_CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "anyOf": _any,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _minimum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
}
