"""Forms of a leave: what would move, who acts meanwhile, and what has moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from typing import Self

from handlers.answers import View
from handlers.ui import blocks, forms, inputs
from models.mrkdwn import day, number, who
from models.tables.absence import Absence
from models.tables.decision import Decision
from models.verbs import handover


@dataclass(frozen=True)
class WaitingCounts:
    """Numbers of what waits for a person who goes on leave, by what becomes of it.

    Their own decisions move to the delegate. Those that others handed to them go back. Those that
    are `escalated` to them go to the delegate, unless the delegate holds a role in the channel. The
    `changes` of the rights that they are asked to confirm do not go to the delegate.
    """

    moving: int = 0
    going_back: int = 0
    escalated: int = 0
    changes: int = 0

    @classmethod
    def of(
        cls, person: str, pending: Iterable[Decision], escalated: Sized, changes: Sized = ()
    ) -> Self:
        to_act = [decision for decision in pending if handover.has_to_act(decision, person)]
        own = [decision for decision in to_act if handover.acts_for_themselves(decision, person)]
        return cls(len(own), len(to_act) - len(own), len(escalated), len(changes))


def away_view(absence: Absence, counts: Mapping[str, int], waits_in: Sequence[str] = ()) -> View:
    """Build the view that follows the form: who acts now, and what moved.

    `waits_in` are the channels in which escalated decisions wait for the person.
    """
    moved, back = counts.get("moved", 0), counts.get("went_back", 0)
    parts = [f"{number(moved, 'open decision')} moved"] if moved else []
    parts += [f"{number(back, 'decision')} went back {_to_givers(back)}"] if back else []
    came = (
        f"{', and '.join(parts)}; no date changed."
        if parts
        else "No open decision of yours that waited for you moved."
    )
    waits = (
        f" What is escalated to you in {' and '.join(waits_in)} waits for you, because "
        f"{who(absence.delegate)} holds a role there."
        if waits_in
        else ""
    )
    sentence = (
        f"{who(absence.delegate)} acts for you until {day(absence.until)}. {came}{waits} "
        "`/tradeoff back` ends it earlier."
    )
    return inputs.notice("You are away", [blocks.section(sentence)])


def _to_givers(count: int) -> str:
    if count == 1:
        return "to the person who handed it to you"
    return "to the people who handed them to you"


def leave_form(
    delegate: str | None,
    until: date | None,
    waiting: WaitingCounts,
    how_read: str = "",
    *,
    is_sponsor: bool = False,
    has_other_side: bool = True,
) -> View:
    """Build the form to go on leave. `waiting` says how many decisions would move now.

    `how_read` says how the typed day was understood. `is_sponsor` is True if the person is sponsor
    somewhere, `has_other_side` if a delegate could act on the other side of their decisions.
    """
    shown = [
        blocks.section(
            "While you are away, somebody else acts for you, in every channel. "
            f"{_would_move(waiting)}; no date changes."
        ),
        *([blocks.section(_changes(waiting.changes))] if waiting.changes else []),
        inputs.field("delegate", "Who decides for you", inputs.person_input(delegate)),
        *([blocks.context(how_read)] if how_read else []),
        inputs.field(
            "until",
            "You are back on",
            inputs.date_input(until),
            hint="At 09:00 your time; /tradeoff back ends it earlier. All that they still have for "
            "you comes back then, also single decisions that you handed to them.",
        ),
        blocks.context("They are told at once, and can decline."),
        *([blocks.context(_escalations(waiting.escalated))] if is_sponsor else []),
        *([forms.both_hats_field()] if has_other_side else []),
    ]
    return inputs.form("delegation.leave", "Away", shown, "", submit="Go on leave")


def _would_move(waiting: WaitingCounts) -> str:
    own, back = waiting.moving, waiting.going_back
    parts = [f"{number(own, 'open decision')} would move now"] if own else []
    parts += [f"{number(back, 'decision')} would go back {_to_givers(back)}"] if back else []
    return ", and ".join(parts) or "No open decision of yours that waits for you would move now"


def _changes(count: int) -> str:
    """Say what becomes of the changes of the rights that wait for this person's answer."""
    if count == 1:
        wait, changes = "A change of who decides waits for your answer", "the change"
    else:
        wait, changes = f"{count} changes of who decides wait for your answer", "each change"
    return (
        f"*{wait}.* Home lists what waits for you: answer before you go. Otherwise somebody else "
        f"answers for you while you are away, and if nobody can, {changes} takes effect after a "
        "working day."
    )


def _escalations(count: int) -> str:
    """Say who decides what is escalated meanwhile."""
    now = f" (now {number(count, 'decision')})" if count else ""
    return (
        f"They also decide what is escalated to you{now}, but not in a channel where they hold a "
        "role: there it waits for you."
    )
