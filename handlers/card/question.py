"""Question of a decision and its impact, as forms and direct messages show them.

Forms show the options as text too, because a choice in a form holds only 75 characters.
"""

from __future__ import annotations

from handlers.answers import Block
from handlers.ui import blocks, cutting, outcomes, phrases
from models.mrkdwn import day, who
from models.rules import Impact, Sort, Verb
from models.tables.decision import Decision

# A text is cut after this many columns in a form, so that the fields are in sight, and after fewer
# in a message. Details has the whole text.
LONG = 600
IN_A_MESSAGE = 300
# The most questions that a form shows, the newest ones.
NEWEST_QUESTIONS = 2
# What an undo takes back, by the sort of the decision.
UNDONE = {Sort.TRADEOFF: "decision", Sort.CLAIM: "verdict", Sort.RECORD: "acknowledgement"}


def in_whose_place(decision: Decision, person: str) -> list[Block]:
    """Say for whom this person decides; say nothing if they decide in their own right."""
    to_sign = [role for role, holder in decision.still_to_sign.items() if holder == person]
    givers = dict.fromkeys(decision.on_behalf_of.get(role) for role in to_sign)
    if any(givers):
        for_whom = " and ".join(who(giver) if giver else "yourself" for giver in givers)
        return [blocks.context(f"You decide for {for_whom}; the record has both names.")]
    if decision.decides_by_escalation(person):
        sponsor, absent = decision.words.sponsor, decision.escalated_for
        seat = f"for {who(absent)} ({sponsor})" if absent else f"as {sponsor}"
        return [blocks.context(f"You decide {seat}, by escalation; the record says so.")]
    return []


def question(decision: Decision) -> list[Block]:
    """Show why a decision is needed now, and each option with its value and cost."""
    shown = []
    if decision.why_now:
        shown.append(blocks.typed("Why now", cutting.fitted(decision.why_now, LONG)))
    for option in decision.options:
        pairs = [
            (f"Option {option.letter}", option.name),
            ("Value", option.value),
            ("Cost", option.cost),
        ]
        shown.append(blocks.lines(pairs))
    return shown


def stated_impact(decision: Decision) -> list[Block]:
    """Show the impact statements; if none was given in time, say so."""
    shown: list[Block] = []
    for statement in decision.statements:
        sentence = (
            f"*Impact, says {who(statement.by)}:* {phrases.slip(statement.days)}, "
            f"{statement.confidence} confidence"
        )
        note = cutting.fitted(statement.note, LONG)
        rest = [("Displaces", statement.displaces), ("Risk", statement.risk), ("Note", note)]
        shown.append(blocks.section(sentence))
        shown += [blocks.lines(rest)] if any(text for _, text in rest) else []
        if decision.impact is Impact.REVISION_ASKED and statement.revision_asked:
            reviser = who(decision.seat_of(statement.role))
            shown.append(blocks.context(f"{reviser} is asked to revise this:"))
            shown.append(blocks.quote(cutting.fitted(statement.revision_asked, LONG)))
    if shown and decision.impact is Impact.LAPSED and decision.to_state_impact:
        silent = decision.words.roles(decision.to_state_impact)
        words = f"The {silent} stated no impact in time. The record will say so."
        shown.append(blocks.context(words))
    if shown or not decision.impact_due_at:
        return shown
    return [blocks.context("No impact was stated. The record will say “decided without impact”.")]


def questions_asked(decision: Decision) -> list[Block]:
    """Show the newest questions of this round, each with its answer, or that it has none yet."""
    asked = [question for question in decision.questions if question.round == decision.round]
    shown = []
    for question in asked[-NEWEST_QUESTIONS:]:
        still_open = "" if question.answer else ", who has not answered yet"
        who_asked = f"{who(question.asked_by)} asked {who(question.asked_of)}{still_open}:"
        shown += [
            blocks.context(who_asked),
            blocks.quote(cutting.fitted(question.text, LONG)),
        ]
        if question.answer:
            shown += [
                blocks.context(f"{who(question.asked_of)} answered:"),
                blocks.quote(cutting.fitted(question.answer, LONG)),
            ]
    return shown


def stated_since(decision: Decision, person: str | None) -> str:
    """Tell a person who has signed which impact was stated after their signature; empty if none."""
    signatures = [
        signature
        for signature in decision.signatures
        if signature.round == decision.round and signature.person == person
    ]
    newest = next(filter(None, map(decision.stated_since, signatures)), None)
    if newest is None:
        return ""
    verb = "revised" if decision.is_revision(newest) else "stated"
    return (
        f" After that the impact was {verb} by {who(newest.by)}: {phrases.slip(newest.days)}. Your "
        "signature stands; once this is decided, it can be reopened."
    )


def made_by_whom(decision: Decision, person: str) -> str:
    """Say on which day and by whom a recorded decision was made, to `person`, who reads it."""
    assert decision.made_by
    assert decision.made_on
    on = f"decided on {day(decision.made_on)}"
    if decision.made_by == person:
        return f"which you {on}"
    by_recorder = decision.made_by == decision.raised_by
    return f"which they {on}" if by_recorder else f"{on} by {who(decision.made_by)}"


def why_now(decision: Decision) -> list[Block]:
    """Build the reason to decide this now, for the direct messages of those who must act."""
    if not decision.why_now or decision.is_after_the_fact:
        return []
    return [blocks.typed("Why now", cutting.fitted(decision.why_now, IN_A_MESSAGE))]


def why_again(decision: Decision, reader: str | None) -> tuple[str, str]:
    """Tell `reader` why they must act again: who edited, reopened, undid or deferred the decision.

    Return this sentence, and the reason that was given; each is empty if there is none. There is
    none unless this round began with an edit, a reopening, an undo or the return of a deferred
    decision.
    """
    before = decision.settlement_of(decision.round - 1)
    if before is None:
        # Only an edit begins a round without settling the one before.
        mine = decision.raised_by == reader
        edited = "You have edited it" if mine else f"{who(decision.raised_by)} has edited it"
        began = f"{edited}, which began round {decision.round}."
        return began if decision.round > 1 else "", ""
    if before.since is Verb.RETURN:
        deferred = f"Deferred {outcomes.by_whom(decision, before)}{outcomes.until(before)}."
        return deferred, before.reason
    if not before.since_by:
        return "", ""
    mine, undone = before.since_by == reader, UNDONE[decision.sort]
    if before.since is Verb.UNDO and mine:
        return f"You took the {undone} back within minutes.", ""
    if before.since is Verb.UNDO:
        return f"The {undone} was taken back within minutes by {who(before.since_by)}.", ""
    if before.since is not Verb.REOPEN:
        return "", ""
    by = "you" if mine else who(before.since_by)
    return f"Reopened by {by}.", before.since_reason or ""
