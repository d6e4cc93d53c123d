"""The decision as Slack shows it: card, requests by direct message, outcome. Pure: record in, message out (product.md §5)."""

from __future__ import annotations

from handlers import blocks
from handlers.answers import Block, Message
from handlers.blocks import escape, shorten
from models.decision import Decision
from models.post import Post
from models.rules import Decider, Impact, Outcome, State
from models.words import day, number, when, where, who

# chat.update refuses a `text` of more than 4,000 characters (slack.md §4).
TEXT_LIMIT = 3900


def card(decision: Decision, post: Post) -> Message:
    """The card in the channel: all there is to know, and the buttons that still make sense."""
    return Message(_summary(decision), [*_body(decision), *_buttons(decision)])


def impact_request(decision: Decision, post: Post) -> Message:
    """To the counterpart: what is asked, and until when."""
    ask = f"{escape(decision.title)} (#{decision.number}) in {_channel(decision)}"
    if decision.state.settled:
        first = f"{_title(decision)}: {_settled_words(decision)} Nothing is waiting for you."
    elif decision.statement:
        first = f"{_title(decision)}: you have stated the impact. {_state_words(decision)}"
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
        first = f"{_title(decision)}: {_settled_words(decision)} Nothing is waiting for you."
    elif not yours:
        first = f"{_title(decision)}: you have signed. {_state_words(decision)}"
    elif decision.is_acceptance:
        first = f"{who(decision.raised_by)} says {escape(decision.title)} (#{decision.number}) is finished. Does it meet the need?"
    else:
        what = "your signature" if decision.decides is Decider.JOINT else "your decision"
        first = f"{_title(decision)} in {_channel(decision)} waits for {what}."
    return _direct(decision, first)


def settled(decision: Decision, post: Post) -> Message:
    """To the raiser: what became of it, and why."""
    first = f"What you raised, {_title(decision)}, is settled: {_settled_words(decision)}"
    message = [
        blocks.section(first),
        *_reason(decision),
        blocks.context(f"In {_channel(decision)}. {_facts(decision)}"),
    ]
    return Message(_limited(f"{first} {_why(decision)}"), message)


def outcome(decision: Decision, post: Post) -> Message:
    """To the channel: one sentence that stands alone, the reason, and what makes the record checkable."""
    first = f"{_title(decision)}: {_settled_words(decision)}"
    shown = [blocks.section(f"*{_title(decision)}*: {_settled_words(decision)}"), *_reason(decision)]
    return Message(
        _limited(f"{first} {_why(decision)}"), [*shown, *_follow_ups(decision), blocks.context(_facts(decision))]
    )


# ---- sentences -------------------------------------------------------------------------------------------------------


def _title(decision: Decision) -> str:
    return f"#{decision.number} {escape(decision.title)}"


def _channel(decision: Decision) -> str:
    return where(decision.channel.slack_id)


def _state_words(decision: Decision) -> str:
    """Where it stands and who must act, in one sentence."""
    if decision.state.settled:
        return _settled_words(decision)
    if decision.state is State.AWAITING_IMPACT:
        assert decision.impact_due_at
        return f"Waiting for the impact from {who(decision.counterpart)}, until {when(decision.impact_due_at)}."
    people = " and ".join(who(person) for person in dict.fromkeys(decision.still_to_sign.values()))
    if decision.state is State.AWAITING_SIGNATURE:
        return f"Signed by {_signers(decision)}; waiting for the second signature, from {people}."
    if decision.decides is Decider.JOINT:
        return (
            f"Waiting for the signatures of {people}." if not decision.same_person else f"Waiting for {people} to sign."
        )
    return f"Waiting for {people} to decide."


def _settled_words(decision: Decision) -> str:
    """What became of it, by whom and by what right."""
    assert decision.settled_by
    if decision.state is State.WITHDRAWN:
        return f"withdrawn by {who(decision.settled_by)}; it was not decided."
    right = f"{_role_of_decider(decision)}, {decision.kind.label}"
    if decision.outcome is Outcome.APPROVED and decision.decides is Decider.JOINT:
        by = f"approved, signed by {_signers(decision)} ({decision.kind.label})"
    else:
        by = f"{decision.outcome_word} by {who(decision.settled_by)} ({right})"
    option = decision.option
    chosen = f": {option.letter}, {escape(option.name)}" if option else ""
    return f"{by}{chosen}."


