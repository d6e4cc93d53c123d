"""History of a decision in words: who did what and when, and whether the record's chain holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.answers import Block
from handlers.ui import blocks, wording
from models.mrkdwn import escaped, number, when, who
from models.reads.replay import DECISION_COLUMNS, OUTCOME_COLUMNS, first_difference
from models.rules import Verb
from models.tables.decision import Decision
from models.tables.history import HistoryEvent, first_fault

MOST_EVENTS = 20
# So many events fit into one block of up to 3,000 characters.
EVENTS_A_BLOCK = 5
LONGEST_SAYING = 250

Changes = Mapping[str, Any]


def history(events: Sequence[HistoryEvent]) -> list[Block]:
    """Show the newest events, oldest first; the earlier ones are counted."""
    shown: list[Block] = [blocks.section("*History*")]
    older = len(events) - MOST_EVENTS
    if older > 0:
        shown.append(blocks.context(f"{number(older, 'earlier event')} in the record."))
    lines = [_line(event) for event in events[-MOST_EVENTS:]]
    for first in range(0, len(lines), EVENTS_A_BLOCK):
        shown.append(blocks.section("\n".join(lines[first : first + EVENTS_A_BLOCK])))
    return shown


def verified(decision: Decision, events: Sequence[HistoryEvent]) -> Block:
    """Say that the record verifies, with the hash that is on the outcome post.

    If it does not verify, say what is wrong.
    """
    fault = fault_of(decision, events)
    if fault:
        return blocks.section(
            f"*The record does not verify: {fault}.* Someone changed the database "
            "behind my back. Tell whoever runs me."
        )
    stamp = (
        "as" if decision.settled_hash == decision.head_hash else (decision.settled_hash or "")[:12]
    )
    outcome = f", {stamp} on the outcome post" if decision.settled_hash else ""
    return blocks.section(
        f"*Record verified:* {number(len(events), 'event')}, head "
        f"{decision.head_hash[:12]}{outcome}."
    )


def fault_of(decision: Decision, events: Sequence[HistoryEvent]) -> str | None:
    """Return what is wrong with the history, or how the record differs from it.

    Return None if all is well.
    """
    reference = f"{decision.channel.workspace.team}#{decision.number}"
    fault = first_fault(reference, events, decision.head_hash)
    if fault:
        return fault
    row = {name: getattr(decision, name) for name in DECISION_COLUMNS}
    outcomes = [
        {name: getattr(settlement, name) for name in ("hash", *OUTCOME_COLUMNS)}
        for settlement in decision.settlements
    ]
    return first_difference(events, row, outcomes)


# ---- one event -----------------------------------------------------------------------------------


def _line(event: HistoryEvent) -> str:
    return f"{event.sequence}. {when(event.at)}: {sentence(event)}"


def sentence(event: HistoryEvent) -> str:
    """Say who did what; an event that time itself caused names nobody."""
    actor = f"{who(event.actor)} " if event.actor else ""
    return f"{actor}{WORDS[event.verb](_changes(event))}"


def _changes(event: HistoryEvent) -> Changes:
    """Return what changed; empty if someone has made the record unreadable."""
    try:
        found = json.loads(event.changes)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _quoted(changes: Changes, name: str) -> str:
    """Return `: “what was typed”`; empty if nothing was."""
    text = changes.get(name)
    return f": “{blocks.cut(escaped(str(text)), LONGEST_SAYING)}”" if text else ""


def _round(changes: Changes) -> str:
    return f", round {changes['round']}" if "round" in changes else ""


def _person(changes: Changes, name: str) -> str:
    return who(escaped(str(changes[name]))) if changes.get(name) else "somebody"


def _raised(changes: Changes) -> str:
    if changes.get("made_on"):
        return "recorded what was decided before"
    return "claimed that it is finished" if changes.get("kind") == "acceptance" else "raised it"


def _stated(changes: Changes) -> str:
    days = changes.get("days")
    slip = f": {wording.slip(days)}" if isinstance(days, int) else ""
    return f"stated the impact{', late' * bool(changes.get('late'))}{slip}"


def _delegated(changes: Changes) -> str:
    handover = f"handed it from {_person(changes, 'from')} to {_person(changes, 'to')}"
    on_behalf = changes.get("for") not in (None, "", changes.get("from"))
    return f"{handover}, for {_person(changes, 'for')}" if on_behalf else handover


def _escalated(changes: Changes) -> str:
    return (
        f"it was escalated to {_person(changes, 'to')}"
        if changes.get("to")
        else "nobody may decide it by escalation any more"
    )


def _signed(changes: Changes) -> str:
    letter = changes.get("option")
    option = (
        f" for option {chr(ord('A') + letter - 1)}"
        if isinstance(letter, int) and 0 < letter < 27
        else ""
    )
    return f"signed{option}{_quoted(changes, 'reason')}"


def _decided(changes: Changes) -> str:
    outcome = (
        escaped(str(changes.get("outcome") or "decided"))
        .replace("_", " ")
        .replace("follow ups", "follow-ups")
    )
    by_escalation = ", by escalation" * bool(changes.get("by_escalation"))
    return f"decided: {outcome}{by_escalation}{_quoted(changes, 'reason')}"


def _reviewed(changes: Changes) -> str:
    return (
        "said how the forecast turned out: "
        f"{escaped(str(changes.get('held')))}{_quoted(changes, 'note')}"
    )


WORDS: dict[Verb, Callable[[Changes], str]] = {
    Verb.RAISE: _raised,
    Verb.EDIT: lambda changes: "changed what is asked",
    Verb.STATE_IMPACT: _stated,
    Verb.ASK_REVISION: lambda changes: f"asked to revise the impact{_quoted(changes, 'asked')}",
    Verb.LAPSE_IMPACT: lambda changes: "the time to state the impact ran out",
    Verb.ASK: lambda changes: f"asked {_person(changes, 'asked_of')}{_quoted(changes, 'question')}",
    Verb.ANSWER: lambda changes: f"answered{_quoted(changes, 'answer')}",
    Verb.DELEGATE: _delegated,
    Verb.OVERDUE: lambda changes: "the date to decide by passed",
    Verb.ESCALATE: _escalated,
    Verb.SIGN: _signed,
    Verb.DECIDE: _decided,
    Verb.WITHDRAW: lambda changes: f"withdrew it{_quoted(changes, 'reason')}",
    Verb.REVISE: lambda changes: f"changed what is asked{_round(changes)}",
    Verb.RESUBMIT: lambda changes: (
        f"submitted it again{_round(changes)}{_quoted(changes, 'evidence')}"
    ),
    Verb.RETURN: lambda changes: f"it came back for a decision{_round(changes)}",
    Verb.REOPEN: lambda changes: f"reopened it{_round(changes)}{_quoted(changes, 'reason')}",
    Verb.UNDO: lambda changes: f"took the decision back{_round(changes)}",
    Verb.SUPERSEDE: lambda changes: f"put #{escaped(str(changes.get('by')))} in its place",
    Verb.RESTORE: lambda changes: "made it stand again",
    Verb.FINISH_FOLLOW_UP: lambda changes: f"finished a follow-up{_quoted(changes, 'what')}",
    Verb.REVIEW: _reviewed,
}
