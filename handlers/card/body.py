"""The parts of a card, in the order of docs/reference/behaviour.md, Screens: state, question, value
and cost, impact, promise, signatures, verdicts.
"""

from __future__ import annotations

from datetime import date, timedelta

from handlers.answers import Block
from handlers.card.promise import promise
from handlers.ui import blocks, outcomes, phrases, tables, wording
from models.mrkdwn import day, escaped, number, who
from models.rules import Decider, Held, Impact, Verb
from models.tables.acceptance import Criterion
from models.tables.decision import Decision
from models.tables.question import Question
from models.verbs.follow_ups import standing_follow_ups

# What is older is counted, and stands in the record.
MOST_QUESTIONS = 3

HELD = {
    Held.HELD: "the forecast held",
    Held.BETTER: "better than forecast",
    Held.WORSE: "worse than forecast",
}


def body(decision: Decision, told: str = "") -> list[Block]:
    """All there is to know, without buttons; where it stands only if that was not `told` already."""
    state = wording.state_words(decision)
    kind = "Acceptance" if decision.is_acceptance else decision.kind.label.capitalize()
    shown = [
        blocks.header(f"#{decision.number} {decision.title}"),
        *([] if state in told else [blocks.section(f"*{phrases.capital(state)}*")]),
        *_reason(decision),
        *_before(decision),
        *_source(decision),
        *_claim(decision),
        *_question(decision),
        *_impact(decision),
        *_held(decision),
        *promise(decision),
        *_asked(decision),
        *_signatures(decision),
        *_criteria(decision),
        *follow_ups(decision),
    ]
    return [
        *shown,
        blocks.context(f"{kind} · {decision.routed} {wording.origin(decision)}"),
        *_record_line(decision),
    ]


def _reason(decision: Decision) -> list[Block]:
    return [blocks.quote(decision.settled_reason)] if decision.settled_reason else []


def _record_line(decision: Decision) -> list[Block]:
    if decision.settlement or decision.impact is Impact.LAPSED:
        return [blocks.context(outcomes.facts(decision, decision.settlement))]
    return []


def _before(decision: Decision) -> list[Block]:
    """What the last round ended in, and that the right has moved since."""
    done = decision.settlement_of(decision.round - 1)
    if done is None or decision.state.settled:
        return []
    words = f"Round {decision.round}. Before: {outcomes.outcome_words(decision, done)} {outcomes.since(decision, done)}"
    held = done.on_behalf_of or done.by
    if (
        done.since is Verb.RETURN
        and not done.by_escalation
        and held not in decision.holders.values()
    ):
        words += f" The right has moved on from {who(held)} meanwhile."
    return [blocks.context(words)]


def _source(decision: Decision) -> list[Block]:
    if not decision.source_text:
        return []
    author = f" by {who(decision.source_author)}" if decision.source_author else ""
    link = f", <{decision.source_link}|see it there>" if decision.source_link else ""
    return [blocks.context(f"From a message{author}{link}:"), blocks.quote(decision.source_text)]


def _question(decision: Decision) -> list[Block]:
    label = "Why" if decision.is_after_the_fact else "Why now"
    shown = [blocks.typed(label, decision.why_now)] if decision.why_now else []
    if decision.is_after_the_fact:
        return [blocks.typed("Decided", decision.options[0].name), *shown]
    if decision.options:
        rows = [(f"{one.letter}. {one.name}", one.value, one.cost) for one in decision.options]
        shown.append(tables.table(("Option", "Value", "Cost"), rows))
    return shown


def _claim(decision: Decision) -> list[Block]:
    claim = decision.claims[-1] if decision.claims else None
    return (
        [blocks.lines([("Evidence", claim.evidence), ("Link", claim.link or "")])] if claim else []
    )


def _impact(decision: Decision) -> list[Block]:
    statement = decision.statement
    if statement is None and decision.impact is Impact.LAPSED:
        words = (
            f"*No impact was stated by {who(decision.counterpart)}* in the time the channel gives."
        )
        return [blocks.section(words)]
    if statement is None:
        return []
    late = ", late" if statement.late else ""
    again = ", revised" if decision.is_revised else ""
    head = f"*Impact, stated by {who(statement.by)} ({statement.role.label}{late}{again}):* {phrases.slip(statement.days)}, {statement.confidence} confidence"
    rest = [("Displaces", statement.displaces), ("Risk", statement.risk), ("Note", statement.note)]
    shown = [blocks.section(head), *([blocks.lines(rest)] if any(text for _, text in rest) else [])]
    if decision.impact is Impact.REVISION_ASKED and statement.revision_asked:
        shown += [
            blocks.context(f"{who(decision.counterpart)} is asked to revise this:"),
            blocks.quote(statement.revision_asked),
        ]
    return shown


