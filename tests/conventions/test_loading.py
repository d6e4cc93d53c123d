"""Modules that `bot.app` loads."""

from __future__ import annotations

import subprocess
import sys

# Packages that are slow to load, and that only some commands, databases or requests need.
LOADED_LATE = {"matplotlib", "numpy", "PIL", "dateparser", "holidays", "nicegui", "psycopg"}


def test_the_product_loads_nothing_slow_that_it_may_not_need() -> None:
    """Each command is a new process, which pays for what it loads; so do many tests."""
    script = "import sys, bot.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "bot.app" in loaded.stdout.split()
    assert LOADED_LATE & set(loaded.stdout.split()) == set()
