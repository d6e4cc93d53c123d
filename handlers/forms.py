"""The forms of a tradeoff: raise it, state impact, decide, withdraw. Pure; each form also reads itself back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from handlers import blocks, typed
from handlers.answers import Block, View
from handlers.blocks import escape
from handlers.requests import FormState
from models.decision import Decision
from models.raising import Ask
from models.refusals import FieldsInvalid
from models.rights import RightsVersion
from models.rules import TRADEOFF_KINDS, Confidence, Decider, Kind, Right
from models.tradeoff import ImpactStatement, Option
from models.words import number, who

TITLE_LIMIT = 120
WHY_LIMIT = 3000
NAME_LIMIT = 75
SIDE_LIMIT = 300
REASON_LIMIT = 1000
FEWEST_OPTIONS, MOST_OPTIONS = 2, 5


def metadata(**facts: Any) -> str:
    """What a form must remember; Slack hands it back unseen (private_metadata, 3,000 characters)."""
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False)


def remembered(text: str) -> dict[str, Any]:
    return dict(json.loads(text)) if text else {}


# ---- raise -----------------------------------------------------------------------------------------------------------


def tradeoff(rights: RightsVersion, title: str = "", why_now: str = "", options: int = FEWEST_OPTIONS) -> View:
    """Raise a tradeoff here; each kind says who decides it. `options` is how many rows to show (2 to 5)."""
    shown: list[Block] = [
        blocks.context(f"{_people(rights)} Rights v{rights.number}."),
        blocks.field("title", "Title", blocks.text_input(limit=TITLE_LIMIT, initial=title, placeholder="Add Apple Pay to Sprint 14")),
        blocks.field("kind", "Kind", blocks.select([_kind(kind, rights.table[kind]) for kind in TRADEOFF_KINDS],
                                                   placeholder="What sort of decision is it?")),
        blocks.field("why_now", "Why now", blocks.text_input(limit=WHY_LIMIT, initial=why_now, multiline=True)),
    ]  # fmt: skip
    for position in range(1, options + 1):
        shown += _option_row(position)
    if options < MOST_OPTIONS:
        shown.append(blocks.actions(blocks.button("Add another option", "tradeoff.add_option", str(options + 1))))
    shown += [
        blocks.field("due_on", "Decide by", blocks.date_input(), optional=True),
        blocks.field("consulted", "People to consult", blocks.people_input(10), optional=True,
                     hint="They are named on the card and asked for their view in its thread."),
    ]  # fmt: skip
    remember = metadata(channel=rights.channel.slack_id)
    return blocks.form("tradeoff.raise", "Raise a tradeoff", shown, remember, submit="Raise")


def _option_row(position: int) -> list[Block]:
    letter = chr(ord("A") + position - 1)
    return [
        blocks.divider(),
        blocks.field(f"option{position}_name", f"Option {letter}", blocks.text_input(limit=NAME_LIMIT)),
        blocks.field(
            f"option{position}_value", f"Value of {letter}", blocks.text_input(limit=SIDE_LIMIT), optional=True
        ),
        blocks.field(f"option{position}_cost", f"Cost of {letter}", blocks.text_input(limit=SIDE_LIMIT), optional=True),
    ]


def _kind(kind: Kind, right: Right) -> dict[str, Any]:
    return blocks.choice(kind.value, f"{kind.label.capitalize()}: {kind.meaning}", decided_by(right))


def decided_by(right: Right) -> str:
    """Who decides, and what comes first, in words."""
    if right.decides is Decider.JOINT:
        sentence = "Product owner and project manager sign"
    else:
        sentence = f"The {right.decides.roles[0].label} decides"
    return f"{sentence}, after the {right.decides.asked_for_impact.label}'s impact" * right.impact_first or sentence


def _people(rights: RightsVersion) -> str:
    if rights.same_person:
        return f"{who(rights.product_owner)} is both product owner and project manager here."
    return f"{who(rights.product_owner)} is product owner here, {who(rights.project_manager)} project manager."


def option_count(state: FormState) -> int:
    """How many option rows the form shows now."""
    return sum(f"option{position}_name" in state for position in range(1, MOST_OPTIONS + 1)) or FEWEST_OPTIONS


def read_tradeoff(state: FormState, today: date) -> Ask:
    """What was typed. `today` is the channel's day. Raises FieldsInvalid with a sentence for each field that needs work."""
    errors: dict[str, str] = {}
    title = typed.one_line(typed.text(state, "title"))
    why_now, due_on, kind = typed.text(state, "why_now"), typed.day(state, "due_on"), typed.chosen(state, "kind")
    if not title:
        errors["title"] = "Give it a title, so that people can speak of it."
    if not why_now:
        errors["why_now"] = "Say why this needs a decision now."
    if kind not in [one.value for one in TRADEOFF_KINDS]:
        errors["kind"] = "Choose a kind: it says who decides."
    if due_on and due_on < today:
        errors["due_on"] = "That day has passed. Choose today or a later day."
    options = _read_options(state, errors)
    if errors:
        raise FieldsInvalid(errors)
    return Ask(title, Kind(kind), why_now, options, due_on, typed.people(state, "consulted"))


