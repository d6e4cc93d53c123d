"""The decision as Slack shows it: card, requests by direct message, outcome. Pure: record in, message out (product.md §5)."""

from __future__ import annotations

from handlers import blocks, sentences
from handlers.answers import Block, Message
from handlers.blocks import escape
from models.decision import Decision
from models.post import Post
from models.rules import Decider, Impact, State
from models.words import day, when, who


def card(decision: Decision, post: Post) -> Message:
    """The card in the channel: all there is to know, and the buttons that still make sense."""
    return Message(sentences.summary(decision), [*_body(decision), *_buttons(decision)])


def impact_request(decision: Decision, post: Post) -> Message:
    """To the counterpart: what is asked, and until when."""
    ask = f"{escape(decision.title)} (#{decision.number}) in {sentences.channel(decision)}"
    if decision.state.settled:
        first = f"{sentences.title(decision)}: {sentences.settled_words(decision)} Nothing is waiting for you."
    elif decision.statement:
        first = f"{sentences.title(decision)}: you have stated the impact. {sentences.state_words(decision)}"
    elif decision.impact is Impact.LAPSED:
        first = f"The time to state the impact of {ask} has passed. You still can, and it will be marked as late."
    else:
        assert decision.impact_due_at
        first = f"{who(decision.raised_by)} asks: what would {ask} cost? Please state the impact by {when(decision.impact_due_at)}."
    return _direct(decision, first)


def decision_request(decision: Decision, post: Post) -> Message:
    """To whoever holds the right: value and impact side by side, and the buttons to decide."""
    yours = post.person in decision.still_to_sign.values()
    if decision.state.settled:
        first = f"{sentences.title(decision)}: {sentences.settled_words(decision)} Nothing is waiting for you."
    elif not yours:
        first = f"{sentences.title(decision)}: you have signed. {sentences.state_words(decision)}"
    elif decision.is_acceptance:
        first = f"{who(decision.raised_by)} says {escape(decision.title)} (#{decision.number}) is finished. Does it meet the need?"
    else:
        what = "your signature" if decision.decides is Decider.JOINT else "your decision"
        first = f"{sentences.title(decision)} in {sentences.channel(decision)} waits for {what}."
    return _direct(decision, first)


def settled(decision: Decision, post: Post) -> Message:
    """To the raiser: what became of it, and why."""
    first = f"What you raised, {sentences.title(decision)}, is settled: {sentences.settled_words(decision)}"
    message = [
        blocks.section(first),
        *_reason(decision),
        blocks.context(f"In {sentences.channel(decision)}. {sentences.facts(decision)}"),
    ]
    return Message(sentences.limited(f"{first} {sentences.why(decision)}"), message)


def outcome(decision: Decision, post: Post) -> Message:
    """To the channel: one sentence that stands alone, the reason, and what makes the record checkable."""
    first = f"{sentences.title(decision)}: {sentences.settled_words(decision)}"
    shown = [blocks.section(f"*{sentences.title(decision)}*: {sentences.settled_words(decision)}"), *_reason(decision)]
    return Message(
        sentences.limited(f"{first} {sentences.why(decision)}"),
        [*shown, *_follow_ups(decision), blocks.context(sentences.facts(decision))],
    )


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _direct(decision: Decision, first: str) -> Message:
    buttons = [*_buttons(decision)]
    return Message(sentences.limited(first), [blocks.section(first), blocks.divider(), *_body(decision), *buttons])


def _body(decision: Decision) -> list[Block]:
    kind = "Acceptance" if decision.is_acceptance else decision.kind.label.capitalize()
    shown = [
        blocks.header(f"#{decision.number} {decision.title}"),
        blocks.section(f"*{sentences.capital(sentences.state_words(decision))}*"),
        *_reason(decision),
        *_claim(decision),
        *_question(decision),
        *_impact(decision),
        *_first_signature(decision),
        *_criteria(decision),
        *_follow_ups(decision),
    ]
    return [*shown, blocks.context(f"{kind} · {decision.routed} {sentences.origin(decision)}"), *_record_line(decision)]


def _record_line(decision: Decision) -> list[Block]:
    return (
        [blocks.context(sentences.facts(decision))]
        if decision.state.settled or decision.impact is Impact.LAPSED
        else []
    )


