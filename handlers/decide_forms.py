"""The forms that end a round: approve, reject, defer, withdraw; and the impact statement before it. Each reads itself back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from handlers.answers import Block, View
from handlers.card.body import default_review, ground_words, if_approved
from handlers.requests import FormState
from handlers.ui import blocks, fields, wording
from handlers.ui.forms import REASON_LIMIT, SIDE_LIMIT, about, metadata, read_reason, reason_field, titled
from models.mrkdwn import escaped, who
from models.refusals.deciding import FieldsInvalid
from models.rules import Confidence, Decider
from models.tables.decision import Decision
from models.tables.tradeoff import ImpactStatement, Option

LONGEST_DEFERRAL = timedelta(days=366)

# ---- impact ----------------------------------------------------------------------------------------------------------

# (number, forecast days, actual days) of earlier statements by the same person.
Track = Sequence[tuple[int, int, int]]


def impact(decision: Decision, track: Track = ()) -> View:
    """The counterpart's statement: five things; and how their last forecasts turned out."""
    levels = [blocks.choice(level.value, level.value.capitalize()) for level in Confidence]
    given = decision.statement
    shown = [
        titled(decision),
        *([blocks.context("You hold both roles here. State the other side's impact as if you were not the one to decide.")]
          if decision.same_person else []),
        *_track(track),
        blocks.field("days", "Days of slip", blocks.number_input(least=-365, most=999, initial=given.days if given else None),
                     hint="Working days that promised dates move, with the option that costs most. 0 for none, a minus for earlier."),
        blocks.field("displaces", "What it displaces", blocks.text_input(limit=SIDE_LIMIT, initial=given.displaces if given else ""), optional=True),
        blocks.field("risk", "Risk", blocks.text_input(limit=SIDE_LIMIT, initial=given.risk if given else ""), optional=True),
        blocks.field("confidence", "How sure are you?", blocks.select(levels, initial=given.confidence if given else "",
                                                                      placeholder="Low, medium or high")),
        blocks.field("note", "Note", blocks.text_input(limit=REASON_LIMIT, multiline=True, initial=given.note if given else ""), optional=True,
                     hint="For instance what the other options would cost."),
    ]  # fmt: skip
    return blocks.form("impact.state", "State impact", shown, about(decision), submit="State impact")


def _track(track: Track) -> list[Block]:
    if not track:
        return []
    words = "; ".join(f"#{number}: {forecast} forecast, {actual} in fact" for number, forecast, actual in track)
    return [blocks.context(f"How your last forecasts turned out, in days of slip. {words}.")]


def read_impact(state: FormState, decision: Decision) -> ImpactStatement:
    """What was typed. Raises FieldsInvalid."""
    errors: dict[str, str] = {}
    days, confidence = fields.whole_number(state, "days"), fields.chosen(state, "confidence")
    if days is None or not -365 <= days <= 999:
        errors["days"] = "Give whole days between -365 and 999; 0 for no slip."
    if confidence not in [level.value for level in Confidence]:
        errors["confidence"] = "Say how sure you are: low, medium or high."
    if errors:
        raise FieldsInvalid(errors)
    return ImpactStatement(
        role=decision.decides.asked_for_impact, days=days, confidence=Confidence(confidence),
        displaces=fields.text(state, "displaces"), risk=fields.text(state, "risk"), note=fields.text(state, "note"),
    )  # fmt: skip


def revision(decision: Decision) -> View:
    """What the holder doubts in the statement."""
    shown = [
        titled(decision),
        *_sides(decision),
        reason_field(
            f"{_name(decision)} reads it, and can state the impact anew. You need not wait for that.",
            "What should be revised?",
        ),
    ]
    return blocks.form("impact.ask_revision", f"Ask about #{decision.number}", shown, about(decision), submit="Ask")


def _name(decision: Decision) -> str:
    return f"The {decision.decides.asked_for_impact.label}"


# ---- approve ---------------------------------------------------------------------------------------------------------


def approval(decision: Decision, person: str, today: date, *, seen: str | None = None) -> View:
    """Which option, what becomes of the promise, and why. The second signature of a joint decision signs what the first chose.

    `seen` is the ground that the form showed before: what is new since then is said first.
    """
    shown: list[Block] = [
        titled(decision), *_news(decision, seen), *_instead(decision, person), *_sides(decision), *_ground(decision),
    ]  # fmt: skip
    signed = decision.first_signature
    if signed and person in decision.holders.values():
        option = next(one for one in decision.options if one.position == signed.option_position)
        shown.append(blocks.typed(f"You sign option {option.letter}", option.name))
        shown += _promise_signed(decision, signed.moves)
    else:
        choices = [blocks.choice(str(one.position), f"{one.letter}. {one.name}") for one in decision.options]
        shown.append(blocks.field("option", "Option", blocks.select(choices, placeholder="Which one?")))
        shown += _promise_field(decision)
    if decision.statement and _would_settle(decision, person):
        shown.append(
            blocks.field("review_on", "Ask on this day whether the forecast held",
                         blocks.date_input(default_review(decision, today)), optional=True)
        )  # fmt: skip
    shown.append(reason_field("The record and the channel keep your reason."))
    submit = "Sign" if decision.decides is Decider.JOINT and person in decision.holders.values() else "Approve"
    return blocks.form(
        "decide.approve", f"{submit} #{decision.number}", shown,
        about(decision, ground=ground_seen(decision)), submit=submit,
    )  # fmt: skip


def _would_settle(decision: Decision, person: str) -> bool:
    """No other signature is missing."""
    return person not in decision.holders.values() or set(decision.still_to_sign.values()) == {person}


