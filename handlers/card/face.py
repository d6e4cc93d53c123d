"""Face of a decision: the part that its card shows. Everything else is in Details.

An open card shows the question, a settled card the outcome. Typed text is cut, so that the next
card is in sight too; Details (`detail.py`) shows the whole text.
"""

from __future__ import annotations

from handlers.answers import Block, Element
from handlers.card.body import HELD, option_name
from handlers.card.commitment import SCOPE_BACK, unlike_the_slip, without_move
from handlers.ui import blocks, cutting, outcomes, phrases, reasons, tables, verdicts, wording
from handlers.ui.kept_moves import kept_words
from handlers.ui.references import in_a_line
from handlers.ui.relations import relations
from models.mrkdwn import escaped, number, who
from models.reads import references
from models.reads.replaced_moves import reversal_by
from models.rules import Confidence, Impact, Outcome, State, Verb
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement
from models.verbs.follow_ups import standing_follow_ups

# Lengths in columns: a letter takes one column, a Chinese or Japanese character two. A line of a
# card has about 90 columns.
TITLE, LINE, TWO_LINES, CELL, NAME = 130, 90, 150, 120, 44
# Columns of a reason if there are two: each has one line, after a label that names a person.
ONE_OF_TWO = 60
AFTER_THE_FACT = "recorded after the fact"


def title(decision: Decision, number: str) -> str:
    """Return the number, then the title. Callers pass the number as a link, except for the card."""
    return f"*{number} {escaped(cutting.fitted(decision.title, TITLE))}*"


def open_face(decision: Decision, title: str) -> list[Block]:
    """Build the face of an open card: title, state, a line of facts, the question."""
    state = phrases.capital(wording.state_words(decision))
    return [
        blocks.section(title),
        blocks.context(f"*{state}*{meanwhile(decision)}\n{_facts(decision)}"),
        *in_a_line(references.of_displayed(decision)),
        *_asked(decision),
    ]


def asked(decision: Decision) -> list[Block]:
    """Build the question and the line of facts, for a message that has the title already."""
    return [*_asked(decision), blocks.context(_facts(decision))]


def _asked(decision: Decision) -> list[Block]:
    return [*_claim(decision), *_past(decision), *_options(decision)]


def settled_face(decision: Decision, title: str, accessory: Element, note: str = "") -> list[Block]:
    """Build the face of a settled card: title, outcome, `note`, and the reason or both reasons."""
    settlement = decision.settlement
    assert settlement
    outcome = f"{phrases.capital(_outcome(decision, settlement))} {note}".rstrip()
    said = reasons.labelled_reasons(decision, settlement, whole=True)
    columns = TWO_LINES if len(said) == 1 else ONE_OF_TWO
    lines = [(label, cutting.fitted(reason, columns)) for label, reason in said]
    shown = [blocks.section_with(f"{title}\n{outcome}", accessory)]
    return [*shown, reasons.in_lines(lines)] if lines else shown


# ---- settled -------------------------------------------------------------------------------------


def _outcome(decision: Decision, settlement: Settlement) -> str:
    """Say who decided what, what moved, and what was unusual about it."""
    if settlement.outcome is None:
        return phrases.capital(outcomes.outcome_words(decision, settlement))
    owed = sum(follow_up.done_at is None for follow_up in standing_follow_ups(decision))
    more = [
        f"In place of {decision.named(decision.supersedes)}"
        if decision.supersedes and settlement.outcome is Outcome.APPROVED
        else "",
        f"Superseded by {decision.named(decision.superseded_by)}" if decision.superseded_by else "",
        outcomes.went_on_as(decision, settlement),
        outcomes.move_is_gone(decision, settlement),
        f"{number(owed, 'follow-up')} open" if owed else "",
        verdicts.waived(decision, settlement),
        HELD[settlement.held] if settlement.held else "",
        # "Acknowledged" and "disputed" say already that it was recorded after the fact.
        *(words for words in outcomes.warnings(decision, settlement) if words != AFTER_THE_FACT),
    ]
    chosen = outcomes.chosen(decision, settlement, columns=NAME, bold=True)
    return (
        f"{settlement.words} {outcomes.by_whom(decision, settlement)}"
        f"{outcomes.until(settlement)}{chosen}."
        f"{outcomes.older_words(decision, settlement)}"
        f"{outcomes.moved_words(decision, settlement, columns=NAME)}"
        f"{kept_words(decision, settlement, columns=NAME)}"
        + "".join(f" {phrases.capital(words)}." for words in more if words)
    )


