"""History of a decision in words: who did what and when, and whether the record verifies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from handlers.answers import Block
from handlers.ui import blocks, cutting, phrases, wording
from models.mrkdwn import day, escaped, number, when, who
from models.reads.replay import DECISION_COLUMNS, OUTCOME_COLUMNS, first_difference
from models.rules import Held, Outcome, Verb
from models.tables.decision import Decision
from models.tables.history import HistoryEvent, payload_of, redacted_names
from models.tables.history_chain import first_fault
from models.tables.history_payloads import (
    Edited,
    Escalated,
    ForecastReviewed,
    HandedOver,
    ImpactStated,
    QuestionAsked,
    Raised,
    Redacted,
    RoundBegun,
    Settled,
    Signed,
    Superseded,
)
from models.tables.payload import Payload
from models.tables.tradeoff import letter
from models.verbs.handover import Side

MOST_EVENTS = 20
# Number of events that fit into one block of up to 3,000 characters.
EVENTS_A_BLOCK = 5
LONGEST_SAYING = 250


def history(decision: Decision, events: Sequence[HistoryEvent]) -> list[Block]:
    """Show the newest events, oldest first; the earlier ones are counted."""
    shown: list[Block] = [blocks.section("*History*")]
    first = payload_of(events[0]) if events else None
    other = "other role"
    # If another role decides it since, "the other role" was not the same one in all events.
    if isinstance(first, Raised) and first.decides == decision.decides:
        other = decision.words.role(decision.decides.roles[0].other)
    older = len(events) - MOST_EVENTS
    if older > 0:
        earlier = number(older, "earlier event")
        shown.append(blocks.context(f"{earlier} before these{wording.exported(decision)}"))
    lines = [_line(decision, event, other) for event in events[-MOST_EVENTS:]]
    for start in range(0, len(lines), EVENTS_A_BLOCK):
        shown.append(blocks.section("\n".join(lines[start : start + EVENTS_A_BLOCK])))
    return shown


def verified(decision: Decision, events: Sequence[HistoryEvent]) -> Block:
    """Say whether the record verifies.

    If it does, say how many events it has, its newest hash, and the hash on the outcome post. If it
    does not, say what is wrong.
    """
    fault = fault_of(decision, events)
    if fault:
        return blocks.section(
            f"*The record does not verify: {fault}.* Someone has changed the database "
            "without me. Tell whoever runs me."
        )
    stamp = (
        "as" if decision.settled_hash == decision.head_hash else (decision.settled_hash or "")[:12]
    )
    outcome = f", {stamp} on the outcome post" if decision.settled_hash else ""
    redacted = sum(len(redacted_names(event)) for event in events)
    left = f", {redacted} redacted" if redacted else ""
    return blocks.section(
        f"*Record verified:* {number(len(events), 'event')}{left}, head "
        f"{decision.head_hash[:12]}{outcome}."
    )


def fault_of(decision: Decision, events: Sequence[HistoryEvent]) -> str | None:
    """Return what is wrong with the history, or how the decision's row differs from the history.

    Return None if all is well.
    """
    fault = first_fault(decision.reference, events, decision.head_hash)
    if fault:
        return fault
    row = {name: getattr(decision, name) for name in DECISION_COLUMNS}
    outcomes = [
        {name: getattr(settlement, name) for name in ("hash", *OUTCOME_COLUMNS)}
        for settlement in decision.settlements
    ]
    return first_difference(events, row, outcomes)


# ---- one event -----------------------------------------------------------------------------------


def _line(decision: Decision, event: HistoryEvent, other_role: str) -> str:
    said = sentence(
        event,
        decision.named,
        is_after_the_fact=decision.is_after_the_fact,
        other_role=other_role,
    )
    return f"{event.sequence}. {when(event.at)}: {said}"


def _plain(number: int) -> str:
    return f"#{number}"


def sentence(
    event: HistoryEvent,
    named: Callable[[int], str] = _plain,
    *,
    is_after_the_fact: bool = False,
    other_role: str = "other role",
) -> str:
    """Say who did what. An event that a timer caused names nobody as its author.

    `named` writes the number of another decision. `other_role` is what the role is called that
    states the impact or signs second. A signature on what was recorded after the fact
    is an acknowledgement.
    """
    payload = payload_of(event)
    actor = f"{who(event.actor)} " if event.actor else ""
    if "actor" in payload.redacted:
        actor = "Somebody "
    if isinstance(payload, HandedOver):
        return _handed_over(payload, actor, event.actor, other_role)
    if isinstance(payload, Signed) and is_after_the_fact:
        return f"{actor}{OUTCOMES[Outcome.ACKNOWLEDGED]}{_quoted(payload, 'reason')}"
    if isinstance(payload, Raised) and payload.made_by and payload.made_by == event.actor:
        return f"{actor}recorded what they had decided on {_day(payload.made_on or '')}"
    if isinstance(payload, Superseded):
        newer = named(payload.by) if payload.by else "another decision"
        return f"{actor}put {newer} in its place"
    return f"{actor}{WORDS[event.verb](payload)}"


def _quoted(payload: Payload, name: str) -> str:
    """Return the text of this field as `: “what was typed”`; empty if nothing was typed."""
    if name in payload.redacted:
        return ": [redacted]"
    text = getattr(payload, name)
    return f": “{cutting.cut(escaped(text), LONGEST_SAYING)}”" if text else ""


def _round(payload: RoundBegun | Edited) -> str:
    return f", round {payload.round}" if payload.round is not None else ""


def _day(recorded: str) -> str:
    """Write a day of the record; if somebody has changed it to another text, write that text."""
    try:
        return day(date.fromisoformat(recorded))
    except ValueError:
        return escaped(recorded)


def _person(person: str | None) -> str:
    return who(escaped(person)) if person else "somebody"


def _raised(payload: Raised) -> str:
    if payload.made_on:
        return f"recorded what {_person(payload.made_by)} decided on {_day(payload.made_on)}"
    return "claimed that it is finished" if payload.kind == "acceptance" else "raised it"


def _edited(payload: Edited) -> str:
    only_references = payload.kind is None and payload.references is not None
    return "changed the references" if only_references else "changed what is asked"


def _stated(payload: ImpactStated) -> str:
    slip = f": {phrases.slip(payload.days)}" if payload.days is not None else ""
    late = ", late" if payload.late else ""
    return f"stated the impact{late}{slip}"


def _asked(payload: QuestionAsked) -> str:
    return f"asked {_person(payload.asked_of)}{_quoted(payload, 'question')}"


def _handed_over(payload: HandedOver, actor: str, by: str | None, other_role: str) -> str:
    """Say from whom to whom the decision, or the other role's part in it, went.

    `by` is the id of the person who did it; a giver or a taker who did it is named only once.
    """
    to, from_ = _person(payload.to), _person(payload.from_)
    by_giver, by_taker = by == payload.from_, by == payload.to
    part = "it"
    if payload.side == Side.COUNTERPART:
        part = "their part" if by_giver else f"the {other_role}'s part"
    said = f"{actor}handed {part} from {from_} to {to}"
    if not actor:
        said = f"{part} went from {from_} to {to}"
    elif by_giver:
        said = f"{actor}handed {part} to {to}"
    elif by_taker:
        said = f"{actor}took it over from {from_}"
        if part != "it":
            said = f"{actor}took over {part} from {from_}"
    on_behalf = payload.for_ not in (None, "", payload.from_)
    return f"{said}, for {_person(payload.for_)}" if on_behalf else said


def _escalated(payload: Escalated) -> str:
    if payload.to or "to" in payload.redacted:
        for_whom = f", for {_person(payload.for_)}" if payload.for_ else ""
        return f"it was escalated to {_person(payload.to)}{for_whom}"
    return "nobody may decide it by escalation any more"


def _signed(payload: Signed) -> str:
    position = payload.option
    option = f" for option {letter(position)}" if position and 0 < position < 27 else ""
    return f"signed{option}{_quoted(payload, 'reason')}"


def _decided(payload: Settled) -> str:
    verb = OUTCOMES.get(payload.outcome or "", "decided it")
    position = payload.option
    if payload.outcome == Outcome.APPROVED and position and 0 < position < 27:
        verb = f"approved option {letter(position)}"
    until = f" until {_day(payload.deferred_until)}" if payload.deferred_until else ""
    by_escalation = ", by escalation" if payload.by_escalation else ""
    return f"{verb}{until}{by_escalation}{_quoted(payload, 'reason')}"


def _reviewed(payload: ForecastReviewed) -> str:
    said = FORECASTS.get(payload.held or "", "said how the forecast turned out")
    return f"{said}{_quoted(payload, 'note')}"


def _redacted(payload: Redacted) -> str:
    return f"redacted {escaped(str(payload.name))} in event {payload.sequence}"


OUTCOMES: dict[str, str] = {
    Outcome.APPROVED: "approved it",
    Outcome.REJECTED: "rejected it",
    Outcome.DEFERRED: "deferred it",
    Outcome.ACKNOWLEDGED: "acknowledged it",
    Outcome.DISPUTED: "disputed it",
    Outcome.ACCEPTED: "accepted it",
    Outcome.ACCEPTED_WITH_FOLLOW_UPS: "accepted it with follow-ups",
    Outcome.SENT_BACK: "sent it back",
}

FORECASTS: dict[str, str] = {
    Held.HELD: "said that the forecast held",
    Held.BETTER: "said that it went better than forecast",
    Held.WORSE: "said that it went worse than forecast",
}

# `Any` is the verb's own type of payload; models/tables/history_payloads.py has the type of each.
WORDS: dict[Verb, Callable[[Any], str]] = {
    Verb.RAISE: _raised,
    Verb.EDIT: _edited,
    Verb.STATE_IMPACT: _stated,
    Verb.ASK_REVISION: lambda payload: f"asked to revise the impact{_quoted(payload, 'asked')}",
    Verb.LAPSE_IMPACT: lambda payload: "the time to state the impact ran out",
    Verb.ASK: _asked,
    Verb.ANSWER: lambda payload: f"answered{_quoted(payload, 'answer')}",
    Verb.OVERDUE: lambda payload: "the date to decide by passed",
    Verb.ESCALATE: _escalated,
    Verb.SIGN: _signed,
    Verb.DECIDE: _decided,
    Verb.WITHDRAW: lambda payload: f"withdrew it{_quoted(payload, 'reason')}",
    Verb.REVISE: lambda payload: f"changed what is asked{_round(payload)}",
    Verb.RESUBMIT: lambda payload: (
        f"submitted it again{_round(payload)}{_quoted(payload, 'evidence')}"
    ),
    Verb.RETURN: lambda payload: f"it came back for a decision{_round(payload)}",
    Verb.REOPEN: lambda payload: f"reopened it{_round(payload)}{_quoted(payload, 'reason')}",
    Verb.UNDO: lambda payload: f"took the decision back{_round(payload)}",
    Verb.RESTORE: lambda payload: "put it in force again",
    Verb.FINISH_FOLLOW_UP: lambda payload: f"finished a follow-up{_quoted(payload, 'what')}",
    Verb.REVIEW: _reviewed,
    Verb.REDACT: _redacted,
}
