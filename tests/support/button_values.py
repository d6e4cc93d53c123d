"""Values of buttons, as the newest drawing of a card has them."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from handlers.ui.marks import value_of
from models.tables.decision import Decision


def marked(value: object, session: Session) -> str:
    """Return the value with the mark of its decision, if the value begins with a decision's id."""
    found = re.fullmatch(r"([0-9]{1,9})(?::([0-9]{1,9}))?", str(value))
    decision = session.get(Decision, int(found[1])) if found else None
    if found is None or decision is None:
        return str(value)
    return value_of(decision, int(found[2]) if found[2] else None)