def ground_seen(decision: Decision) -> str:
    """What the form shows that others may change: promised date, impact statement, and what was signed."""
    promised = decision.commitment.promised_on.isoformat() if decision.commitment else ""
    signed = decision.first_signature
    return f"{promised} {decision.statement.id if decision.statement else ''} {signed.person if signed else ''}"


def _news(decision: Decision, seen: str | None) -> list[Block]:
    if seen is None:
        return []
    promised, statement, signature = seen.split(" ")
    now, stated, signed = ground_seen(decision).split(" ")
    happened = [f"{escaped(decision.commitment.name)} moved" if decision.commitment else ""] * (promised != now)
    happened += ["the impact was revised" if statement else "the impact was stated"] * (statement != stated)
    happened += [f"{who(signed)} signed"] * (signature != signed)
    return [
        blocks.section(
            f"*This happened while your form was open: {' and '.join(happened)}.* Look again before you approve."
        )
    ]


def _instead(decision: Decision, person: str) -> list[Block]:
    instead = decision.role_holder(person)
    if instead:
        return [blocks.context(f"You decide for {who(instead)}; both names stand in the record.")]
    if person == decision.escalated_to and person not in decision.holders.values():
        return [blocks.context("You decide as sponsor, by escalation; the record says so.")]
    return []


def _ground(decision: Decision) -> list[Block]:
    if not decision.commitment or not decision.ground_moved:
        return []
    return [blocks.section(f"*{ground_words(decision, decision.commitment)}*")]


def _promise_field(decision: Decision) -> list[Block]:
    commitment = decision.commitment
    if commitment is None or not commitment.is_open:
        return []
    own = commitment.days_by(decision.id)
    without = wording.short_day(commitment.without(decision.id))
    keeps = f"Take it back to {without}" if own else f"Leave it at {without}"
    stays = "Leave" if decision.move_to == commitment.promised_on else "Move"
    to = wording.short_day(decision.move_to) if decision.move_to else ""
    moves = f"{stays} it {'at' if stays == 'Leave' else 'to'} {to}" if to else "Change its scope"
    return [
        blocks.section(f"*{escaped(commitment.name)}*: {if_approved(decision, commitment)}"),
        blocks.field("moves", "The commitment", blocks.select([blocks.choice("yes", moves), blocks.choice("no", keeps)],
                                                              placeholder="Does it change?")),
    ]  # fmt: skip


def _promise_signed(decision: Decision, moves: bool) -> list[Block]:
    commitment = decision.commitment
    if commitment is None:
        return []
    words = if_approved(decision, commitment) if moves else "stays as it is."
    return [blocks.section(f"*{escaped(commitment.name)}*: {words}")]


def _sides(decision: Decision) -> list[Block]:
    statement = decision.statement
    if statement:
        sentence = (
            f"Impact, says {who(statement.by)}: {wording.slip(statement.days)}, {statement.confidence} confidence."
        )
        return [
            blocks.context(sentence),
            *([blocks.typed("Displaces", statement.displaces)] if statement.displaces else []),
        ]
    if decision.impact_due_at:
        return [blocks.context("No impact was stated. The record will say “decided without impact”.")]
    return []


def read_approval(state: FormState, decision: Decision, today: date) -> tuple[Option | None, bool, date | None, str]:
    """The chosen option (None when the first signature has chosen), whether the promise moves, the review date, the reason.

    Raises FieldsInvalid.
    """
    errors: dict[str, str] = {}
    asked = "option" in state
    option = next((one for one in decision.options if str(one.position) == fields.chosen(state, "option")), None)
    moves, review_on = fields.chosen(state, "moves"), fields.day(state, "review_on")
    if option is None and (asked or not decision.first_signature):
        errors["option"] = "Choose the option that you approve."
    if "moves" in state and moves not in ("yes", "no"):
        errors["moves"] = "Say whether the commitment changes."
    if review_on and review_on <= today:
        errors["review_on"] = "Choose a later day, or none."
    if errors:
        raise FieldsInvalid(errors)
    return option, moves == "yes", review_on, read_reason(state)


# ---- the other endings -----------------------------------------------------------------------------------------------


def rejection(decision: Decision, person: str) -> View:
    shown = [titled(decision), *_instead(decision, person), reason_field("The raiser reads it; the channel too.")]
    return blocks.form("decide.reject", f"Reject #{decision.number}", shown, about(decision), submit="Reject")


def deferral(decision: Decision, person: str) -> View:
    shown = [
        titled(decision),
        *_instead(decision, person),
        blocks.field("until", "Comes back on", blocks.date_input(),
                     hint="By itself, at 09:00 in the channel's time zone, to whoever holds the right on that day."),
        reason_field("The raiser reads it; the channel too."),
    ]  # fmt: skip
    return blocks.form("decide.defer", f"Defer #{decision.number}", shown, about(decision), submit="Defer")


def read_deferral(state: FormState, today: date) -> tuple[date, str]:
    """Until when, and why. Raises FieldsInvalid."""
    until = fields.day(state, "until")
    if until is None or not today < until <= today + LONGEST_DEFERRAL:
        raise FieldsInvalid({"until": "Choose a day after today, within a year."})
    return until, read_reason(state)


def withdrawal(decision: Decision) -> View:
    shown = [titled(decision), reason_field("It stays in the record, as withdrawn.")]
    return blocks.form(
        "decide.withdraw", f"Withdraw #{decision.number}", shown, metadata(decision=decision.id), submit="Withdraw"
    )
