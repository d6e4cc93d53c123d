"""One decision whole, in a form to read: the card, its earlier rounds, statements and verdicts, its history, what it is linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Block, Message, OpenForm, Reply, UpdateForm, View
from handlers.card import history
from handlers.card.body import body
from handlers.card.buttons import buttons, follow_up_button, review_button
from handlers.requests import Click, Command, Request
from handlers.ui import blocks, inputs, outcomes, phrases, tables
from models import locks
from models.mrkdwn import day, escaped, number, who
from models.reads import search
from models.refusals.reading import NoSuchNumber
from models.rules import Verb
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.post import Drawing
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement
from models.verbs.follow_ups import open_follow_ups

# Of each sort; what is older is counted, and stands in the history.
MOST_EARLIER = 3


def decision_view(
    decision: Decision, events: Sequence[HistoryEvent], links: Mapping[int, int], person: str
) -> View:
    """`links` are the decisions this one points to: number to id. A form has no tables and up to
    100 blocks.

    See docs/reference/slack.md, Blocks.

    The follow-ups that this person owns can be ticked off here.
    """
    shown = [
        *(tables.as_lines(block) for block in body(decision)),
        *(
            blocks.section_with(escaped(one.what), follow_up_button(decision, one, "Done"))
            for one in open_follow_ups(decision, person)
        ),
        *_asked_back(decision, person),
        *buttons(decision),
        *_linked(decision, links),
        *_rounds(decision),
        *_statements(decision),
        *_verdicts(decision),
        blocks.divider(),
        *history.history(events),
        history.verified(decision, events),
    ]
    return inputs.notice(f"Decision #{decision.number}", shown)


def _asked_back(decision: Decision, person: str) -> list[Block]:
    """Whoever was asked whether the forecast held can say so here too."""
    asked = {
        one.round
        for one in decision.posts
        if one.drawing is Drawing.REVIEW_REQUEST and one.person == person
    }
    return [
        blocks.section_with("*Did your forecast hold?*", review_button(decision, done))
        for done in decision.settlements
        if done.round in asked and done.held is None and done.since in (None, Verb.SUPERSEDE)
    ]


def linked_to(decision: Decision) -> dict[int, str]:
    """The other decisions that it names: by number, what they are to it."""
    named = {
        decision.supersedes: "Takes the place of",
        decision.superseded_by: "Superseded by",
        decision.disputes: "Disputes",
        decision.disputed_in: "Disputed in",
    }
    return {one: what for one, what in named.items() if one}


def _linked(decision: Decision, links: Mapping[int, int]) -> list[Block]:
    return [
        blocks.section_with(
            f"{what} #{one}",
            blocks.button(
                f"Open #{one}", "records.follow", str(links[one]), about=f"{what} #{one}: open it"
            ),
        )
        for one, what in linked_to(decision).items()
        if one in links
    ]


def _rounds(decision: Decision) -> list[Block]:
    """What earlier rounds ended in and why, and whether a forecast held; the round that stands is the card's."""
    earlier = [done for done in decision.settlements if done.round < decision.round]
    shown = _counted(len(earlier), "earlier round")
    for done in earlier[-MOST_EARLIER:]:
        words = f"*Round {done.round}:* {outcomes.outcome_words(decision, done)} {outcomes.since(decision, done)}"
        shown.append(blocks.section(words.strip()))
        shown += [blocks.quote(done.reason)] if done.reason else []
    for done in decision.settlements[-MOST_EARLIER:]:
        shown += _forecast(done)
    return shown


def _forecast(done: Settlement) -> list[Block]:
    if done.held is None or done.reviewed_by is None:
        return []
    words = f"*The forecast of round {done.round} turned out {done.held.value}*, says {who(done.reviewed_by)}: {phrases.slip(done.actual_days or 0)}."
    return [blocks.section(words), *([blocks.quote(done.review_note)] if done.review_note else [])]


def _statements(decision: Decision) -> list[Block]:
    """Impact statements before the one on the card."""
    earlier = [one for one in decision.impacts if one is not decision.statement]
    shown = _counted(len(earlier), "earlier impact statement")
    for one in earlier[-MOST_EARLIER:]:
        shown += _statement(one)
    return shown


def _statement(one: ImpactStatement) -> list[Block]:
    late = ", late" if one.late else ""
    head = f"*Earlier impact, by {who(one.by)} ({one.role.label}{late}), round {one.round}:* {phrases.slip(one.days)}, {one.confidence} confidence"
    rest = [("Displaces", one.displaces), ("Risk", one.risk), ("Note", one.note)]
    return [blocks.section(head), *([blocks.lines(rest)] if any(text for _, text in rest) else [])]


def _verdicts(decision: Decision) -> list[Block]:
    """What was claimed and judged in earlier rounds, criterion by criterion."""
    earlier = [claim for claim in decision.claims if claim.round < decision.round]
    shown = _counted(len(earlier), "earlier claim")
    for claim in earlier[-MOST_EARLIER:]:
        head = f"*Claimed in round {claim.round} by {who(claim.by)} on {day(claim.at.date())}*"
        judged = [
            (
                f"{one.position}. {verdict.verdict.label}",
                f"{one.text}{f' ({verdict.reason})' if verdict.reason else ''}",
            )
            for one in decision.criteria
            if (verdict := one.verdict_in(claim.round))
        ]
        shown += [
            blocks.section(head),
            blocks.lines([("Evidence", claim.evidence), ("Link", claim.link or ""), *judged]),
        ]
    return shown


def _counted(count: int, thing: str) -> list[Block]:
    older = count - MOST_EARLIER
    return (
        [blocks.context(f"{number(older, thing)} before these, in the history.")]
        if older > 0
        else []
    )


SHOW_USAGE = 'Say which one by its number: `/tradeoff show 42`. If you meant a title, quote it: `/tradeoff "Show …"`.'


def show(command: Command, session: Session, which: str) -> Answer:
    """`/tradeoff show 42`: the whole record, with the buttons of its card, to whoever may see its channel."""
    digits = which.removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        return Reply(Message(SHOW_USAGE, [blocks.section(SHOW_USAGE)]))
    decision = locks.lock_decision_by_number(session, command.workspace, int(digits))
    if decision is None:
        raise NoSuchNumber(int(digits))
    check_may_see(command, decision)
    return OpenForm(decision_whole(command, session, decision))


def open_one(click: Click, session: Session) -> Answer:
    """The same from a button."""
    decision = subjects.clicked_decision(click, session)
    check_may_see(click, decision)
    return OpenForm(decision_whole(click, session, decision))


def follow(click: Click, session: Session) -> Answer:
    """A link from one decision to another: in its place, because Slack stacks no more than three forms."""
    decision = subjects.clicked_decision(click, session)
    check_may_see(click, decision)
    return UpdateForm(decision_whole(click, session, decision))


def decision_whole(request: Request, session: Session, decision: Decision) -> View:
    """The form that shows it, with its history and its links."""
    links = search.ids_of(session, request.workspace, linked_to(decision))
    return decision_view(
        decision, search.history_of(session, decision.id), links, request.person.id
    )


def check_may_see(request: Request, decision: Decision) -> None:
    """Raise NotInThisChannel for what stands where this person may not read, NotSaidWhere if Slack did not say so."""
    access.check_may_see(request, decision.channel.slack_id, f"#{decision.number}")