def _read_options(state: FormState, errors: dict[str, str]) -> list[tuple[str, str, str]]:
    options: list[tuple[str, str, str]] = []
    names: set[str] = set()
    for position in range(1, option_count(state) + 1):
        name, value, cost = (
            typed.one_line(typed.text(state, f"option{position}_{part}")) for part in ("name", "value", "cost")
        )
        if not name:
            errors[f"option{position}_name"] = (
                "Name this option. A tradeoff needs at least two; “change nothing” can be one."
            )
        elif name.casefold() in names:
            errors[f"option{position}_name"] = (
                "This option stands above already. Make them different, or name another way."
            )
        names.add(name.casefold())
        options.append((name, value, cost))
    return options


# ---- impact ----------------------------------------------------------------------------------------------------------


def impact(decision: Decision) -> View:
    """The counterpart's statement: five things."""
    levels = [blocks.choice(level.value, level.value.capitalize()) for level in Confidence]
    shown = [
        blocks.section(f"*#{decision.number} {escape(decision.title)}*"),
        *([blocks.context("You hold both roles here. State the other side's impact as if you were not the one to decide.")]
          if decision.same_person else []),
        blocks.field("days", "Days of slip", blocks.number_input(least=-365, most=999),
                     hint="Working days that promised dates move. 0 for none, a minus for earlier."),
        blocks.field("displaces", "What it displaces", blocks.text_input(limit=SIDE_LIMIT), optional=True),
        blocks.field("risk", "Risk", blocks.text_input(limit=SIDE_LIMIT), optional=True),
        blocks.field("confidence", "How sure are you?", blocks.select(levels, placeholder="Low, medium or high")),
        blocks.field("note", "Note", blocks.text_input(limit=REASON_LIMIT, multiline=True), optional=True),
    ]  # fmt: skip
    return blocks.form("impact.state", "State impact", shown, metadata(decision=decision.id), submit="State impact")


def read_impact(state: FormState, decision: Decision) -> ImpactStatement:
    """What was typed. Raises FieldsInvalid."""
    errors: dict[str, str] = {}
    days, confidence = typed.whole_number(state, "days"), typed.chosen(state, "confidence")
    if days is None or not -365 <= days <= 999:
        errors["days"] = "Give whole days between -365 and 999; 0 for no slip."
    if confidence not in [level.value for level in Confidence]:
        errors["confidence"] = "Say how sure you are: low, medium or high."
    if errors:
        raise FieldsInvalid(errors)
    return ImpactStatement(
        role=decision.decides.asked_for_impact, days=days, confidence=Confidence(confidence),
        displaces=typed.text(state, "displaces"), risk=typed.text(state, "risk"), note=typed.text(state, "note"),
    )  # fmt: skip


# ---- decide ----------------------------------------------------------------------------------------------------------


def approval(decision: Decision) -> View:
    """Which option, and why. The second signature of a joint decision signs the first one's option."""
    shown: list[Block] = [blocks.section(f"*#{decision.number} {escape(decision.title)}*"), *_sides(decision)]
    signed = next((one for one in decision.signatures if one.round == decision.round), None)
    if signed:
        option = next(one for one in decision.options if one.position == signed.option_position)
        shown.append(blocks.typed(f"You sign option {option.letter}", option.name))
    else:
        choices = [blocks.choice(str(one.position), f"{one.letter}. {one.name}") for one in decision.options]
        shown.append(blocks.field("option", "Option", blocks.select(choices, placeholder="Which one?")))
    shown.append(_reason_field("The record and the channel keep your reason."))
    submit = "Sign" if decision.decides is Decider.JOINT else "Approve"
    return blocks.form(
        "tradeoff.approve", f"{submit} #{decision.number}", shown, metadata(decision=decision.id), submit=submit
    )


def _sides(decision: Decision) -> list[Block]:
    statement = decision.statement
    if statement:
        sentence = f"Impact, says {who(statement.by)}: {number(statement.days, 'day')} of slip, {statement.confidence} confidence."
        return [
            blocks.context(sentence),
            *([blocks.typed("Displaces", statement.displaces)] if statement.displaces else []),
        ]
    if decision.impact_due_at:
        return [blocks.context("No impact was stated. The record will say “decided without impact”.")]
    return []


def read_approval(state: FormState, decision: Decision) -> tuple[Option | None, str]:
    """The chosen option (None when the first signature has chosen) and the reason. Raises FieldsInvalid."""
    signed = any(one.round == decision.round for one in decision.signatures)
    option = next((one for one in decision.options if str(one.position) == typed.chosen(state, "option")), None)
    if option is None and not signed:
        raise FieldsInvalid({"option": "Choose the option that you approve."})
    return option, read_reason(state)


def rejection(decision: Decision) -> View:
    shown = [
        blocks.section(f"*#{decision.number} {escape(decision.title)}*"),
        _reason_field("The raiser reads it; the channel too."),
    ]
    return blocks.form(
        "tradeoff.reject", f"Reject #{decision.number}", shown, metadata(decision=decision.id), submit="Reject"
    )


def withdrawal(decision: Decision) -> View:
    shown = [
        blocks.section(f"*#{decision.number} {escape(decision.title)}*"),
        _reason_field("It stays in the record, as withdrawn."),
    ]
    return blocks.form(
        "tradeoff.withdraw", f"Withdraw #{decision.number}", shown, metadata(decision=decision.id), submit="Withdraw"
    )


def _reason_field(hint: str) -> Block:
    return blocks.field("reason", "Why", blocks.text_input(limit=REASON_LIMIT, multiline=True), hint=hint)


def read_reason(state: FormState) -> str:
    """The required reason. Raises FieldsInvalid."""
    reason = typed.text(state, "reason")
    if not reason:
        raise FieldsInvalid({"reason": "Say why: the reason is what people look for later."})
    return reason
