"""Modules that the product loads when it starts."""

from __future__ import annotations

import subprocess
import sys

# Slow to load, and needed by some commands, databases or moments only.
LOADED_LATE = {"matplotlib", "numpy", "PIL", "dateparser", "holidays", "nicegui", "psycopg"}


def test_the_product_loads_nothing_slow_that_it_may_not_need() -> None:
    """Every command starts a process, and so do about a hundred tests."""
    script = "import sys, bot.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "bot.app" in loaded.stdout.split()
    assert LOADED_LATE & set(loaded.stdout.split()) == set()
