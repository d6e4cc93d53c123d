"""The shape of the code: limits of length and number, and expressions that read badly."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from support.python_files import PythonFile, python_file, python_files

# Migrations are left out: they are history, and no file in alembic/versions is changed any more.
CHECKED = ("bench", "bot", "docs", "handlers", "models", "tests")
MOST_LINES, MOST_PARAMETERS, MOST_DEFINITIONS = 40, 6, 20
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

# Files that are excused from a check, by the name of the check.
NOT_YET: dict[str, tuple[str, ...]] = {
    "lines": (
        # A story of five hints, told in one go, and a table of forged requests with their reasons.
        "tests/end_to_end/test_newcomer.py",
        "tests/faults/test_forged_requests.py",
    ),
    "parameters": (
        # Steps of the script read like its sentences, with one argument for each of their parts.
        "bot/demo/seed/acts.py",
    ),
    "definitions": (),
    "text * flag": (),
    "nested conditionals": (),
    "several attributes": (),
}


def found(check: str) -> list[str]:
    """Return, as `file:line name`, what this check finds outside the excused files."""
    return [
        f"{file.name}:{line} {fault}"
        for file in python_files(*CHECKED)
        if file.name not in NOT_YET.get(check, ())
        for line, fault in CHECKS[check](file)
    ]


def long_functions(file: PythonFile) -> Iterator[tuple[int, str]]:
    for node in file.nodes:
        if isinstance(node, FUNCTIONS):
            count = (node.end_lineno or 0) - node.lineno + 1
            if count > MOST_LINES:
                yield node.lineno, f"{node.name}: {count} lines"


def many_parameters(file: PythonFile) -> Iterator[tuple[int, str]]:
    for node in file.nodes:
        if isinstance(node, FUNCTIONS):
            listed = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            listed += [rest for rest in (node.args.vararg, node.args.kwarg) if rest]
            count = sum(argument.arg not in ("self", "cls") for argument in listed)
            if count > MOST_PARAMETERS:
                yield node.lineno, f"{node.name}: {count} parameters"


def many_definitions(file: PythonFile) -> Iterator[tuple[int, str]]:
    count = sum(isinstance(node, (*FUNCTIONS, ast.ClassDef)) for node in file.tree.body)
    if count > MOST_DEFINITIONS:
        yield 1, f"{count} definitions"


def text_times_flag(file: PythonFile) -> Iterator[tuple[int, str]]:
    """Find each text or list that is multiplied by a condition."""
    for node in file.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = node.left, node.right
            built = any(isinstance(part, ast.Call) for side in sides for part in ast.walk(side))
            flag = any(isinstance(side, ast.Name | ast.Attribute) for side in sides) and built
            if any(map(_is_sequence, sides)) and (flag or any(map(_is_condition, sides))):
                yield node.lineno, ast.unparse(node)


def _is_sequence(node: ast.expr) -> bool:
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return constant or isinstance(node, ast.JoinedStr | ast.List | ast.Tuple)


def _is_condition(node: ast.expr) -> bool:
    called = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bool"
    )
    negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return called or negated or isinstance(node, ast.Compare | ast.BoolOp)


def nested_conditionals(file: PythonFile) -> Iterator[tuple[int, str]]:
    for node in file.nodes:
        if isinstance(node, ast.IfExp):
            inside = (part for part in ast.walk(node) if part is not node)
            if any(isinstance(part, ast.IfExp) for part in inside):
                yield node.lineno, ast.unparse(node)


def several_attributes(file: PythonFile) -> Iterator[tuple[int, str]]:
    """Find each statement that assigns to several attributes."""
    for node in file.nodes:
        if isinstance(node, ast.Assign):
            flat = [part for target in node.targets for part in _parts(target)]
            if sum(isinstance(part, ast.Attribute) for part in flat) > 1:
                yield node.lineno, ast.unparse(node)


def _parts(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]


CHECKS = {
    "lines": long_functions,
    "parameters": many_parameters,
    "definitions": many_definitions,
    "text * flag": text_times_flag,
    "nested conditionals": nested_conditionals,
    "several attributes": several_attributes,
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_code_has_its_shape(check: str) -> None:
    assert found(check) == []


@pytest.mark.parametrize("check", CHECKS)
def test_no_file_is_excused_that_needs_no_excuse(check: str) -> None:
    excused = NOT_YET.get(check, ())
    assert [name for name in excused if not list(CHECKS[check](python_file(name)))] == []


@pytest.mark.parametrize(
    ("check", "source"),
    [
        ("lines", "def long():\n" + "    pass\n" * MOST_LINES),
        ("parameters", "def many(self, a, b, c, *, d, e, f, **rest): ..."),
        ("definitions", "def one(): ...\n" * (MOST_DEFINITIONS + 1)),
        ("text * flag", "said = 'late' * bool(late)"),
        ("text * flag", "said = [when] * (when is not None)"),
        ("nested conditionals", "said = 'a' if a else 'b' if b else 'c'"),
        ("several attributes", "row.a, row.b = 1, 2"),
        ("several attributes", "row.a = row.b = None"),
    ],
)
def test_the_checks_find_what_they_look_for(check: str, source: str) -> None:
    assert list(CHECKS[check](PythonFile("made_up.py", source)))


def test_formatting_is_left_to_ruff() -> None:
    for file in python_files(*CHECKED):
        if file.name != "tests/conventions/test_shape.py":
            assert "fmt: skip" not in file.text, file.name
