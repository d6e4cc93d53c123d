"""Markdown of a decision, in the form of an ADR (architecture decision record).

The parts are the title, facts, status, context, options, impact, decision, consequences, history
and, if there are any, references, claims and questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from handlers.card import history
from handlers.card.body import impact_missed
from handlers.export.names import Names
from handlers.export.plain_text import address, called
from handlers.ui import outcomes, phrases, reasons, wording
from models.mrkdwn import (
    MENTION,
    day,
    number,
    unescaped,
    where,
    who,
    who_for,
    with_fallbacks,
    without_links,
)
from models.reads.export import Whole
from models.tables.acceptance import Criterion
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.settlement import Settlement
from models.verbs.follow_ups import standing_follow_ups

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# Signs that make a list or a heading at the beginning of a line, and nothing elsewhere.
_LEADING = re.compile(r"^([^\S\n]*)([-+=]|\d+[.)])", re.MULTILINE)


def path(decision: Decision) -> str:
    """Return the decision's path in the archive.

    A folder has up to a thousand decisions, by their numbers. The title is cut so that file systems
    accept the name.
    """
    words = file_name(decision.title)[:60].strip("-")
    folder = decision.number // 1000 * 1000
    workspace = decision.channel.workspace.tenant
    return f"{workspace}/{folder:04d}/{decision.number:04d}{f'-{words}' if words else ''}.md"


def file_name(title: str) -> str:
    """Return the title in small letters and digits of any script, its words joined by hyphens.

    Latin letters lose their accents, so that the name is easy to type.
    """
    decomposed = unicodedata.normalize("NFD", title.casefold())
    folded = unicodedata.normalize("NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", decomposed))
    kept = (
        letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else "-"
        for letter in folded
    )
    return re.sub("-+", "-", "".join(kept))


def document(whole: Whole, names: Names) -> str:
    """Return the record as Markdown.

    Typed text is escaped, so that it makes no link with a label, picture, tag or heading.
    """
    return MENTION.sub(lambda found: markdown_escaped(called(found[1], names)), _page(whole))


def _page(whole: Whole) -> str:
    """Return the document with Slack's mentions where names will be."""
    decision = whole.decision
    parts = [
        f"# {decision.number}. {markdown_escaped(decision.title)}",
        _lines(_facts(decision)),
        f"## Status\n\n{said(phrases.capital(wording.state_words(decision)))}",
        _section("Context", _context(decision)),
        _section("References", ["\n".join(_references(whole))]),
        _section("Options", _options(decision)),
        _section("Claims and criteria", _acceptance(decision)),
        _section("Impact", _impact(decision)),
        _section("Questions", (_question(question) for question in decision.questions)),
        _section(
            "Decision",
            (_outcome(decision, settlement) for settlement in decision.settlements),
            "Not acknowledged yet." if decision.is_after_the_fact else "Not decided yet.",
        ),
        _section("Consequences", _consequences(decision), "None recorded."),
        "## History\n\n"
        f"{_lines(f'{event.sequence}. {_happened(decision, event)}' for event in whole.events)}",
        f"Record: {number(decision.event_count, 'event')}, head `{decision.head_hash}`",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown_escaped(text: str | None) -> str:
    """Escape what a person typed, on as many lines as they used."""
    text = _SPECIAL.sub(r"\\\1", text or "")
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}", text).replace("\r", "")


def said(sentence: str) -> str:
    """Turn a sentence of ours, which may quote typed text, from mrkdwn into Markdown.

    Numbers of decisions, which are links in mrkdwn, become plain text.
    """
    # text, id, text, id, text
    parts = MENTION.split(without_links(with_fallbacks(sentence)))
    return "".join(
        who(part) if place % 2 else markdown_escaped(unescaped(part))
        for place, part in enumerate(parts)
    )


def quoted(text: str | None) -> str:
    return "\n".join(f"> {line}" for line in markdown_escaped(text).split("\n"))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _section(title: str, parts: Iterable[str], otherwise: str = "") -> str:
    found = [part for part in parts if part]
    body = "\n\n".join(found) or otherwise
    return f"## {title}\n\n{body}" if body else ""


def _facts(decision: Decision) -> Iterator[str]:
    """Write what was asked, of whom, and what of a commitment, whether or not it was approved."""
    if decision.card_link:
        yield f"- Card: {address(decision.card_link)}"
    yield f"- Kind: {decision.words.kind(decision.kind)}"
    yield f"- Channel: {where(decision.channel.slack_id)}"
    yield f"- {said(wording.origin(decision))}"
    yield f"- {said(decision.routed)}"
    if decision.is_after_the_fact:
        yield f"- {said(wording.made(decision))}, recorded after the fact."
        yield f"- Recorded as: {markdown_escaped(decision.options[0].name)}"
    if decision.commitment:
        name = markdown_escaped(decision.commitment.name)
        asks = "Asked" if decision.state.settled else "Asks"
        promised = f"{name}, promised to {markdown_escaped(decision.commitment.promised_to)}"
        if decision.move_to:
            yield f"- {asks} to move {promised}, to {day(decision.move_to)}"
        if decision.scope_change:
            scope = " ".join(markdown_escaped(decision.scope_change).split())
            yield f"- {asks} to change the scope of {name}: {scope}"
    if decision.same_person:
        yield "- Same person in both roles"


def _context(decision: Decision) -> Iterator[str]:
    """Write the reason and the message that it was raised from; a claim may have neither."""
    if decision.why_now:
        yield quoted(decision.why_now)
    if decision.source_text:
        author = f" by {who(decision.source_author)}" if decision.source_author else ""
        link = f" ({address(decision.source_link)})" if decision.source_link else ""
        yield f"Raised from a message{author}{link}:\n\n{quoted(decision.source_text)}"


