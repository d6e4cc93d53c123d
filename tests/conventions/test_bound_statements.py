"""Every query is limited to one tenant, so that nobody reads another company's decisions.

A statement is bound by `Workspace.tenant`, or by the id of a row that was found for the tenant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATEMENTS = {"select", "update", "delete"}
# Columns that name something of one tenant. Slack's own ids do not: `slack_id`, `person`.
KEYS = {"tenant", "team", "id", "workspace", "workspace_id", "channel_id", "decision_id"}
KEYS |= {"commitment_id", "rights_version_id", "settlement_id", "thread_id"}
# Conditions that other functions make; each names the channel.
CONDITIONS = {"settled_since", "_outcomes"}
# Files that look after the rows of every tenant, and show them to nobody but the operator.
FOR_ALL = (
    "bot/outbox/",  # Sends what is owed, to whom it is owed.
    "bot/timers.py",  # Fires what is due, each timer for its own workspace.
    "bot/commands/",  # The operator's look at the whole record.
)
# Parts of statements that are bound where they are put together.
PARTS = {
    "models/loading.py _parts_alone": "of decisions that were found",
    "models/reads/export.py batch": "`_narrowed` names the tenant, or the operator exports all",
    "models/reads/export.py count": "`_narrowed` names the tenant, or the operator exports all",
    "models/reads/figures.py _numbers": "three bound statements side by side",
    "models/reads/figures.py _is_own": "of a decision that `_outcomes` binds",
    "models/reads/lookups.py _RIGHTS_TO_RAISE": "adds to `_CURRENT_RIGHTS`",
    "models/reads/waiting.py _each": "a part of `_mine`, which names the tenant",
}


def built(scope: ast.AST) -> list[ast.Call]:
    """Return every call that begins a statement."""
    return [
        node
        for node in ast.walk(scope)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in STATEMENTS
    ]


def scopes(source: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield each function, and each assignment outside of one, in which a statement is built."""
    for node in ast.parse(source).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for scope in inner:
            target = scope.targets[0] if isinstance(scope, ast.Assign) else scope
            if built(scope):
                yield getattr(target, "name", getattr(target, "id", "")), scope


def columns(scope: ast.AST) -> set[str]:
    """Return the names that stand for tables here: `Decision`, `_COUNTER`, `move`."""
    names = {node.id for node in ast.walk(scope) if isinstance(node, ast.Name)}
    return {name for name in names if name.lstrip("_")[:1].isupper()} | {
        target.id
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        for target in node.targets
        if isinstance(target, ast.Name) and node.value.id[:1].isupper()
    }


def is_bound(scope: ast.AST) -> bool:
    """Return True if a key is compared with a value, and not only with another table's key."""
    tables = columns(scope)
    statements = {
        target.id
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and built(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def is_column(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in tables

    def binds(node: ast.AST) -> bool:
        if isinstance(node, ast.Compare):
            left, right = node.left, node.comparators[0]
            by_value = isinstance(node.ops[0], ast.Eq) and not is_column(right)
            return by_value and is_column(left) and getattr(left, "attr", "") in KEYS
        if not isinstance(node, ast.Call):
            return False
        if getattr(node.func, "id", "") in CONDITIONS:
            return True
        if getattr(node.func, "attr", "") != "in_":
            return False
        column, (given, *_) = getattr(node.func, "value", node), node.args
        among_rows = built(given) or getattr(given, "id", "") in statements
        return is_column(column) and getattr(column, "attr", "") in KEYS and not among_rows

    return any(binds(node) for node in ast.walk(scope))


def unbound(source: str) -> list[str]:
    return [name for name, scope in scopes(source) if not is_bound(scope)]


def test_every_statement_is_bound_to_a_tenant() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for folder in ("models", "handlers", "bot")
        for path in (ROOT / folder).rglob("*.py")
        if not path.relative_to(ROOT).as_posix().startswith(("bot/demo/", *FOR_ALL))
        for name in unbound(path.read_text())
    }
    assert found - set(PARTS) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "select(Decision).where(Decision.raised_by == person)",
        "select(Channel).where(Channel.slack_id == channel)",
        "select(Decision).join(Workspace, Workspace.id == Decision.workspace_id)",
        "select(Channel).where(Channel.id.in_(select(Decision.channel_id)))",
        "update(Post).where(Post.key == key).values(wanted=1)",
    ],
)
def test_a_statement_that_is_not_bound_is_found(statement: str) -> None:
    assert unbound(f"def read(session, person, channel, key):\n    return {statement}") == ["read"]


@pytest.mark.parametrize(
    "statement",
    [
        "select(Channel).join(Channel.workspace).where(Workspace.tenant == tenant)",
        "select(Decision).where(Decision.channel_id == bindparam('channel'))",
        "select(Decision).where(Decision.id.in_(ids))",
    ],
)
def test_a_statement_that_is_bound_is_not(statement: str) -> None:
    assert unbound(f"def read(session, tenant, ids):\n    return {statement}") == []
