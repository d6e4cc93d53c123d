"""Choice of the tests that run; a plugin of pytest."""

from __future__ import annotations

import pytest

from support import forked
from support.slow_tests import slow_tests


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most stories out on PostgreSQL, and tests that are the same on any database.

    Mark the tests that `make test-quick` leaves out.
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
    items[:] = [item for item in items if not _is_left_out(item)]


def pytest_sessionfinish() -> None:
    forked.stop()


def _is_left_out(item: pytest.Item) -> bool:
    if _database(item) != "postgresql":
        return False
    if "stories" in item.path.parts:
        return item.get_closest_marker("both_databases") is None
    return item.get_closest_marker("any_database") is not None


def _database(item: pytest.Item) -> object:
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        return item.callspec.params.get("database_url")
    return None
