"""One decision record a decision, in the form of an ADR: title, status, context, options, impact, decision, consequences, history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from handlers.card import history
from handlers.export.names import Names
from handlers.export.plain_text import called
from handlers.ui import outcomes, phrases, wording
from models.mrkdwn import MENTION, day, number, unescaped, where, who, with_fallbacks
from models.reads.export import Whole
from models.tables.acceptance import Criterion
from models.tables.decision import Decision
from models.tables.history import HistoryEvent
from models.tables.settlement import Settlement

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# At the beginning of a line these make a list or a heading; elsewhere they are what they look like.
_LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def path(decision: Decision) -> str:
    """Where it lies in the archive: a thousand to a folder, by number, with as much of the title as any file system takes."""
    words = re.sub(r"[^a-z0-9]+", "-", decision.title.lower().encode("ascii", "ignore").decode())[
        :60
    ].strip("-")
    folder = decision.number // 1000 * 1000
    workspace = decision.channel.workspace.team
    return f"{workspace}/{folder:04d}/{decision.number:04d}{f'-{words}' if words else ''}.md"


def document(whole: Whole, names: Names) -> str:
    """The record as Markdown. What people typed is escaped: it can be no link, picture, tag or heading."""
    return MENTION.sub(lambda found: typed(called(found[1], names)), _page(whole))


def _page(whole: Whole) -> str:
    """The same, with mentions where names shall stand."""
    one = whole.decision
    parts = [
        f"# {one.number}. {typed(one.title)}",
        _lines(_facts(one)),
        f"## Status\n\n{said(phrases.capital(wording.state_words(one)))}",
        f"## Context\n\n{_context(one)}",
        _section("Options", _options(one)),
        _section("Claims and criteria", _acceptance(one)),
        _section("Impact", _impact(one)),
        _section("Questions", (_question(each) for each in one.questions)),
        _section("Decision", (_outcome(one, done) for done in one.settlements), "Not decided yet."),
        _section("Consequences", _consequences(one), "None recorded."),
        f"## History\n\n{_lines(f'{event.sequence}. {_happened(event)}' for event in whole.events)}",
        f"Record: {number(one.event_count, 'event')}, head `{one.head_hash}`",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def typed(text: str | None) -> str:
    """What a person typed, on as many lines as they used."""
    text = _SPECIAL.sub(r"\\\1", text or "")
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}", text).replace("\r", "")


def said(sentence: str) -> str:
    """A sentence of ours, which may hold what people typed."""
    parts = MENTION.split(with_fallbacks(sentence))  # text, id, text, id, text
    return "".join(
        who(part) if place % 2 else typed(unescaped(part)) for place, part in enumerate(parts)
    )


def quoted(text: str | None) -> str:
    return "\n".join(f"> {line}" for line in typed(text).split("\n"))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _section(title: str, parts: Iterable[str], otherwise: str = "") -> str:
    found = [part for part in parts if part]
    body = "\n\n".join(found) or otherwise
    return f"## {title}\n\n{body}" if body else ""


def _facts(one: Decision) -> Iterator[str]:
    yield f"- Kind: {one.kind.label}"
    yield f"- Channel: {where(one.channel.slack_id)}"
    yield f"- {said(wording.origin(one))}"
    yield f"- {said(one.routed)}"
    if one.is_after_the_fact:
        yield f"- {said(wording.made(one))}"
        yield f"- Recorded as: {typed(one.options[0].name)}"
    if one.same_person:
        yield "- Same person in both roles"


def _context(one: Decision) -> str:
    parts = [quoted(one.why_now) if one.why_now else "No reason was given."]
    if one.source_text:
        author = f" by {who(one.source_author)}" if one.source_author else ""
        link = f" ({typed(one.source_link)})" if one.source_link else ""
        parts.append(f"Raised from a message{author}{link}:\n\n{quoted(one.source_text)}")
    return "\n\n".join(parts)


def _options(one: Decision) -> Iterator[str]:
    if one.is_after_the_fact:
        return
    for option in one.options:
        chosen = ", chosen" if option.position == one.option_position else ""
        heading = f"### {option.letter}. {typed(option.name)}{chosen}"
        yield f"{heading}\n\nValue:\n\n{quoted(option.value)}\n\nCost:\n\n{quoted(option.cost)}"


def _acceptance(one: Decision) -> Iterator[str]:
    for claim in one.claims:
        link = f" ({typed(claim.link)})" if claim.link else ""
        yield f"Round {claim.round}, claimed by {who(claim.by)} on {day(claim.at.date())}{link}:\n\n{quoted(claim.evidence)}"
    if one.criteria:
        yield _lines(
            f"{each.position}. {typed(each.text)}: {_verdicts(each)}" for each in one.criteria
        )


def _verdicts(criterion: Criterion) -> str:
    found = [
        f"{each.verdict.label} in round {each.round}{f' ({typed(each.reason)})' if each.reason else ''}"
        for each in criterion.verdicts
    ]
    return ", ".join(found) or "no verdict yet"


def _impact(one: Decision) -> Iterator[str]:
    if one.decided_without_impact:
        yield "Decided without impact: nobody stated it in time."
    for each in one.impacts:
        late = ", late" if each.late else ""
        yield (
            f"Round {each.round}, stated by {who(each.by)} ({each.role.label}) on {day(each.at.date())}{late}: "
            f"{phrases.slip(each.days)}; confidence {each.confidence.value}."
        )
        facts = (("Displaces", each.displaces), ("Risk", each.risk), ("Note", each.note))
        yield "\n\n".join(f"{label}:\n\n{quoted(text)}" for label, text in facts if text)


def _question(each: Any) -> str:
    answer = f"Answer:\n\n{quoted(each.answer)}" if each.answer is not None else "Not answered."
    return f"{who(each.asked_by)} asked {who(each.asked_of)}:\n\n{quoted(each.text)}\n\n{answer}"


def _outcome(one: Decision, done: Settlement) -> str:
    words = f"Round {done.round}, {day(done.at.date())}: {said(outcomes.outcome_words(one, done))}"
    reason = f"\n\nWhy:\n\n{quoted(done.reason)}" if done.reason else ""
    ended = f"\n\n{said(outcomes.since(one, done))}" if done.since else ""
    return f"{words}{reason}{ended}\n\nRecord at that moment: `{done.hash}`"


def _consequences(one: Decision) -> Iterator[str]:
    if one.commitment:
        for move in one.commitment.moves:
            if move.decision_id == one.id:
                back = " (a reversal)" if move.undoes else ""
                scope = f"; scope: {typed(move.scope)}" if move.scope else ""
                moved = f"{day(move.from_on)} → {day(move.to_on)}, {phrases.signed_days(move.days)}"
                yield f"- Commitment {typed(one.commitment.name)}: {moved}{scope}{back}"
    for each in one.follow_ups:
        done = (
            f"done on {day(each.done_at.date())}" if each.done_at else f"due on {day(each.due_on)}"
        )
        yield f"- Follow-up of {who(each.owner)}, {done}: {typed(each.what)}"
    for settled in one.settlements:
        if settled.held:
            yield f"- Forecast {settled.held.value}: {number(settled.actual_days or 0, 'day')} in fact. {typed(settled.review_note)}"
    if one.superseded_by:
        yield f"- Superseded by {one.superseded_by}"
    if one.disputed_in:
        yield f"- Goes on as {one.disputed_in}"


def _happened(event: HistoryEvent) -> str:
    return f"{event.at:%Y-%m-%d %H:%M} UTC: {' '.join(said(history.sentence(event)).split())}"
