"""Prose: first words of docstrings, and names of variables and parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from support.python_files import PythonFile, python_files

FOLDERS = ("bot", "handlers", "models", "bench", "tests")
# First words that make the reader wait for the noun or the verb. In well-kept code bases, up to
# 1.5 % of the docstrings begin with one of these.
WAITING_WORDS = {
    "What",
    "Who",
    "Whose",
    "Those",
    "To",
    "All",
    "As",
    "It",
    "Of",
    "That",
    "There",
    "Where",
    "When",
    "Which",
    "From",
    "By",
    "Not",
}
# The greatest share of docstrings that may begin so.
MOST = 0.02
# Names of variables and parameters that say nothing about the value.
EMPTY_NAMES = frozenset({"one", "each", "it", "thing", "done", "known", "what"})


def docstrings(file: PythonFile) -> Iterator[str]:
    for node in file.nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield text


def first_word(text: str) -> str:
    """Return the first word, without quotation marks; empty if the text begins with code."""
    found = re.match(r"[\"'“‘(]*(\w+)", text)
    return found[1] if found else ""


def test_few_docstrings_make_the_reader_wait() -> None:
    texts = [
        (f"{file.name}: {text.splitlines()[0]}", first_word(text))
        for file in python_files(*FOLDERS)
        for text in docstrings(file)
    ]
    waiting = [place for place, word in texts if word in WAITING_WORDS]
    assert len(texts) > 900
    assert len(waiting) <= MOST * len(texts), "\n".join(waiting)


def test_no_loop_variable_has_an_empty_name() -> None:
    empty = [
        f"{file.name}:{target.lineno}: {name.id}"
        for file in python_files(*FOLDERS)
        for node in file.nodes
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
        for target in [node.target]
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and name.id in EMPTY_NAMES
    ]
    assert not empty, "\n".join(empty)


def test_no_local_variable_has_an_empty_name() -> None:
    empty = [
        f"{file.name}:{name.lineno}: {name.id}"
        for file in python_files("bot", "handlers", "models")
        for function in file.nodes
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for name in ast.walk(function)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        if name.id in EMPTY_NAMES
    ]
    assert not empty, "\n".join(empty)


def test_no_parameter_has_an_empty_name() -> None:
    empty = [
        f"{file.name}:{parameter.lineno}: {parameter.arg}"
        for file in python_files("bot", "handlers", "models")
        for parameter in file.nodes
        if isinstance(parameter, ast.arg) and parameter.arg in EMPTY_NAMES
    ]
    assert not empty, "\n".join(empty)
