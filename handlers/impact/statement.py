"""Impact statement: what a decision costs the other side, its revision, the end of the window."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, Done, OpenForm, View
from handlers.requests import Click, Due, Form, FormState
from handlers.ui import blocks, fields, forms, inputs, phrases
from handlers.ui.forms import REASON_LIMIT, SIDE_LIMIT, about, reason_field, titled
from models.mrkdwn import who
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import Confidence
from models.tables.decision import Decision
from models.tables.tradeoff import ImpactStatement
from models.verbs import impact


def state(click: Click, session: Session) -> Answer:
    """Open the statement for the counterpart, with how their last forecasts here turned out."""
    decision = subjects.clicked_decision(click, session)
    impact.check_may_state_impact(decision, click.person)
    track = lookups.forecasts_by(session, decision.channel_id, click.person.id)
    return OpenForm(impact_form(decision, track, click.person.id))


def save(form: Form, session: Session) -> Answer:
    decision = subjects.form_decision(form, session)
    impact.check_may_state_impact(decision, form.person)
    impact.state_impact(decision, read_impact(form.state), form.act)
    return Done()


def ask_revision(click: Click, session: Session) -> Answer:
    """Open the form to ask for a revision, for the holder who doubts the statement."""
    decision = subjects.clicked_decision(click, session)
    impact.check_may_ask_revision(decision, click.person)
    return OpenForm(revision_form(decision))


def save_revision(form: Form, session: Session) -> Answer:
    decision = subjects.form_decision(form, session)
    impact.check_may_ask_revision(decision, form.person)
    words = forms.read_words(form.state, "reason", "Say what should be looked at again.")
    impact.ask_revision(decision, words, form.act)
    return Done()


def lapse(due: Due, session: Session) -> None:
    """Let the holder decide without a statement, because the window has ended."""
    impact.lapse_impact(subjects.timer_decision(due, session), due.at)


# (number, forecast days, actual days) of earlier statements by the same person.
Track = Sequence[tuple[int, int, int]]


def impact_form(decision: Decision, track: Track = (), person: str = "") -> View:
    """Build the form of the counterpart's statement: five things.

    `track` says how their last forecasts turned out.
    """
    role = impact.role_to_state(decision, person)
    given = next((told for told in decision.statements if role in (None, told.role)), None)
    levels = [inputs.choice(level.value, level.value.capitalize()) for level in Confidence]
    confidence = inputs.select(
        levels, initial=given.confidence if given else "", placeholder="Low, medium or high"
    )
    days = inputs.number_input(least=-365, most=999, initial=given.days if given else None)
    note = inputs.text_input(
        limit=REASON_LIMIT, multiline=True, initial=given.note if given else ""
    )
    shown = [
        titled(decision),
        *_both_hats(decision),
        *_track(track),
        inputs.field(
            "days",
            "Days of slip",
            days,
            hint="Working days that promised dates move, with the option that costs most. 0 "
            "for none, a minus for earlier.",
        ),
        _side_field("displaces", "What it displaces", given.displaces if given else ""),
        _side_field("risk", "Risk", given.risk if given else ""),
        inputs.field("confidence", "How sure are you?", confidence),
        inputs.field(
            "note",
            "Note",
            note,
            optional=True,
            hint="For instance what the other options would cost.",
        ),
    ]
    remember = about(decision)
    return inputs.form("impact.state", "State impact", shown, remember, submit="State impact")


def _side_field(name: str, label: str, given: str) -> Block:
    typed = inputs.text_input(limit=SIDE_LIMIT, initial=given)
    return inputs.field(name, label, typed, optional=True)


def _both_hats(decision: Decision) -> list[Block]:
    if not decision.same_person:
        return []
    words = (
        "You hold both roles here. State the other side's impact as if you were not the "
        "one to decide."
    )
    return [blocks.context(words)]


def _track(track: Track) -> list[Block]:
    if not track:
        return []
    words = "; ".join(
        f"#{number}: you said {forecast}, it was {actual}" for number, forecast, actual in track
    )
    return [blocks.context(f"Your last forecasts, in working days of slip. {words}.")]


def read_impact(state: FormState) -> ImpactStatement:
    """Read what was typed. Raises FieldsInvalid."""
    errors: dict[str, str] = {}
    days, confidence = fields.whole_number(state, "days"), fields.chosen(state, "confidence")
    if days is None or not -365 <= days <= 999:
        errors["days"] = "Give whole days between -365 and 999; 0 for no slip."
    if confidence not in [level.value for level in Confidence]:
        errors["confidence"] = "Say how sure you are: low, medium or high."
    if errors:
        raise FieldsInvalid(errors)
    return ImpactStatement(
        days=days,
        confidence=Confidence(confidence),
        displaces=fields.text(state, "displaces"),
        risk=fields.text(state, "risk"),
        note=fields.text(state, "note"),
    )


def revision_form(decision: Decision) -> View:
    """Build the form that asks the holder what they doubt in the statement."""
    shown = [
        titled(decision),
        *stated_impact(decision),
        reason_field(
            "Whoever stated it reads this, and can state the impact anew. You need not "
            "wait for that.",
            "What should be revised?",
        ),
    ]
    return inputs.form(
        "impact.ask_revision", f"Ask about #{decision.number}", shown, about(decision), submit="Ask"
    )


def stated_impact(decision: Decision) -> list[Block]:
    """Show the impact in short, for forms that rest on it."""
    shown: list[Block] = []
    for statement in decision.statements:
        sentence = (
            f"Impact, says {who(statement.by)}: {phrases.slip(statement.days)}, "
            f"{statement.confidence} confidence."
        )
        shown.append(blocks.context(sentence))
        shown += [blocks.typed("Displaces", statement.displaces)] if statement.displaces else []
    if shown:
        return shown
    if decision.impact_due_at:
        return [
            blocks.context("No impact was stated. The record will say “decided without impact”.")
        ]
    return []
