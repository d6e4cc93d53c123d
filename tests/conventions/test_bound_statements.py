"""Queries are limited to one tenant, so that nobody reads another company's decisions.

A statement is bound by `Workspace.tenant`, or by the id of a row that was found for the tenant.
A function passes if it has one condition that binds; its statements are not checked one by one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATEMENTS = {"select", "update", "delete"}
# Columns whose value belongs to one tenant. Slack's own ids, such as `slack_id`, do not count.
KEYS = {"tenant", "team", "id", "workspace", "workspace_id", "channel_id", "decision_id"}
KEYS |= {"commitment_id", "rights_version_id", "settlement_id", "thread_id"}
# Functions that make a condition which names the channel.
CONDITIONS = {"settled_since", "_outcomes", "_is_older_of"}
# Files that work on the rows of every tenant.
FOR_ALL = (
    "bot/outbox/",  # Only a claim takes messages, and it names the tenant, in a statement of text.
    "bot/timers.py",  # Timers are fired only from `_DUE`, which names the tenant.
    "bot/commands/",  # The operator's look at the whole record.
)
# Functions and constants that are allowed to bind nothing, each with the reason.
PARTS = {
    "models/loading.py _parts_alone": "of decisions that were found",
    "models/reads/export.py batch": "`_narrowed` names the tenant, or the operator exports all",
    "models/reads/export.py count": "`_narrowed` names the tenant, or the operator exports all",
    "models/reads/figures.py _numbers": "three bound statements side by side",
    "models/reads/figures.py _is_own": "of a decision that `_outcomes` binds",
    "models/reads/lookups.py _RIGHTS_TO_RAISE": "adds to `_CURRENT_RIGHTS`",
    "models/reads/search.py _of": "of a decision that the rest of the statement binds",
    "models/reads/seats.py owing_follow_ups": "ids, which `_of_ids` binds",
    "models/reads/seats.py escalated_to": "ids, which `_of_ids` binds",
    "models/reads/seats.py _forecast_to_review": "ids, which `_of_ids` binds",
    "models/reads/waiting.py _SUCCESSOR": "of a decision that the rest of the statement binds",
    "models/reads/waiting.py _asked": "a part of `_mine`, which names the tenant",
    "models/reads/waiting.py _each": "a part of `_mine`, which names the tenant",
}


def built(scope: ast.AST) -> list[ast.Call]:
    """Return the calls of `select`, `update` and `delete`."""
    return [
        node
        for node in ast.walk(scope)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in STATEMENTS
    ]


def scopes(source: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield, with its name, each function or assignment that builds a statement."""
    for node in ast.parse(source).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for scope in inner:
            target = scope.targets[0] if isinstance(scope, ast.Assign) else scope
            if built(scope):
                yield getattr(target, "name", getattr(target, "id", "")), scope


def table_names(scope: ast.AST) -> set[str]:
    """Return the names of tables in this scope: `Decision`, `_COUNTER`, `move`."""
    names = {node.id for node in ast.walk(scope) if isinstance(node, ast.Name)}
    return {name for name in names if name.lstrip("_")[:1].isupper()} | {
        target.id
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        for target in node.targets
        if isinstance(target, ast.Name) and node.value.id[:1].isupper()
    }


def is_bound(scope: ast.AST) -> bool:
    """Return True if a key is compared with a value that is not another table's key."""
    tables = table_names(scope)
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


def test_functions_with_statements_are_bound_to_a_tenant() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for folder in ("models", "handlers", "bot")
        for path in (ROOT / folder).rglob("*.py")
        if not path.relative_to(ROOT).as_posix().startswith(("bot/demo/", *FOR_ALL))
        for name in unbound(path.read_text())
    }
    assert found == set(PARTS)


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
def test_an_unbound_statement_is_found(statement: str) -> None:
    assert unbound(f"def read(session, person, channel, key):\n    return {statement}") == ["read"]


@pytest.mark.parametrize(
    "statement",
    [
        "select(Channel).join(Channel.workspace).where(Workspace.tenant == tenant)",
        "select(Decision).where(Decision.channel_id == bindparam('channel'))",
        "select(Decision).where(Decision.id.in_(ids))",
    ],
)
def test_a_bound_statement_is_not_found(statement: str) -> None:
    assert unbound(f"def read(session, tenant, ids):\n    return {statement}") == []
