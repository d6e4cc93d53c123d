"""Conventions of refusals: each names the card or commitment on which the person acted."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FINDS = re.compile(
    r"(?:locks|lookups)\.(?:lock_decision|decision_to_show|decision_by_number|lock_commitment)"
)
# `subjects` keeps what is acted on, so that a refusal names it. The others act on nothing: they
# redraw a card and answer a mention.
FINDERS = {
    "handlers/subjects.py",
    "handlers/errors.py",
    "handlers/mentions.py",
}


def test_what_one_acts_on_is_found_where_refusals_learn_its_name() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "handlers").rglob("*.py")
        if FINDS.search(path.read_text())
    }
    assert found == FINDERS
