"""Files of `handlers` that look up a decision or commitment by its id or number."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FINDS = re.compile(
    r"(?:locks|lookups)\.(?:lock_decision|decision_to_show|decision_by_number|lock_commitment)"
)
# `subjects` remembers the decision or commitment that it finds, so that a refusal can name it. The
# others need no refusal: they redraw a card and answer a mention.
FINDERS = {
    "handlers/subjects.py",
    "handlers/errors.py",
    "handlers/mentions.py",
}


def test_handlers_look_up_decisions_where_a_refusal_can_name_them() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "handlers").rglob("*.py")
        if FINDS.search(path.read_text())
    }
    assert found == FINDERS
