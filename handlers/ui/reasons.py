"""Reasons of an outcome: one, or one from each person who signed."""

from __future__ import annotations

from typing import Any

from handlers.answers import Block
from handlers.ui import blocks, outcomes
from handlers.ui.outcomes import settler, signer
from models.mrkdwn import MENTION, escaped, isolated
from models.rules import Outcome, State
from models.tables.decision import Decision
from models.tables.settlement import Settlement


def by_each(decision: Decision, settlement: Settlement) -> list[tuple[str, str]]:
    """Return the reasons of a round's outcome, each after its author, in the order of the acts.

    The author is `<@U1>`, or `<@U1> for <@U2>`. An approval or acknowledgement that two people have
    signed has the reason of each; any other outcome has one reason. If the sponsor then chose
    something else than was signed, the signer's reason is left out.
    """
    return [(by, reason) for _, by, reason in _given(decision, settlement)]


def once(decision: Decision, settlement: Settlement) -> list[tuple[str, str]]:
    """Return what `by_each` does, but a reason that one person gave for two roles only once."""
    said = dict[tuple[str, str], str]()
    for person, by, reason in _given(decision, settlement):
        said.setdefault((person, reason), by)
    return [(by, reason) for (_, reason), by in said.items()]


def _given(decision: Decision, settlement: Settlement) -> list[tuple[str, str, str]]:
    """Return the person, the author in words, and the reason, for each reason of an outcome."""
    said = [(settlement.by, settler(settlement), settlement.reason)]
    if settlement.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED):
        signed = [
            (signature.person, signer(signature), signature.reason)
            for signature in decision.signatures_of(settlement)
        ]
        said = [*signed, *said]
    return [(person, by, reason) for person, by, reason in dict.fromkeys(said) if reason]


def recorded(decision: Decision, settlement: Settlement) -> str:
    """Return why a record that was acknowledged had been decided; empty for any other outcome.

    What people write when they acknowledge it is a note, not the reason of the decision.
    """
    return decision.why_now if settlement.outcome is Outcome.ACKNOWLEDGED else ""


def labelled_reasons(
    decision: Decision, settlement: Settlement, *, whole: bool = False
) -> list[tuple[str, str]]:
    """Return the reasons of a round's outcome, each after its label.

    The label is `Why` for one reason, `Why, says <@U1>` for each of two; if a record was
    acknowledged, `Note`. If `whole` is True, the reason of the record comes first.
    """
    said = once(decision, settlement)
    word = "Note" if settlement.outcome is Outcome.ACKNOWLEDGED else "Why"
    reason = recorded(decision, settlement) if whole else ""
    first = [("Why", reason)] if reason else []
    return first + [(f"{word}, says {by}" if len(said) > 1 else word, text) for by, text in said]


def why(decision: Decision, settlement: Settlement, *, whole: bool = False) -> str:
    """Write the reasons of an outcome as mrkdwn, each in a line of its own."""
    said = labelled_reasons(decision, settlement, whole=whole)
    return "\n".join(f"{label}: {escaped(reason)}" for label, reason in said)


def why_withdrawn(decision: Decision) -> str:
    """Return the reason why the decision was withdrawn, as it was typed; empty if it was not."""
    withdrawn = decision.settlement if decision.state is State.WITHDRAWN else None
    return withdrawn.reason if withdrawn else ""


def in_lines(said: list[tuple[str, str]]) -> Block:
    """Build one block with a line for each label and its reason, in which no markup is read."""
    nodes: list[dict[str, Any]] = []
    for label, reason in said:
        line_break = "\n" if nodes else ""
        for place, part in enumerate(MENTION.split(f"{line_break}{label}: ")):
            nodes.append({"type": "user", "user_id": part} if place % 2 else _text(part))
        first, *rest = blocks.typed_nodes(isolated(reason))
        if first["type"] == "text":
            nodes[-1] = _text(nodes[-1]["text"] + first["text"])
        else:
            nodes.append(first)
        nodes += rest
    return blocks.rich([{"type": "rich_text_section", "elements": nodes}])


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def since_then(decision: Decision, settlement: Settlement, more: str = "") -> list[Block]:
    """Say in bold which later act replaced this outcome, then `more`, and quote the act's reason.

    Show nothing if the outcome holds.
    """
    words = outcomes.since(decision, settlement, why=False)
    if not words:
        return []
    reason = settlement.since_reason
    return [blocks.section(f"*{words}{more}*"), *([blocks.quote(reason)] if reason else [])]
