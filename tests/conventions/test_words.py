"""Names of roles: only `models/words.py` has them, and no other text of the product."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from support.python_files import PythonFile, python_file, python_files

NAMES = re.compile(r"product owner|project manager|\bsponsor\b", re.IGNORECASE)
# A text of this word alone is a key of the record, and not a sentence.
KEYS = {"sponsor"}
CHECKED = [
    file.name
    for file in python_files("bot", "handlers", "models")
    if not file.name.startswith("bot/demo/") and file.name != "models/words.py"
]


def sentences(file: PythonFile) -> Iterator[str]:
    """Yield every text of a file that is not a docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in file.nodes
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in file.nodes:
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield text


def named_in(file: PythonFile) -> list[str]:
    return [text for text in sentences(file) if text not in KEYS and NAMES.search(text)]


@pytest.mark.parametrize("name", CHECKED)
def test_no_sentence_names_a_role_itself(name: str) -> None:
    assert named_in(python_file(name)) == []


def test_a_sentence_that_names_a_role_is_found() -> None:
    said = '"""The sponsor."""\nsaid = f"{who}, Product owner"\nkey = "sponsor"'
    assert named_in(PythonFile("made_up.py", said)) == [", Product owner"]
