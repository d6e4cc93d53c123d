"""Sentence above Details if a command names a button that Details does not have now."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.answers import Block
from models.mrkdwn import who
from models.refusals.deciding import ANEW
from models.rules import State
from models.tables.decision import Decision

# Verb of a command → the actions of the buttons that it may mean (`subcommands.VERBS`).
ACTIONS = {
    "approve": ("decide.approve", "accept.accept"),
    "reject": ("decide.reject", "accept.send_back"),
    "defer": ("decide.defer",),
    "sign": ("decide.approve", "records.acknowledge"),
    "acknowledge": ("records.acknowledge",),
    "dispute": ("records.dispute",),
    "ask": ("questions.ask",),
    "answer": ("questions.answer",),
    "delegate": ("delegation.delegate",),
    "edit": ("tradeoff.edit", "accept.edit"),
    "withdraw": ("decide.withdraw",),
    "undo": ("second_thoughts.undo",),
    "reopen": ("second_thoughts.reopen",),
    "supersede": ("second_thoughts.supersede",),
}


def why_missing(verb: str, decision: Decision, person: str, shown: list[Block]) -> str:
    """Say why the button that this verb names is not in the blocks; empty if nothing is missing.

    `person` is the reader: *Undo* and *Answer* are only for one person.
    """
    if verb not in ACTIONS or set(ACTIONS[verb]) & set(_actions(shown)):
        return ""
    because = _settled(verb, decision, person) if decision.state.settled else _open(verb, decision)
    return f"There is no *{verb.capitalize()}* here now: {because}"


def _actions(shown: list[Block]) -> Iterator[str]:
    """Yield the action of each button and of each entry of a menu."""
    for block in shown:
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            yield element.get("action_id", "")
            for option in element.get("options", ()):
                yield option["value"].partition(" ")[0]


def _settled(verb: str, decision: Decision, person: str) -> str:
    if decision.superseded_by:
        return f"{decision.named(decision.superseded_by)} has taken its place. Use that one."
    if decision.is_disputed and decision.disputed_in:
        return f"it was disputed, and went on as {decision.named(decision.disputed_in)}."
    if decision.state is State.WITHDRAWN:
        anew = ANEW[decision.sort]
        return f"{who(decision.settled_by or '')} has withdrawn it. {anew}"
    if verb == "undo" and decision.undo_ends_at and decision.settled_by != person:
        return f"only {who(decision.settled_by or '')}, whose act settled it, can undo it."
    if verb == "undo":
        return "it cannot be undone any more. A role holder can reopen it."
    if verb in ("reopen", "supersede"):
        return f"it is {decision.sort.value}."
    return f"it is already {decision.outcome_word}."


def _open(verb: str, decision: Decision) -> str:
    if verb in ("undo", "reopen", "supersede"):
        return "it is open already."
    if verb == "answer":
        return "there is no question for you to answer."
    if decision.state is State.AWAITING_IMPACT and verb not in ("acknowledge", "dispute"):
        return "it waits for the impact first."
    return f"it is {decision.sort.value}."
