"""Regular expressions of the product: none has a form that can take quadratic time."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import bot
import handlers
import models

PRODUCT = [
    name
    for package in (bot, handlers, models)
    for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not name.startswith("bot.demo") and not name.endswith("__main__")
]
INLINE = ("search", "sub", "findall", "finditer", "split")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each pattern with its place: constants of modules, and inline calls that search."""
    for name in PRODUCT:
        module = importlib.import_module(name)
        for variable, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{name}.{variable}", value
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
            if _is_inline(node) and isinstance(node.args[0], ast.Constant):
                yield f"{name}:{node.lineno}", re.compile(node.args[0].value)


def _is_inline(node: ast.AST) -> Any:
    called = node.func if isinstance(node, ast.Call) else None
    is_re = isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "re"
    return is_re and called.attr in INLINE


def faults(pattern: str, flags: int = 0) -> list[str]:
    """Return, in words, the parts that can take quadratic time.

    A search may begin at many places, and must not run to the end from each of them. So an
    unlimited repetition with something after it must not take the pattern's first character, nor
    begin the pattern. It may begin the pattern only if another alternative is a repetition alone:
    then that alternative takes the text, and the search does not begin again inside it. Two
    unlimited repetitions that take the same character must not follow each other.
    """
    branches = list(_branches(list(_parser.parse(pattern, flags))))
    found = [fault for branch in branches for fault in _faults(branch, flags)]
    if not any(len(branch) == 1 and _is_endless(branch[0]) for branch in branches):
        found += [fault for branch in branches for fault in _faults_of_beginning(branch)]
    return found


def _branches(items: list[Any]) -> Iterator[list[Any]]:
    """Yield each sequence that the pattern allows: no groups, one alternative of each choice."""
    for at, (code, value) in enumerate(items):
        if code is op.SUBPATTERN:
            yield from _branches([*items[:at], *value[-1], *items[at + 1 :]])
            return
        if _is_repeat((code, value)) and value[1] == 1:
            yield from _branches([*items[:at], *value[2], *items[at + 1 :]])
            return
        if code is op.BRANCH:
            for branch in value[1]:
                yield from _branches([*items[:at], *branch, *items[at + 1 :]])
            return
    yield items


def _faults(items: list[Any], flags: int) -> Iterator[str]:
    code, first = items[0] if items else (None, None)
    if code is op.AT and flags & re.MULTILINE:
        code, first = op.LITERAL, ord("\n")
    for at, item in enumerate(items):
        if not _is_endless(item):
            continue
        rest = [follower for follower in items[at + 1 :] if not _may_be_empty(follower)]
        if code is op.LITERAL and rest and _takes(item, chr(first)):
            yield f"{chr(first)!r} begins it, and is repeated"
        after = items[at + 1] if at + 1 < len(items) else None
        if (
            after
            and _is_endless(after)
            and rest
            and any(_takes(item, letter) and _takes(after, letter) for letter in "a0 \n<-")
        ):
            yield "two repetitions side by side"


def _faults_of_beginning(items: list[Any]) -> Iterator[str]:
    if items and _is_endless(items[0]) and not all(map(_may_be_empty, items[1:])):
        yield "a repetition begins it"


def _is_repeat(item: Any) -> bool:
    return item[0] in (op.MAX_REPEAT, op.MIN_REPEAT)


def _is_endless(item: Any) -> bool:
    return _is_repeat(item) and item[1][1] is op.MAXREPEAT


def _may_be_empty(item: Any) -> bool:
    is_place = item[0] in (op.ASSERT, op.ASSERT_NOT)
    return is_place or (_is_repeat(item) and item[1][0] == 0)


def _takes(item: Any, letter: str) -> bool:
    """Return True if this repetition takes this character."""
    repeated = _parser.SubPattern(_parser.State(), list(item[1][2]))
    return re._compiler.compile(repeated).match(letter) is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("pattern", "is_quadratic"),
    [
        (r"<([^>|]*)>", True),
        (r"<@([A-Z0-9]+)(?:\|[^>]*)?>", True),
        (r"^(\s*)([-+=]|\d+[.)])", False),
        (r"<([^<>|]*)>", False),
        (r"\s*\s+x", True),
        (r"[^\n]*x[^\n]*", True),
        (r"[a-z]+:|\S+", False),
        (r"\*([^*\n]+)\*", False),
        (r"https?://\S+", False),
        (r"(&[a-z]*|<[^>]*)$", True),
        (r"(?m)^(\s*)[-+]", True),
        (r"(?m)^([^\S\n]*)[-+]", False),
    ],
)
def test_the_check_finds_what_it_is_for(pattern: str, is_quadratic: bool) -> None:
    compiled = re.compile(pattern)
    assert bool(faults(pattern, compiled.flags)) is is_quadratic


def test_no_regular_expression_is_quadratic() -> None:
    found = {place: faults(found.pattern, found.flags) for place, found in patterns()}
    assert len(found) > 20
    assert {place: fault for place, fault in found.items() if fault} == {}