def _question(decision: Decision) -> list[Block]:
    shown = [blocks.typed("Why now", decision.why_now)] if decision.why_now else []
    if decision.options:
        rows = [(f"{one.letter}. {one.name}", one.value, one.cost) for one in decision.options]
        shown.append(blocks.table(("Option", "Value", "Cost"), rows))
    return shown


def _claim(decision: Decision) -> list[Block]:
    claim = decision.claims[-1] if decision.claims else None
    return [blocks.lines([("Evidence", claim.evidence), ("Link", claim.link or "")])] if claim else []


def _impact(decision: Decision) -> list[Block]:
    statement = decision.statement
    if statement is None:
        return [
            blocks.section(f"*No impact was stated by {who(decision.counterpart)}* in the time the channel gives.")
        ] * (decision.impact is Impact.LAPSED)
    late = ", late" if statement.late else ""
    head = f"*Impact, stated by {who(statement.by)} ({statement.role.label}{late}):* {sentences.slip(statement.days)}, {statement.confidence} confidence"
    rest = [("Displaces", statement.displaces), ("Risk", statement.risk), ("Note", statement.note)]
    return [blocks.section(head), *([blocks.lines(rest)] if any(text for _, text in rest) else [])]


def _first_signature(decision: Decision) -> list[Block]:
    if decision.decides is not Decider.JOINT:
        return []
    names = {one.position: one for one in decision.options}
    shown = []
    for signature in decision.signatures:
        option = names.get(signature.option_position or 0)
        chosen = f" for {option.letter}, {escape(option.name)}" if option else ""
        shown += [
            blocks.section(f"*Signed by {who(signature.person)} ({signature.role.label}){chosen}*"),
            blocks.quote(signature.reason),
        ]
    return shown


def _criteria(decision: Decision) -> list[Block]:
    if not decision.criteria:
        return []
    rows = []
    for criterion in decision.criteria:
        verdict = criterion.verdict
        words = verdict.verdict.label if verdict else "no verdict yet"
        if verdict and verdict.reason:
            words += f": {verdict.reason}"
        rows.append((f"{criterion.position}. {criterion.text}", words))
    return [blocks.table(("Criterion", "Verdict"), rows)]


def _follow_ups(decision: Decision) -> list[Block]:
    if not decision.follow_ups:
        return []
    shown: list[Block] = [blocks.section("*Follow-ups*")]
    for one in decision.follow_ups:
        shown.append(
            blocks.rich([{"type": "rich_text_section", "elements": [
                {"type": "text", "text": f"{one.position}. {one.what} – "},
                {"type": "user", "user_id": one.owner},
                {"type": "text", "text": f", by {day(one.due_on)}"},
            ]}])
        )  # fmt: skip
    return shown


def _reason(decision: Decision) -> list[Block]:
    return [blocks.quote(decision.settled_reason)] if decision.settled_reason else []


def _buttons(decision: Decision) -> list[Block]:
    """What can be done now; none once it is settled. Who may press is checked at the click, not here."""
    if decision.state.settled:
        return []
    value, about = str(decision.id), f"#{decision.number}"
    shown = []
    if decision.impact in (Impact.AWAITED, Impact.LAPSED):
        style = "primary" if decision.impact is Impact.AWAITED else ""
        shown.append(
            blocks.button("State impact", "impact.state", value, style=style, about=f"State impact of {about}")
        )
    if decision.is_acceptance:
        shown += [
            blocks.button("Accept", "accept.accept", value, style="primary", about=f"Accept {about}"),
            blocks.button(
                "Accept with follow-ups", "accept.follow_ups", value, about=f"Accept {about} with follow-ups"
            ),
            blocks.button("Send back", "accept.send_back", value, about=f"Send {about} back"),
        ]
    elif decision.state is not State.AWAITING_IMPACT:
        shown += [
            blocks.button("Approve", "tradeoff.approve", value, style="primary", about=f"Approve {about}"),
            blocks.button("Reject", "tradeoff.reject", value, about=f"Reject {about}"),
        ]
    shown.append(blocks.button("Withdraw", "tradeoff.withdraw", value, about=f"Withdraw {about}"))
    return [blocks.actions(*shown)]