# ---- open ----------------------------------------------------------------------------------------


def meanwhile(decision: Decision) -> str:
    """Say if the commitment has moved since the decision was raised.

    Also say if the stated slip differs from the proposed move. Empty if there is nothing to say, or
    if the commitment is closed.
    """
    commitment = decision.commitment
    if commitment is None or not commitment.is_open:
        return ""
    unlike = "" if decision.signed_without_move else unlike_the_slip(decision, commitment)
    if not decision.commitment_has_moved:
        return unlike
    others = [move.decision_number for move in decision.moves_by_others]
    name = escaped(cutting.fitted(commitment.name, NAME))
    if others:
        return f" Meanwhile {decision.named(others[-1])} moved {name}.{unlike}"
    return f" Meanwhile {name} has moved.{unlike}"


def _claim(decision: Decision) -> list[Block]:
    """Show what was claimed, and what it is judged by."""
    if not decision.claims:
        return []
    claim = decision.claims[-1]
    lines = [("Evidence", cutting.fitted(claim.evidence, TWO_LINES))]
    lines += [("Link", claim.link)] if claim.link and len(claim.link) <= LINE else []
    criteria = "\n".join(
        phrases.numbered(criterion.position, cutting.fitted(criterion.text, LINE))
        for criterion in decision.criteria
    )
    return [blocks.lines(lines), *([blocks.typed("", criteria)] if criteria else [])]


def _past(decision: Decision) -> list[Block]:
    """Show what was decided elsewhere, and why."""
    if not decision.is_after_the_fact:
        return []
    lines = [
        ("Decided", cutting.fitted(decision.options[0].name, LINE)),
        ("Why", cutting.fitted(decision.why_now, TWO_LINES)),
    ]
    return [blocks.lines(lines)]


def _options(decision: Decision) -> list[Block]:
    if decision.is_after_the_fact or not decision.options:
        return []
    signed = decision.first_signature and decision.first_signature.option_position
    rows = [
        [
            tables.cell(option_name(decision, option), bold=option.position == signed),
            tables.cell(cutting.fitted(option.value, CELL)),
            tables.cell(cutting.fitted(option.cost, CELL)),
        ]
        for option in decision.options
    ]
    return [tables.table(("Option", "Value", "Cost"), [*rows, *_impact(decision)])]


def _impact(decision: Decision) -> list[list[Block]]:
    """Build the last rows of the table: the impact of each role, stated or not stated in time.

    If no option has a cost, a missing impact is said in the first column, so that there is no
    column of costs.
    """
    rows = [_statement(decision, statement) for statement in decision.statements]
    if decision.impact is Impact.LAPSED and decision.to_state_impact:
        silent = " and ".join(map(decision.words.role, decision.to_state_impact))
        name, late = f"Impact ({silent})", "not stated in time"
        if rows or any(option.cost for option in decision.options):
            cells = name, "", phrases.capital(late)
        else:
            cells = f"{name}: {late}", "", ""
        rows.append([tables.cell(text) for text in cells])
    return rows


def _statement(decision: Decision, statement: ImpactStatement) -> list[Block]:
    doubted = " (to be revised)" if statement.role in decision.to_revise else ""
    unsure = " (low confidence)" if statement.confidence is Confidence.LOW else ""
    displaces = cutting.fitted(statement.displaces, CELL)
    return [
        tables.cell_about("Impact, says ", statement.by, doubted),
        tables.cell(f"Displaces: {displaces}" if displaces else ""),
        tables.cell(f"{phrases.capital(phrases.slip(statement.days))}{unsure}"),
    ]


