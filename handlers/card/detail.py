"""Details: one decision in full, in a form to read.

The form shows the decision as it is now, then the decisions that this one is linked to, earlier
rounds, impact statements and verdicts, and the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Block, Message, OpenForm, Reply, UpdateForm, View
from handlers.card import history
from handlers.card.body import body, quoted_reasons
from handlers.card.buttons import (
    answer_button,
    buttons_in_details,
    follow_up_button,
    review_button,
)
from handlers.card.missing_buttons import why_missing
from handlers.requests import Click, Command, Request
from handlers.ui import blocks, fields, inputs, outcomes, phrases, reasons, tables, wording
from handlers.ui.references import linked
from models.mrkdwn import escaped, number, who, who_for
from models.reads import references, search
from models.reads.replaced_moves import open_replacements, out_of_reach
from models.references import Link
from models.rules import Outcome, Verb
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.post import Drawing
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement
from models.verbs.delegating import may_give_back_to
from models.verbs.follow_ups import forecast_of, open_follow_ups

# The most earlier rounds that are shown; it is the same for impact statements and for claims.
MOST_EARLIER = 3


class Other(NamedTuple):
    """Decision related to the one that Details shows: its number, the relation, and its id."""

    number: int
    relation: str
    id: int


def decision_view(
    decision: Decision,
    events: Sequence[HistoryEvent],
    others: Sequence[Other],
    person: str,
    references: Sequence[Link] = (),
    *,
    gives_back: bool = False,
) -> View:
    """Build the form that shows a decision in full.

    `person` is the reader, who can answer a question here, review a forecast and tick off
    follow-ups. `gives_back` is True if the reader may give the decision back. A form takes no
    tables (docs/reference/slack.md, Blocks) and up to 100 blocks (the same page, Limits).
    """
    shown = [
        *(tables.as_lines(block) for block in body(decision)),
        *linked(references),
        *(
            blocks.section_with(
                escaped(follow_up.what), follow_up_button(decision, follow_up, "Done")
            )
            for follow_up in open_follow_ups(decision, person)
        ),
        *_answer_offer(decision, person),
        *_review_offer(decision, person),
        *buttons_in_details(decision, person, gives_back=gives_back),
        *_linked(decision, others),
        *_rounds(decision),
        *_statements(decision),
        *_verdicts(decision),
        blocks.divider(),
        *history.history(decision, events),
        history.verified(decision, events),
    ]
    return inputs.notice(f"Decision #{decision.number}", shown)


def _answer_offer(decision: Decision, person: str) -> list[Block]:
    """Offer the button *Answer* if this person was asked the open question."""
    asked = decision.open_question
    if decision.state.settled or asked is None or asked.asked_of != person:
        return []
    words = f"*{who(asked.asked_by)} waits for your answer.*"
    return [blocks.section_with(words, answer_button(decision, asked))]


def _review_offer(decision: Decision, person: str) -> list[Block]:
    """Offer the button *Say how it went* if this person was asked whether the forecast held."""
    asked = {
        post.round
        for post in decision.posts
        if post.drawing is Drawing.REVIEW_REQUEST and post.person == person
    }
    return [
        blocks.section_with(
            f"*Did {_whose_forecast(decision, settlement, person)} hold?*",
            review_button(decision, settlement),
        )
        for settlement in decision.settlements
        if settlement.round in asked
        and settlement.held is None
        and settlement.since in (None, Verb.SUPERSEDE)
    ]


def _whose_forecast(decision: Decision, settlement: Settlement, person: str) -> str:
    forecast = forecast_of(decision, settlement.round)
    assert forecast
    return "your forecast" if forecast.by == person else f"the forecast of {who(forecast.by)}"


def linked_to(decision: Decision) -> dict[int, str]:
    """Return, by the number of another decision, how this one is related to it."""
    named = {
        decision.supersedes: _replaces(decision),
        decision.superseded_by: "Superseded by",
        decision.disputes: "Disputes",
        decision.disputed_in: "Disputed in",
    }
    return {number: relation for number, relation in named.items() if number}


def _replaces(decision: Decision) -> str:
    """Say whether this decision has taken the older one's place, still may, or never did.

    Once it was approved, it keeps that place while a later round is open or deferred.
    """
    standing = [
        settlement
        for settlement in decision.settlements
        if settlement.outcome is Outcome.APPROVED and settlement.since is not Verb.UNDO
    ]
    open_or_put_off = not decision.state.settled or decision.outcome is Outcome.DEFERRED
    if decision.outcome is Outcome.APPROVED or (standing and open_or_put_off):
        return "Takes the place of"
    if out_of_reach(decision):
        return "Was to take the place of"
    return "Is to take the place of" if open_or_put_off else "Did not take the place of"


def _linked(decision: Decision, others: Sequence[Other]) -> list[Block]:
    return [
        blocks.section_with(
            f"{relation} {decision.named(number)}",
            blocks.button(
                f"Open #{number}",
                "records.follow",
                str(id),
                about=f"{relation} #{number}: open it",
            ),
        )
        for number, relation, id in others
    ]


def _rounds(decision: Decision) -> list[Block]:
    """Show how earlier rounds ended and why, and how their forecasts turned out.

    `body` shows the outcome and the forecast of the current round, and the outcome of the round
    before while the current one is open.
    """
    above = decision.round if decision.state.settled else decision.round - 1
    earlier = [settlement for settlement in decision.settlements if settlement.round < above]
    shown = _counted(decision, len(earlier), "earlier round")
    for settlement in earlier[-MOST_EARLIER:]:
        words = f"*Round {settlement.round}:* {outcomes.outcome_words(decision, settlement)}"
        shown += [blocks.section(words), *quoted_reasons(decision, settlement)]
        shown += reasons.since_then(decision, settlement)
    for settlement in decision.settlements[-MOST_EARLIER:]:
        shown += _forecast(settlement) if settlement is not decision.settlement else []
    return shown


def _forecast(settlement: Settlement) -> list[Block]:
    if settlement.held is None or settlement.reviewed_by is None:
        return []
    words = (
        f"*The forecast of round {settlement.round} turned out {settlement.held.value}*, "
        f"says {who(settlement.reviewed_by)}: {phrases.slip(settlement.actual_days or 0)}."
    )
    return [
        blocks.section(words),
        *([blocks.quote(settlement.review_note)] if settlement.review_note else []),
    ]


def _statements(decision: Decision) -> list[Block]:
    """Show the impact statements that `body` does not show."""
    shown_above = decision.statements
    earlier = [statement for statement in decision.impacts if statement not in shown_above]
    shown = _counted(decision, len(earlier), "earlier impact statement")
    for statement in earlier[-MOST_EARLIER:]:
        shown += _statement(decision, statement)
    return shown


def _statement(decision: Decision, statement: ImpactStatement) -> list[Block]:
    late = ", late" if statement.late else ""
    role = decision.words.role(statement.role)
    author = who_for(statement.by, statement.on_behalf_of)
    head = (
        f"*Earlier impact, by {author} ({role}{late}), round "
        f"{statement.round}:* {phrases.slip(statement.days)}, {statement.confidence} "
        "confidence"
    )
    rest = [("Displaces", statement.displaces), ("Risk", statement.risk), ("Note", statement.note)]
    return [blocks.section(head), *([blocks.lines(rest)] if any(text for _, text in rest) else [])]


def _verdicts(decision: Decision) -> list[Block]:
    """Show what was claimed and judged in earlier rounds, criterion by criterion."""
    earlier = [claim for claim in decision.claims if claim.round < decision.round]
    shown = _counted(decision, len(earlier), "earlier claim")
    for claim in earlier[-MOST_EARLIER:]:
        on = wording.day_of(decision, claim.at)
        head = f"*Claimed in round {claim.round} by {who(claim.by)} on {on}*"
        judged = [
            (
                f"{criterion.position}. {verdict.verdict.label}",
                f"{criterion.text}{f' ({verdict.reason})' if verdict.reason else ''}",
            )
            for criterion in decision.criteria
            if (verdict := criterion.verdict_in(claim.round))
        ]
        shown += [
            blocks.section(head),
            blocks.lines([("Evidence", claim.evidence), ("Link", claim.link or ""), *judged]),
        ]
    return shown


def _counted(decision: Decision, count: int, noun: str) -> list[Block]:
    older = count - MOST_EARLIER
    if older <= 0:
        return []
    more = number(older, f"more {noun}")
    return [blocks.context(f"{more} before these{wording.exported(decision)}")]


SHOW_USAGE = (
    "Say which one by its number: `/tradeoff show 42`. If you meant a title, quote it: "
    '`/tradeoff "Show …"`.'
)


def show(command: Command, session: Session, which: str) -> Answer:
    """Answer `/tradeoff show 42` or `/tradeoff approve 42` with Details.

    Only people who may read its channel see it. If Details has no button of that name now, its
    first sentence says why.
    """
    if fields.decision_number(which) is None:
        return Reply(Message(SHOW_USAGE, [blocks.section(SHOW_USAGE)]))
    decision = subjects.typed_decision(command, session, which)
    view = decision_whole(command, session, decision)
    verb = fields.first_word(command.text)[0].lower()
    if said := why_missing(verb, decision, command.person.id, view["blocks"]):
        view["blocks"].insert(0, blocks.section(said))
    return OpenForm(view)


def open_details(click: Click, session: Session) -> Answer:
    """Open Details from a button."""
    decision = subjects.opened_decision(click, session)
    access.check_may_see(click, decision.channel.slack_id, anew=True)
    return OpenForm(decision_whole(click, session, decision))


def follow(click: Click, session: Session) -> Answer:
    """Show Details of a linked decision in the same form: Slack stacks at most three forms."""
    decision = subjects.opened_decision(click, session)
    access.check_may_see(click, decision.channel.slack_id, anew=True)
    return UpdateForm(decision_whole(click, session, decision))


def _others(decision: Decision, session: Session, tenant: str) -> list[Other]:
    """Return the decisions to which this one is related, with open ones that are to supersede it.

    Only a settled decision can be superseded.
    """
    newer = list[int]()
    if decision.state.settled:
        newer = open_replacements(session, decision.channel_id, decision.number)
    related = dict.fromkeys(newer, "Is to be superseded by") | linked_to(decision)
    ids = search.ids_of(session, tenant, related)
    return [Other(number, named, ids[number]) for number, named in related.items() if number in ids]


def decision_whole(request: Request, session: Session, decision: Decision) -> View:
    """Read the history and the links of a decision, and build its Details."""
    others = _others(decision, session, request.workspace)
    events = search.history_of(session, decision.id)
    kept = references.of_decisions(session, [decision.id])[decision.id]
    reader, open_ = request.person.id, not decision.state.settled
    gives_back = open_ and bool(may_give_back_to(decision, reader, request.at))
    return decision_view(decision, events, others, reader, kept, gives_back=gives_back)
