"""Python files of the project with their syntax trees, for tests of conventions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class PythonFile:
    """File with its path from the root, such as `bot/app.py`, and its text."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree, the module first. Many checks look at them."""
        return list(ast.walk(self.tree))


def python_files(*folders: str) -> Iterator[PythonFile]:
    """Yield every Python file in these folders, in order of their names."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield python_file(path.relative_to(ROOT).as_posix())


@cache
def python_file(name: str) -> PythonFile:
    """Return this file, which a process reads once."""
    return PythonFile(name, (ROOT / name).read_text())