def _facts(decision: Decision) -> str:
    """Say in one line the kind, who decides, by when, who raised it, and then what is unusual."""
    kind = phrases.capital(decision.words.kind(decision.kind))
    due = decision.due_on if not decision.overdue_at else None
    answered = sum(question.answer is not None for question in decision.questions)
    parts = [
        f"{kind} ({_whose_call(decision)})",
        *([f"by {phrases.short_day(due)}"] if due else []),
        wording.raised_by(decision),
        *_source(decision),
        *_effect(decision),
        *([_round(decision)] if decision.round > 1 else []),
        *(
            words
            for words in outcomes.warnings(decision, None)
            if words != AFTER_THE_FACT and not words.startswith("round")
        ),
        *([f"{number(answered, 'question')} answered"] if answered else []),
        *relations(decision),
    ]
    return " · ".join(parts)


def _round(decision: Decision) -> str:
    """Say which round this is, and what ended the one before: an outcome or an edit."""
    before = decision.settlement_of(decision.round - 1)
    if before:
        undone = " and taken back" if before.since is Verb.UNDO else ""
        return f"round {decision.round}, {before.words}{undone} before"
    return f"round {decision.round}, edited by {who(decision.raised_by)}"


def _whose_call(decision: Decision) -> str:
    """Say who decides; name people only if the card's sentence about the state does not."""
    roles = decision.decides.roles
    named = decision.state not in (State.AWAITING_IMPACT, State.AWAITING_ANSWER)
    holder, seat = decision.holder, decision.holder_seat
    # If this person also states the impact, that sentence says already for whom they act.
    states_it = decision.state is State.AWAITING_IMPACT and holder in decision.asked_to_act
    explained = states_it and decision.acts_in(holder) == seat
    if len(roles) > 1:
        people = " and ".join(map(who, dict.fromkeys(decision.holders.values())))
        return "both sign" if named else f"{people} sign"
    role = decision.words.role(roles[0])
    decides = who(holder) if explained else wording.acting(decision, holder, seat)
    call = role if named else f"{decides} decides"
    reversal = reversal_by(decision)
    commitment = decision.commitment or (reversal.commitment if reversal else None)
    move = decision.move_decides
    if commitment and commitment.is_open and move and len(move.roles) > 1:
        name = escaped(cutting.fitted(commitment.name, NAME))
        return f"{call}; moving {name} needs both"
    return call


def _source(decision: Decision) -> list[str]:
    """Link the message that this was raised from; Details quotes it."""
    if not decision.source_text:
        return []
    link = decision.source_link
    return [f"<{link}|from a message>" if link else "from a message"]


def _effect(decision: Decision) -> list[str]:
    """Say in a few words what an approval does to the commitment.

    If the first signature leaves the commitment as it is, the next one can only agree to that.
    """
    commitment, back = decision.commitment, _older_move(decision)
    if commitment is None:
        return back
    name = escaped(cutting.fitted(commitment.name, NAME))
    if not commitment.is_open:
        return [f"{name} is closed", *back]
    if decision.signed_without_move:
        reversal = reversal_by(decision)
        others = [] if reversal and reversal.is_of(decision) else back
        effect = without_move(decision, commitment).removesuffix(".")
        colon = ":" if effect == SCOPE_BACK else ""
        return [f"if approved, {name}{colon} {effect}", *others]
    holds = commitment.scope_stands(decision.id)
    scope = ", scope changes" if decision.scope_change and not holds else ""
    if decision.move_to is None:
        return [f"if approved, {name}: scope {'stays' if holds else 'changes'}", *back]
    if decision.move_to == commitment.promised_on:
        return [f"if approved, {name}: date stays{scope}", *back]
    dates = phrases.move(commitment.promised_on, decision.move_to)
    return [f"if approved, {name} {dates}{scope}", *back]


def _older_move(decision: Decision) -> list[str]:
    """Say that an approval takes back the move of the decision that this one replaces."""
    reversal = reversal_by(decision)
    if reversal is None:
        return []
    name = escaped(cutting.fitted(reversal.commitment.name, NAME))
    moves = decision.move_to and reversal.is_of(decision)
    said = []
    if reversal.days and not moves:
        dates = phrases.move(reversal.commitment.promised_on, reversal.back_to)
        said.append(f"if approved, {name} {dates}")
    if reversal.scope:
        own = decision.scope_change and reversal.is_of(decision)
        before = "without the change of scope by" if own else "scope as before"
        said.append(f"if approved, {name}: {before} {decision.named(reversal.number)}")
    return said
