"""Parts of a decision that Details shows first; `body` puts them in their order.

The day that an approval form proposes for the review is here too.
"""

from __future__ import annotations

from datetime import date, timedelta

from handlers.answers import Block
from handlers.card.commitment import commitment_part
from handlers.ui import blocks, outcomes, phrases, reasons, tables, wording
from models.mrkdwn import day, escaped, isolated, number, who, who_for
from models.rules import Held, Impact, Verb
from models.tables.acceptance import Criterion, FollowUp
from models.tables.decision import Decision
from models.tables.question import Question
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement, Option
from models.verbs.follow_ups import standing_follow_ups

# The most questions that are shown. Older ones are counted; they are in the record.
MOST_QUESTIONS = 3

HELD = {
    Held.HELD: "the forecast held",
    Held.BETTER: "better than forecast",
    Held.WORSE: "worse than forecast",
}


def body(decision: Decision) -> list[Block]:
    """Build what Details shows of a decision as it is now, without buttons and history."""
    state = wording.state_words(decision)
    kind = phrases.capital(decision.words.kind(decision.kind))
    shown = [
        blocks.section(f"*{wording.title(decision)}*"),
        blocks.section(f"*{phrases.capital(state)}*"),
        *(quoted_reasons(decision, decision.settlement) if decision.settlement else []),
        *_before(decision),
        *_source(decision),
        *claimed(decision),
        *_question(decision),
        *_impact(decision),
        *_review(decision),
        *commitment_part(decision),
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


def quoted_reasons(
    decision: Decision, settlement: Settlement, *, whole: bool = False
) -> list[Block]:
    """Quote the reason of a round's outcome; if two people signed, the reason of each by name.

    If `whole` is True, the reason of a record that was acknowledged comes before the notes on it.
    """
    said = reasons.labelled_reasons(decision, settlement, whole=whole)
    if [label for label, _ in said] == ["Why"]:
        return [blocks.quote(reason) for _, reason in said]
    return [
        block
        for label, reason in said
        for block in (blocks.context(f"{label}:"), blocks.quote(reason))
    ]


def _record_line(decision: Decision) -> list[Block]:
    if not decision.settlement and decision.impact is not Impact.LAPSED:
        return []
    facts = outcomes.facts(decision, decision.settlement, beside_routing=True)
    return [blocks.context(facts)] if facts else []


def _before(decision: Decision) -> list[Block]:
    """Say, while this round is open, how the round before it ended.

    If that was a deferral whose day has come, say too if the right has moved to somebody else.
    """
    settlement = decision.settlement_of(decision.round - 1)
    if settlement is None or decision.state.settled:
        return []
    words = f"Round {decision.round}. Before: {outcomes.outcome_words(decision, settlement)}"
    afterwards = outcomes.since(decision, settlement, why=False)
    right_holder = settlement.on_behalf_of or settlement.by
    if (
        settlement.since is Verb.RETURN
        and not settlement.by_escalation
        and right_holder not in decision.holders.values()
    ):
        afterwards += f" The right has moved on from {who(right_holder)} meanwhile."
    later = [blocks.context(afterwards)] if afterwards else []
    later += [blocks.quote(settlement.since_reason)] if settlement.since_reason else []
    return [blocks.context(words), *quoted_reasons(decision, settlement), *later]


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
        decided = [blocks.typed("Decided", decision.options[0].name), *shown]
        # As long as the decision is open, its state says who made it.
        made = [blocks.context(f"{wording.made(decision)}.")]
        return [*decided, *made] if decision.state.settled else decided
    if decision.options:
        rows = [
            [
                tables.cell(text)
                for text in (option_name(decision, option), option.value, option.cost)
            ]
            for option in decision.options
        ]
        shown.append(tables.table(("Option", "Value", "Cost"), rows))
    return shown


def option_name(decision: Decision, option: Option) -> str:
    """Write `A. Add it now`, and whether it was chosen or signed."""
    name = phrases.numbered(option.letter, option.name)
    signature = decision.first_signature
    if decision.option_position == option.position:
        return f"{name} (chosen)"
    signed = signature is not None and signature.option_position == option.position
    return f"{name} (signed)" if signed and not decision.state.settled else name


def claimed(decision: Decision) -> list[Block]:
    """Show the newest evidence and its link; nothing if the decision is no claim."""
    claim = decision.claims[-1] if decision.claims else None
    return (
        [blocks.lines([("Evidence", claim.evidence), ("Link", claim.link or "")])] if claim else []
    )


def _impact(decision: Decision) -> list[Block]:
    shown = [
        block for statement in decision.statements for block in _statement(decision, statement)
    ]
    missed = impact_missed(decision)
    return [*shown, blocks.section(f"*{missed}*")] if missed else shown


def impact_missed(decision: Decision) -> str:
    """Say whose impact was not stated in time, and can still be stated; empty if nobody's."""
    if decision.impact is not Impact.LAPSED or not decision.to_state_impact:
        return ""
    silent = " and ".join(f"the {decision.words.role(role)}'s" for role in decision.to_state_impact)
    return f"{phrases.capital(silent)} impact was not stated in the time the channel gives."


def _statement(decision: Decision, statement: ImpactStatement) -> list[Block]:
    late = ", late" if statement.late else ""
    again = ", revised" if decision.is_revision(statement) else ""
    role = decision.words.role(statement.role)
    author = who_for(statement.by, statement.on_behalf_of)
    head = (
        f"*Impact, stated by {author} ({role}{late}{again}):* "
        f"{phrases.slip(statement.days)}, {statement.confidence} confidence"
    )
    rest = [("Displaces", statement.displaces), ("Risk", statement.risk), ("Note", statement.note)]
    shown = [blocks.section(head), *([blocks.lines(rest)] if any(text for _, text in rest) else [])]
    if decision.impact is Impact.REVISION_ASKED and statement.revision_asked:
        verb = "was" if decision.state.settled else "is"
        asked = f"{who(decision.seat_of(statement.role))} {verb} asked to revise this:"
        shown += [
            blocks.context(asked),
            blocks.quote(statement.revision_asked),
        ]
    return shown


def _review(decision: Decision) -> list[Block]:
    """Show the review of the forecast, if there is one."""
    settlement = decision.settlement
    if settlement is None or settlement.held is None or settlement.reviewed_by is None:
        return []
    words = (
        f"*How it went, says {who(settlement.reviewed_by)}:* {HELD[settlement.held]}, "
        f"{phrases.slip(settlement.actual_days or 0)}"
    )
    return [
        blocks.section(words),
        *([blocks.quote(settlement.review_note)] if settlement.review_note else []),
    ]


# ---- the day of the review -----------------------------------------------------------------------


def default_review(decision: Decision, today: date) -> date:
    """Return the day to ask whether the forecast held (docs/reference/behaviour.md, Impact).

    It is the commitment's date, or the new date that the decision asks for, unless the first
    signature leaves the commitment as it is. If there is none, or it is not in the future, or the
    commitment is closed, it is the day in four weeks. If that is a day off in the channel, it is
    the next working day.
    """
    commitment, calendar = decision.commitment, decision.rights_version.calendar
    promised = (decision.move_to or commitment.promised_on) if commitment else None
    if commitment and decision.signed_without_move:
        promised = commitment.without(decision.id)
    is_open = commitment is not None and commitment.is_open
    proposed = today + timedelta(weeks=4)
    if promised and promised > today and is_open:
        proposed = promised
    return calendar.next_working_day(proposed) if calendar.is_day_off(proposed) else proposed


# ---- questions, signatures, verdicts -------------------------------------------------------------


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
    options = {option.position: option for option in decision.options}
    settlement, shown = decision.settlement, []
    above = (
        [reason for _, reason in reasons.labelled_reasons(decision, settlement)]
        if settlement
        else []
    )
    for signature in decision.signatures:
        if signature.round != decision.round:
            continue
        option = options.get(signature.option_position or 0)
        chosen = (
            f" for {option.letter}. {escaped(option.name)}"
            if option and not decision.is_after_the_fact
            else ""
        )
        role = decision.words.role(signature.role)
        before = (
            ", before the impact was stated as above" if decision.stated_since(signature) else ""
        )
        verb = "Acknowledged" if decision.is_after_the_fact else "Signed"
        signed = f"*{verb} by {outcomes.signer(signature)} ({role}){chosen}{before}*"
        shown.append(blocks.section(signed))
        if signature.reason and signature.reason not in above:
            shown.append(blocks.quote(signature.reason))
    return shown


def _criteria(decision: Decision) -> list[Block]:
    """Show each criterion with its verdict of this round and at most three earlier ones."""
    if not decision.criteria:
        return []
    earlier = any(
        verdict.round < decision.round
        for criterion in decision.criteria
        for verdict in criterion.verdicts
    )
    rows = []
    for criterion in decision.criteria:
        row = [
            phrases.numbered(criterion.position, criterion.text),
            _verdict_words(criterion, decision.round),
        ]
        if earlier:
            before = [
                f"round {verdict.round}: {verdict.verdict.label}"
                for verdict in criterion.verdicts
                if verdict.round < decision.round
            ]
            row.append("; ".join(before[-3:]))
        rows.append([tables.cell(text) for text in row])
    return [tables.table(("Criterion", "Verdict", *(["Before"] if earlier else [])), rows)]


def _verdict_words(criterion: Criterion, round: int) -> str:
    verdict = criterion.verdict_in(round)
    if verdict is None:
        return "no verdict yet"
    if not verdict.reason:
        return verdict.verdict.label
    return f"{verdict.verdict.label}: {isolated(verdict.reason)}"


def follow_ups(decision: Decision) -> list[Block]:
    """Show who owes which follow-up, and whether it is done."""
    standing = standing_follow_ups(decision)
    if not standing:
        return []
    still = sum(follow_up.done_at is None for follow_up in standing)
    shown: list[Block] = [
        blocks.section(f"*Follow-ups: {f'{still} open' if still else 'all done'}*")
    ]
    for follow_up in standing:
        state = (
            f", done on {wording.day_of(decision, follow_up.done_at)}"
            if follow_up.done_at
            else f", open, by {day(follow_up.due_on)}"
        )
        shown.append(follow_up_line(follow_up, state))
    return shown


def follow_up_line(follow_up: FollowUp, state: str) -> Block:
    """Write what has to be done and by whom, then `state`, such as `, by Fri 27 Nov 2026`."""
    return blocks.rich(
        [
            {
                "type": "rich_text_section",
                "elements": [
                    {
                        "type": "text",
                        "text": f"{phrases.numbered(follow_up.position, follow_up.what)} – ",
                    },
                    {"type": "user", "user_id": follow_up.owner},
                    {"type": "text", "text": state},
                ],
            }
        ]
    )