def _held(decision: Decision) -> list[Block]:
    """Whether the forecast of what stands came true, once somebody has said so."""
    done = decision.settlement
    if done is None or done.held is None or done.reviewed_by is None:
        return []
    words = f"*How it went, says {who(done.reviewed_by)}:* {HELD[done.held]}, {phrases.slip(done.actual_days or 0)}"
    return [blocks.section(words), *([blocks.quote(done.review_note)] if done.review_note else [])]


# ---- the promise it touches ------------------------------------------------------------------------------------------


def default_review(decision: Decision, today: date) -> date:
    """When to ask whether the forecast held: on the commitment's date, else in four weeks.

    See docs/reference/behaviour.md, Impact.
    """
    commitment = decision.commitment
    promised = (decision.move_to or commitment.promised_on) if commitment else None
    return promised if promised and promised > today else today + timedelta(weeks=4)


# ---- questions, signatures, verdicts ---------------------------------------------------------------------------------


def _asked(decision: Decision) -> list[Block]:
    shown: list[Block] = []
    older = len(decision.questions) - MOST_QUESTIONS
    if older > 0:
        shown.append(blocks.context(f"{number(older, 'earlier question')} in the record."))
    for question in decision.questions[-MOST_QUESTIONS:]:
        shown += question_and_answer(question)
    return shown


def question_and_answer(question: Question) -> list[Block]:
    shown = [
        blocks.section(f"*{who(question.asked_by)} asked {who(question.asked_of)}*"),
        blocks.quote(question.text),
    ]
    if question.answer:
        shown += [
            blocks.section(f"*{who(question.asked_of)} answered*"),
            blocks.quote(question.answer),
        ]
    return shown


def _signatures(decision: Decision) -> list[Block]:
    if decision.decides is not Decider.JOINT:
        return []
    names = {one.position: one for one in decision.options}
    shown = []
    for signature in decision.signatures:
        if signature.round != decision.round:
            continue
        option = names.get(signature.option_position or 0)
        chosen = (
            f" for {option.letter}, {escaped(option.name)}"
            if option and not decision.is_after_the_fact
            else ""
        )
        shown.append(
            blocks.section(
                f"*Signed by {outcomes.signer(signature)} ({signature.role.label}){chosen}*"
            )
        )
        shown += [blocks.quote(signature.reason)] if signature.reason else []
    return shown


def _criteria(decision: Decision) -> list[Block]:
    """The verdict of this round; beside it, from the second on, what was said before."""
    if not decision.criteria:
        return []
    earlier = any(
        verdict.round < decision.round for one in decision.criteria for verdict in one.verdicts
    )
    rows = []
    for criterion in decision.criteria:
        row = [f"{criterion.position}. {criterion.text}", _verdict_words(criterion, decision.round)]
        if earlier:
            before = [
                f"round {one.round}: {one.verdict.label}"
                for one in criterion.verdicts
                if one.round < decision.round
            ]
            row.append("; ".join(before[-3:]))
        rows.append(row)
    return [tables.table(("Criterion", "Verdict", *(["Before"] if earlier else [])), rows)]


def _verdict_words(criterion: Criterion, round: int) -> str:
    verdict = criterion.verdict_in(round)
    if verdict is None:
        return "no verdict yet"
    return f"{verdict.verdict.label}: {verdict.reason}" if verdict.reason else verdict.verdict.label


def follow_ups(decision: Decision) -> list[Block]:
    """Who still owes what; open until its owner says that it is done."""
    standing = standing_follow_ups(decision)
    if not standing:
        return []
    still = sum(one.done_at is None for one in standing)
    shown: list[Block] = [
        blocks.section(f"*Follow-ups: {f'{still} open' if still else 'all done'}*")
    ]
    for one in standing:
        state = (
            f", done on {day(one.done_at.date())}"
            if one.done_at
            else f", open, by {day(one.due_on)}"
        )
        shown.append(
            blocks.rich(
                [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": f"{one.position}. {one.what} – "},
                            {"type": "user", "user_id": one.owner},
                            {"type": "text", "text": state},
                        ],
                    }
                ]
            )
        )
    return shown