def _role_of_decider(decision: Decision) -> str:
    roles = [role.label for role, person in decision.holders.items() if person == decision.settled_by]
    return " and ".join(roles)


def _signers(decision: Decision) -> str:
    signers = [one.person for one in decision.signatures if one.round == decision.round]
    return " and ".join(who(person) for person in dict.fromkeys(signers))


def _why(decision: Decision) -> str:
    return f"Why: {escape(decision.settled_reason or '')}"


def _facts(decision: Decision) -> str:
    """What the record adds: warnings first, then the version of the rights and the head of the hash chain."""
    facts = []
    if decision.decided_without_impact:
        facts.append("decided without impact")
    if decision.impact is Impact.LATE:
        facts.append("impact stated late")
    if decision.same_person:
        facts.append("same person in both roles")
    facts.append(f"rights v{decision.rights_version.number}")
    if decision.settled_hash:
        facts.append(f"record {decision.settled_hash[:12]}")
    sentence = " · ".join(facts)
    return sentence[0].upper() + sentence[1:]


def _summary(decision: Decision) -> str:
    """The whole card in plain sentences, for notifications and screen readers."""
    parts = [f"{_title(decision)}. {_capital(_state_words(decision))}", decision.routed, _origin(decision)]
    if decision.state.settled:
        parts.append(_why(decision))
    if decision.why_now:
        parts.append(f"Why now: {escape(decision.why_now)}")
    parts += [
        f"Option {one.letter}: {escape(one.name)}; value: {escape(one.value)}; cost: {escape(one.cost)}."
        for one in decision.options
    ]
    if decision.statement:
        parts.append(f"Impact: {_slip(decision.statement.days)}; risk: {escape(decision.statement.risk)}.")
    parts += [f"Criterion {one.position}: {escape(one.text)}." for one in decision.criteria]
    return _limited(" ".join(parts))


def _limited(text: str) -> str:
    return shorten(text, TEXT_LIMIT)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _origin(decision: Decision) -> str:
    due = f" Decide by {day(decision.due_on)}." if decision.due_on else ""
    consulted = ", ".join(who(person) for person in decision.consulted)
    asked = f" {consulted}: your view is wanted in the thread." if consulted else ""
    verb = "Claimed" if decision.is_acceptance else "Raised"
    return f"{verb} by {who(decision.raised_by)}.{due}{asked}"


def _slip(days: int) -> str:
    if days == 0:
        return "no slip"
    return f"{number(days, 'day')} of slip" if days > 0 else f"{number(-days, 'day')} earlier"


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _direct(decision: Decision, first: str) -> Message:
    buttons = [*_buttons(decision)]
    return Message(_limited(first), [blocks.section(first), blocks.divider(), *_body(decision), *buttons])


def _body(decision: Decision) -> list[Block]:
    kind = "Acceptance" if decision.is_acceptance else decision.kind.label.capitalize()
    shown = [
        blocks.header(f"#{decision.number} {decision.title}"),
        blocks.section(f"*{_capital(_state_words(decision))}*"),
        *_reason(decision),
        *_claim(decision),
        *_question(decision),
        *_impact(decision),
        *_first_signature(decision),
        *_criteria(decision),
        *_follow_ups(decision),
    ]
    return [*shown, blocks.context(f"{kind} · {decision.routed} {_origin(decision)}"), *_record_line(decision)]


def _record_line(decision: Decision) -> list[Block]:
    return [blocks.context(_facts(decision))] if decision.state.settled or decision.impact is Impact.LAPSED else []


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
    head = f"*Impact, stated by {who(statement.by)} ({statement.role.label}{late}):* {_slip(statement.days)}, {statement.confidence} confidence"
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
