"""Review of a forecast: on the review date, its author says whether it held.

The form of the author's next impact statement shows how the author's forecasts turned out.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Done, OpenForm, View
from handlers.holders import rights_now
from handlers.requests import Asking, Click, Due, Form
from handlers.ui import blocks, fields, forms, inputs, marks, outcomes, phrases
from models.mrkdwn import who
from models.refusals.refused import FieldsInvalid
from models.rules import Held, Verb
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.tables.settlement import Settlement
from models.verbs import follow_ups
from models.working_time import local_day

CHOICES = {Held.HELD: "It held", Held.BETTER: "It went better", Held.WORSE: "It went worse"}


def ask(due: Due, session: Session) -> None:
    """Ask the author of the forecast how it turned out, because the review date has come.

    If the author has left Slack, or may not read the channel any more, ask today's holder of the
    author's role. If that person cannot be asked either, ask the holder of the other role. Nobody
    is asked if the decision was taken back or reopened, or if the forecast was reviewed.
    """
    decision = subjects.timer_decision(due, session)
    settlement, today = decision.settlement, local_day(due.at, decision.rights_version.time_zone)
    if (
        settlement
        and settlement.review_on
        and settlement.review_on <= today
        and settlement.held is None
        and settlement.since in (None, Verb.SUPERSEDE)
    ):
        reviewer = _reviewer_of(due, session, decision, settlement.round)
        decision.owe(Drawing.REVIEW_REQUEST, due.at, reviewer)


def _reviewer_of(asking: Asking, session: Session, decision: Decision, round: int) -> str:
    holders = rights_now(asking, session, decision).holders
    forecast = follow_ups.forecast_of(decision, round)
    people = {*holders.values(), *([forecast.by] if forecast else [])}
    outsiders = access.outsiders(asking, decision.channel.slack_id, people)
    return follow_ups.reviewer_of(decision, round, holders, outsiders)


def say(click: Click, session: Session) -> Answer:
    decision, settlement = _asked(click.value, click, session)
    return OpenForm(form(decision, settlement, click.user))


def save(form: Form, session: Session) -> Answer:
    decision, settlement = _asked(forms.remembered(form.metadata)["about"], form, session)
    held, days = fields.chosen(form.state, "held"), fields.whole_number(form.state, "days")
    errors = {} if held in [answer.value for answer in Held] else {"held": "Say how it turned out."}
    if days is None or not -365 <= days <= 999:
        errors["days"] = "Give whole days between -365 and 999; 0 for no slip."
    if errors:
        raise FieldsInvalid(errors)
    assert days is not None
    _check_agrees(decision, settlement, Held(held), days)
    note = fields.text(form.state, "note")
    follow_ups.review(decision, settlement, Held(held), days, note, form.act)
    return Done()


def _check_agrees(decision: Decision, settlement: Settlement, held: Held, days: int) -> None:
    """Raise FieldsInvalid if "better" or "worse" contradicts the days that are given."""
    forecast = follow_ups.forecast_of(decision, settlement.round)
    assert forecast
    agrees = {Held.BETTER: days < forecast.days, Held.WORSE: days > forecast.days}
    if not agrees.get(held, True):
        said = f"The forecast was {phrases.slip(forecast.days)}, so this is not {held.value}."
        raise FieldsInvalid({"days": f"{said} Correct the days, or the answer above."})


def _asked(value: str, request: Click | Form, session: Session) -> tuple[Decision, Settlement]:
    decision, round = subjects.decision_and_part(value, request, session)
    marks.check_part(value, decision.outcome_mark(round))
    reviewer = _reviewer_of(request, session, decision, round)
    today = local_day(request.at, decision.rights_version.time_zone)
    settlement = follow_ups.review_to_answer(decision, round, request.person, reviewer, today)
    return decision, settlement


def form(decision: Decision, settlement: Settlement, person: str) -> View:
    """Build the form in which `person` says how the forecast of this outcome turned out."""
    statement = follow_ups.forecast_of(decision, settlement.round)
    assert statement
    choices = [inputs.choice(held.value, words) for held, words in CHOICES.items()]
    since = f" {outcomes.since(decision, settlement, why=False)}" if settlement.since else ""
    shown = [
        forms.titled(decision),
        blocks.context(
            f"{'You' if person == statement.by else who(statement.by)} forecast "
            f"{phrases.slip(statement.days)}, with {statement.confidence} confidence.{since}"
        ),
        inputs.field(
            "held",
            "Did the forecast hold?",
            inputs.select(choices, placeholder="It held, better or worse"),
        ),
        inputs.field(
            "days",
            "Days it really slipped",
            inputs.number_input(least=-365, most=999, initial=statement.days),
            hint="Working days, as in the forecast.",
        ),
        inputs.field(
            "note", "In a sentence", inputs.text_input(limit=forms.SIDE_LIMIT), optional=True
        ),
    ]
    mark = decision.outcome_mark(settlement.round)
    remember = forms.metadata(about=marks.value_of(decision, settlement.round, mark))
    return inputs.form("review.say", f"How #{decision.number} went", shown, remember, submit="Save")
