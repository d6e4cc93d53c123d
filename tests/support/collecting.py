"""Plugin of pytest that chooses which tests run, and keeps Python from searching its garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.digest_chart.process import PAINTER
from support import forked
from support.slow_tests import slow_tests

# Files of tests that take a minute or more. They begin first, so that none is left for the end,
# when the other processes have nothing to do.
BEGIN_FIRST = ("test_crowd", "test_decision_messages", "test_state_machine")


# New objects after which Python looks for garbage, and after how many such looks among older ones.
SEARCHES = 50_000, 20, 50


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Spare Python the search for garbage among half a million objects that stay.

    They are the tests and what they import. The searches took a tenth of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(*SEARCHES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that `make test-quick` leaves out.

    Drop the PostgreSQL run of each test that is not marked for both databases. Put the files that
    take longest first.
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
    """End the processes that the tests of this process share."""
    forked.stop()
    PAINTER.close()


def _is_left_out(item: pytest.Item) -> bool:
    """Return True if this is the PostgreSQL run of a test that is not marked for both databases.

    A test that names its databases itself runs on them all.
    """
    names_them = any(mark.args[0] == "database_url" for mark in item.iter_markers("parametrize"))
    is_for_both = item.get_closest_marker("both_databases") is not None
    return _database(item) == "postgresql" and not (names_them or is_for_both)


def _database(item: pytest.Item) -> object:
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        return item.callspec.params.get("database_url")
    return None
