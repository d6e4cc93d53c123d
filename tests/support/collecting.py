"""Choice of the tests that run; a plugin of pytest."""

from __future__ import annotations

import pytest

from support import forked
from support.slow_tests import slow_tests

# Files of tests that take a minute or more. They begin first, so that none is left for the end,
# when the other processes have nothing to do.
BEGIN_FIRST = ("test_crowd", "test_decision_messages", "test_state_machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, on PostgreSQL, what is not marked for both databases.

    Mark the tests that `make test-quick` leaves out. Put the longest files first.
    """
    slow = slow_tests()
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "postgres_server" in fixtures or _database(item) == "postgresql":
            item.add_marker("postgresql")
        if "browser" in fixtures:
            item.add_marker("browser")
        name = item.nodeid.partition("[")[0]
        if name.replace(".py::", "::").replace("/", ".") in slow:
            item.add_marker("slow")
    left = [item for item in items if not _is_left_out(item)]
    items[:] = sorted(left, key=lambda item: item.path.stem not in BEGIN_FIRST)


def pytest_sessionfinish() -> None:
    forked.stop()


def _is_left_out(item: pytest.Item) -> bool:
    """Return True if this is the PostgreSQL run of a test for which SQLite is enough."""
    chosen = any(mark.args[0] == "database_url" for mark in item.iter_markers("parametrize"))
    is_for_both = item.get_closest_marker("both_databases") is not None
    return _database(item) == "postgresql" and not (chosen or is_for_both)


def _database(item: pytest.Item) -> object:
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        return item.callspec.params.get("database_url")
    return None
