"""Impact statement: giving it, revising it, and the end of the time for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, Done, Element, OpenForm, View
from handlers.card.commitment import if_agreed, taken_back
from handlers.card.question import question, stated_impact
from handlers.requests import Click, Due, Form, FormState
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.forms import REASON_LIMIT, SIDE_LIMIT, about, reason_field, titled
from models.mrkdwn import day, escaped, who, with_link
from models.reads import lookups
from models.reads.lookups import Forecast
from models.refusals.refused import FieldsInvalid
from models.rules import Confidence, Impact, Role
from models.tables.decision import Decision
from models.tables.tradeoff import ImpactStatement
from models.verbs import impact


def state(click: Click, session: Session) -> Answer:
    """Open the form of the impact statement, which shows how the person's last forecasts went."""
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
    return OpenForm(revision_form(decision, click.person.id))


def save_revision(form: Form, session: Session) -> Answer:
    decision = subjects.form_decision(form, session)
    impact.check_may_ask_revision(decision, form.person)
    words = forms.read_words(form.state, "reason", "Say what should be looked at again.")
    impact.ask_revision(decision, words, form.act)
    return Done()


def lapse(due: Due, session: Session) -> None:
    """Let the holder decide without a statement, because the time to state the impact is over."""
    impact.lapse_impact(subjects.timer_decision(due, session), due.at)


def impact_form(decision: Decision, track: Sequence[Forecast] = (), person: str = "") -> View:
    """Build the form of the impact statement by `person`.

    `track` has the last forecasts of this person, with the actual days.
    """
    role = impact.role_to_state(decision, person)
    given = next((told for told in decision.statements if role in (None, told.role)), None)
    confidence = _confidence(given)
    days = inputs.number_input(least=-365, most=999, initial=given.days if given else None)
    note = inputs.text_input(
        limit=REASON_LIMIT, multiline=True, initial=given.note if given else ""
    )
    shown = [
        titled(decision),
        *question(decision),
        *_asked_for(decision),
        *_hats(decision, role),
        *_doubted(given),
        *_is_late(decision),
        *_track(track),
        inputs.field(
            "days",
            "Days of slip",
            days,
            hint="By how many working days promised dates slip with the option that costs most. "
            "0 for none, a minus if they come earlier.",
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
    act = "Revise impact" if given and given.revision_asked else "State impact"
    return inputs.form("impact.state", act, shown, about(decision), submit=act)


def _doubted(given: ImpactStatement | None) -> list[Block]:
    """Show what the holder doubts in the statement that is to be revised."""
    if given is None or not given.revision_asked:
        return []
    words = "You are asked to revise the impact. The form shows what was stated."
    return [blocks.context(words), blocks.quote(given.revision_asked)]


def _is_late(decision: Decision) -> list[Block]:
    if decision.impact is not Impact.LAPSED:
        return []
    return [blocks.context("The time to state it is over. The record will say that it came late.")]


def _confidence(given: ImpactStatement | None) -> Element:
    levels = [inputs.choice(level.value, level.value.capitalize()) for level in Confidence]
    initial = given.confidence if given else ""
    return inputs.select(levels, initial=initial, placeholder="Low, medium or high")


def _asked_for(decision: Decision) -> list[Block]:
    """Show what the decision asks of the commitment, and the date to decide by."""
    commitment = decision.commitment
    shown = []
    if commitment:
        words = f"*{escaped(commitment.name)}*: {if_agreed(decision, commitment)}"
        shown.append(blocks.section(words))
    shown += taken_back(decision)
    if decision.scope_change and not decision.signed_without_move:
        shown.append(blocks.typed("Scope", decision.scope_change))
    if decision.due_on:
        shown.append(blocks.context(f"Decide by {day(decision.due_on)}."))
    return shown


def _side_field(name: str, label: str, given: str) -> Block:
    typed = inputs.text_input(limit=SIDE_LIMIT, initial=given)
    return inputs.field(name, label, typed, optional=True)


def _hats(decision: Decision, role: Role | None) -> list[Block]:
    """Say for whom a stand-in states the impact, and that a person holds both roles."""
    shown = []
    if absent := decision.on_behalf_of.get(role) if role else None:
        shown.append(f"You state it for {who(absent)}; the record has both names.")
    if decision.same_person:
        shown.append(
            "You hold both roles here. State the other side's impact as if you were not the "
            "one to decide."
        )
    return [blocks.context(words) for words in shown]


def _track(track: Sequence[Forecast]) -> list[Block]:
    if not track:
        return []
    words = "; ".join(
        f"{with_link(f'#{forecast.number}', forecast.card_link)}: you said {forecast.days}, "
        f"it was {forecast.actual}"
        for forecast in track
    )
    return [blocks.context(f"Your last forecasts, in working days of slip. {words}.")]


def read_impact(state: FormState) -> ImpactStatement:
    """Read what was typed. Raise FieldsInvalid."""
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


def revision_form(decision: Decision, person: str) -> View:
    """Build the form in which `person`, as the holder, says what they doubt in the statement.

    If two impacts were stated, the form has to say which of them is to be revised, and by whom.
    """
    doubted = impact.doubted_by(decision, person)
    assert doubted
    reviser = decision.seat_of(doubted.role)
    stated = "they stated" if reviser == doubted.by else f"{who(doubted.by)} stated"
    shown = [
        titled(decision),
        *stated_impact(decision),
        blocks.section(f"This asks {who(reviser)} to revise the impact that {stated}."),
        reason_field(
            "The person who is asked reads this, and can state the impact again. You need not "
            "wait for that.",
            "What should be revised?",
        ),
    ]
    return inputs.form(
        "impact.ask_revision", f"Ask about #{decision.number}", shown, about(decision), submit="Ask"
    )
