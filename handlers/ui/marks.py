"""Marks of buttons: a few characters that tell a row from another one with the same id.

After a backup is restored, new decisions and commitments get the ids of lost ones. Slack still
shows the buttons of the lost ones. So a button that acts on a decision carries the beginning of the
decision's first hash, and a button of a commitment has a mark too. If the decision is in the
backup, and its last rounds are not, a new follow-up, outcome or question gets the number of a lost
one. So the buttons and forms about these parts carry a mark of the part too. Buttons of Home that
open a form carry none: the form shows what is asked.
"""

from __future__ import annotations

from typing import Protocol

from models.refusals.refused import ButtonWithoutMark, RecordLost
from models.tables.decision import Decision


class Marked(Protocol):
    """Row that a button can be about: a decision or a commitment."""

    @property
    def id(self) -> int: ...
    @property
    def mark(self) -> str: ...


def value_of(row: Marked, part: int | None = None, part_mark: str = "") -> str:
    """Return the value of a button about this row, or about a part of it: `42:3-9f86d0`.

    A part may have a mark of its own, after its number: `42:3:5e884a-9f86d0`.
    """
    about = ":".join(str(name) for name in (row.id, part, part_mark) if name not in (None, ""))
    return f"{about}-{row.mark}" if row.mark else about


def split(value: str) -> tuple[str, str]:
    """Return what a button is about, and its mark; the mark is empty if it has none."""
    about, _, mark = value.partition("-")
    return about, mark


def check(row: Marked, mark: str) -> None:
    """Raise RecordLost if this mark is not that of this row: then the button's own row is lost.

    An empty mark passes.
    """
    if mark and mark != row.mark:
        raise RecordLost


def check_part(value: str, part_mark: str) -> None:
    """Raise RecordLost if the part that this value names has another mark than this.

    A value without a mark of the part passes.
    """
    _, _, given = split(value)[0].partition(":")[2].partition(":")
    if given and given != part_mark:
        raise RecordLost


def check_given(value: str, decision: Decision) -> None:
    """Raise ButtonWithoutMark if the value of this decision's button has no mark."""
    if not split(value)[1]:
        raise ButtonWithoutMark(decision.id)