def _references(whole: Whole) -> Iterator[str]:
    """Write each reference as its name, escaped, and its address."""
    for link in whole.references:
        yield f"- {markdown_escaped(link.name)}: {address(link.url)}"
    for link in whole.of_commitment:
        name = whole.decision.commitment.name if whole.decision.commitment else ""
        label = f"{markdown_escaped(link.name)} (of {markdown_escaped(name)})"
        yield f"- {label}: {address(link.url)}"


def _options(decision: Decision) -> Iterator[str]:
    if decision.is_after_the_fact:
        return
    for option in decision.options:
        chosen = ", chosen" if option.position == decision.option_position else ""
        heading = f"### {option.letter}. {markdown_escaped(option.name)}{chosen}"
        said_of_it = {"Value": option.value, "Cost": option.cost}
        yield "\n\n".join(
            [heading, *(f"{name}:\n\n{quoted(text)}" for name, text in said_of_it.items() if text)]
        )


def _acceptance(decision: Decision) -> Iterator[str]:
    for claim in decision.claims:
        link = f" ({address(claim.link)})" if claim.link else ""
        verb = "claimed" if claim.round == 1 else "submitted again"
        yield (
            f"Round {claim.round}, {verb} by {who(claim.by)} on "
            f"{wording.day_of(decision, claim.at)}{link}:\n\n{quoted(claim.evidence)}"
        )
    if decision.criteria:
        yield _lines(
            f"{criterion.position}. {markdown_escaped(criterion.text)}: {_verdicts(criterion)}"
            for criterion in decision.criteria
        )


def _verdicts(criterion: Criterion) -> str:
    found = [
        f"{verdict.verdict.label} in round "
        f"{verdict.round}{f' ({markdown_escaped(verdict.reason)})' if verdict.reason else ''}"
        for verdict in criterion.verdicts
    ]
    return ", ".join(found) or "no verdict yet"


def _impact(decision: Decision) -> Iterator[str]:
    if decision.decided_without_impact and decision.settlement:
        missing = phrases.capital(outcomes.without_impact(decision, decision.settlement))
        yield f"{missing}: it was not stated in time."
    for statement in decision.impacts:
        late = ", late" if statement.late else ""
        yield (
            f"Round {statement.round}, stated by {who_for(statement.by, statement.on_behalf_of)} "
            f"({decision.words.role(statement.role)}) "
            f"on {wording.day_of(decision, statement.at)}{late}: "
            f"{phrases.slip(statement.days)}; confidence {statement.confidence.value}."
        )
        facts = (
            ("Displaces", statement.displaces),
            ("Risk", statement.risk),
            ("Note", statement.note),
        )
        yield "\n\n".join(f"{label}:\n\n{quoted(text)}" for label, text in facts if text)
    if not decision.state.settled:
        yield impact_missed(decision)


def _question(question: Any) -> str:
    answer = (
        f"Answer:\n\n{quoted(question.answer)}" if question.answer is not None else "Not answered."
    )
    return (
        f"{who(question.asked_by)} asked "
        f"{who(question.asked_of)}:\n\n{quoted(question.text)}\n\n{answer}"
    )


def _outcome(decision: Decision, settlement: Settlement) -> str:
    words = (
        f"Round {settlement.round}, {wording.day_of(decision, settlement.at)}: "
        f"{said(outcomes.outcome_words(decision, settlement))}"
    )
    why = "".join(
        f"\n\n{label}:\n\n{quoted(reason)}"
        for label, reason in reasons.labelled_reasons(decision, settlement)
    )
    since = outcomes.since(decision, settlement)
    ended = f"\n\n{said(since)}" if since else ""
    return f"{words}{why}{ended}\n\nRecord at that moment: `{settlement.hash}`"


def _consequences(decision: Decision) -> Iterator[str]:
    if decision.commitment:
        for move in decision.commitment.moves:
            if move.decision_id == decision.id:
                back = " (a reversal)" if move.undoes else ""
                scope = f"; scope: {markdown_escaped(move.scope)}" if move.scope else ""
                moved = f"{day(move.from_on)} → {day(move.to_on)}, {phrases.signed_days(move.days)}"
                yield (
                    f"- Commitment {markdown_escaped(decision.commitment.name)}: "
                    f"{moved}{back}{scope}"
                )
    standing = standing_follow_ups(decision)
    for follow_up in decision.follow_ups:
        state = (
            f"done on {wording.day_of(decision, follow_up.done_at)}"
            if follow_up.done_at
            else f"due on {day(follow_up.due_on)}"
        )
        state += "" if follow_up in standing else " (its verdict no longer stands)"
        yield f"- Follow-up of {who(follow_up.owner)}, {state}: {markdown_escaped(follow_up.what)}"
    for settlement in decision.settlements:
        if settlement.held:
            yield (
                f"- Forecast {settlement.held.value}: "
                f"{phrases.slip(settlement.actual_days or 0)} in fact. "
                f"{markdown_escaped(settlement.review_note)}"
            )
    if decision.superseded_by:
        yield f"- Superseded by {decision.superseded_by}"
    if decision.disputed_in:
        yield f"- Disputed in {decision.disputed_in}"


def _happened(decision: Decision, event: HistoryEvent) -> str:
    sentence = history.sentence(event, is_after_the_fact=decision.is_after_the_fact)
    return f"{event.at:%Y-%m-%d %H:%M} UTC: {' '.join(said(sentence).split())}"
