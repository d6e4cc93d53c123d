"""Names of roles: only `models/words.py` has them, and no other text of the product."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = re.compile(r"product owner|project manager|\bsponsor\b", re.IGNORECASE)
# A text of this word alone is a key of the record, and not a sentence.
KEYS = {"sponsor"}
CHECKED = sorted(
    path
    for folder in ("bot", "handlers", "models")
    for path in (ROOT / folder).rglob("*.py")
    if "demo" not in path.parts and path != ROOT / "models" / "words.py"
)


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield every text of a file that is not a docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield text


def named_in(source: str) -> list[str]:
    return [
        text for text in sentences(ast.parse(source)) if text not in KEYS and NAMES.search(text)
    ]


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_names_a_role_itself(path: Path) -> None:
    assert named_in(path.read_text()) == []


def test_a_sentence_that_names_a_role_is_found() -> None:
    assert named_in('"""The sponsor."""\nsaid = f"{who}, Product owner"\nkey = "sponsor"') == [
        ", Product owner"
    ]
