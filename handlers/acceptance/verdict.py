"""Verdicts on finished work, and the follow-ups that are left to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Block, Done, OpenForm, UpdateForm, View
from handlers.card import detail
from handlers.card.body import claimed
from handlers.card.question import in_whose_place, questions_asked
from handlers.holders import rights_now
from handlers.requests import Click, Form, FormState
from handlers.ui import blocks, fields, forms, inputs, marks, phrases, seals
from handlers.ui.forms import REASON_LIMIT, SIDE_LIMIT, about, read_reason, titled
from models.refusals.refused import FieldsInvalid
from models.rules import Outcome, Standing, Verdict, outcomes_open_to
from models.tables.acceptance import CriterionVerdict, FollowUp
from models.tables.decision import Decision
from models.verbs import deciding
from models.verbs.follow_ups import finish_follow_up
from models.working_time import local_day

WAIVER_LIMIT = 150
# The same limit as for criteria (`MOST_CRITERIA` in `claim.py`): each may need a follow-up.
MOST_FOLLOW_UPS = 6
TOO_MUCH = "I cannot carry so much text into the next step. Shorten it by a third."
# Outcome → the label of the button that submits its form.
SUBMITS = {
    Outcome.ACCEPTED: "Accept",
    Outcome.ACCEPTED_WITH_FOLLOW_UPS: "Accept with follow-ups",
    Outcome.SENT_BACK: "Send back",
}


def verdict_form(decision: Decision, outcome: Outcome, person: str) -> View:
    """Build the first step for `person`: a verdict on each criterion, and one reason for the whole.

    The evidence is above the verdicts.
    """
    first = Verdict.MET if outcome is Outcome.ACCEPTED else None
    choices = [inputs.choice(verdict.value, verdict.label.capitalize()) for verdict in Verdict]
    shown: list[Block] = [
        titled(decision),
        *in_whose_place(decision, person),
        *claimed(decision),
        *questions_asked(decision),
    ]
    for criterion in decision.criteria:
        before = criterion.verdict
        shown.append(
            inputs.field(
                f"criterion{criterion.position}",
                phrases.numbered(criterion.position, criterion.text),
                inputs.select(choices, initial=first or "", placeholder="Met, not met or waived"),
                hint=f"Before: {before.verdict.label}." if before else "",
            )
        )
    shown.append(
        inputs.field("reason", "Why", inputs.text_input(limit=REASON_LIMIT, multiline=True))
    )
    remember = about(decision, outcome=outcome)
    submit = "Next" if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS else SUBMITS[outcome]
    return inputs.form(
        "accept.verdict", f"Verdict on #{decision.number}", shown, remember, submit=submit
    )


def read_verdicts(
    state: FormState, decision: Decision, outcome: Outcome
) -> tuple[list[Verdict], str]:
    """Return a verdict for each criterion, in order, and the reason.

    Raise FieldsInvalid if something is missing, or if the verdicts do not allow the outcome.
    """
    errors: dict[str, str] = {}
    values = [
        fields.chosen(state, f"criterion{criterion.position}") for criterion in decision.criteria
    ]
    for criterion, value in zip(decision.criteria, values, strict=True):
        if value not in [verdict.value for verdict in Verdict]:
            errors[f"criterion{criterion.position}"] = "Say whether it is met, not met or waived."
    if errors:
        raise FieldsInvalid(errors)
    verdicts = [Verdict(value) for value in values]
    if outcome not in outcomes_open_to(verdicts):
        raise FieldsInvalid(_contradiction(verdicts, outcome))
    return verdicts, read_reason(state)


def _contradiction(verdicts: list[Verdict], outcome: Outcome) -> dict[str, str]:
    if outcome is Outcome.SENT_BACK:
        return {
            f"criterion{len(verdicts)}": "To send it back, mark at least one criterion as not met."
        }
    sentence = (
        "Not met: waive it with a reason, or cancel and accept with follow-ups, or send it back."
    )
    return {
        f"criterion{at}": sentence
        for at, verdict in enumerate(verdicts, start=1)
        if verdict is Verdict.NOT_MET
    }


def details_form(
    decision: Decision, outcome: Outcome, verdicts: list[Verdict], reason: str, rows: int = 0
) -> View:
    """Build the second step: the reason of each waiver, and who follows up by when.

    Each criterion that is not met is offered as a follow-up. `rows` is the number of rows for
    follow-ups; if it is 0, there is a row for each such criterion, and at least one.
    """
    judged = list(zip(decision.criteria, verdicts, strict=True))
    unmet = [criterion.text for criterion, verdict in judged if verdict is Verdict.NOT_MET]
    rows = rows or max(len(unmet), 1)
    shown: list[Block] = [titled(decision)]
    for criterion, verdict in judged:
        if verdict is Verdict.WAIVED:
            label = f"Why is this waived? {criterion.text}"
            reason_typed = inputs.text_input(limit=WAIVER_LIMIT)
            shown.append(inputs.field(f"waiver{criterion.position}", label, reason_typed))
    if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS:
        for position in range(1, rows + 1):
            shown += _follow_up_row(position, "".join(unmet[position - 1 : position]))
        if rows < MOST_FOLLOW_UPS:
            shown.append(
                blocks.actions(
                    blocks.button("Add another follow-up", "accept.add_follow_up", str(rows + 1))
                )
            )
    remember = about(decision, outcome=outcome, verdicts=verdicts, reason=reason)
    return inputs.form(
        "accept.details", f"Verdict on #{decision.number}", shown, remember, submit=SUBMITS[outcome]
    )


def _follow_up_row(position: int, unmet: str) -> list[Block]:
    """Build a row for a follow-up, with the text `unmet`. Only the first row must be filled in."""
    name, optional = f"follow_up{position}", position > 1
    task = inputs.text_input(limit=SIDE_LIMIT, initial=unmet)
    return [
        blocks.divider(),
        inputs.field(f"{name}_what", f"Follow-up {position}", task, optional=optional),
        inputs.field(f"{name}_owner", "Owner", inputs.person_input(), optional=optional),
        inputs.field(f"{name}_due", "By", inputs.date_input(), optional=optional),
    ]


def follow_up_count(state: FormState) -> int:
    return sum(f"follow_up{position}_what" in state for position in range(1, MOST_FOLLOW_UPS + 1))


def read_waivers(state: FormState, decision: Decision, verdicts: list[Verdict]) -> dict[int, str]:
    """Return the reason of each waiver, by the criterion's position. Raise FieldsInvalid."""
    waived = [
        criterion.position
        for criterion, verdict in zip(decision.criteria, verdicts, strict=True)
        if verdict is Verdict.WAIVED
    ]
    reasons = {position: fields.text(state, f"waiver{position}") for position in waived}
    errors = {
        f"waiver{position}": "Say why it is waived."
        for position, reason in reasons.items()
        if not reason
    }
    if errors:
        raise FieldsInvalid(errors)
    return reasons


def read_follow_ups(state: FormState, today: date, first: int = 1) -> dict[int, FollowUp]:
    """Return the follow-ups that were typed, by row of the form; their numbers begin at `first`.

    Empty rows after the first row are left out. Raise FieldsInvalid.
    """
    errors: dict[str, str] = {}
    follow_ups: dict[int, FollowUp] = {}
    for row in range(1, follow_up_count(state) + 1):
        name = f"follow_up{row}"
        task, owner = fields.text(state, f"{name}_what"), fields.person(state, f"{name}_owner")
        due_on = fields.chosen_day(state, f"{name}_due")
        if row > 1 and not (task or owner or due_on):
            continue
        if not task:
            errors[f"{name}_what"] = "Say what is still to do."
        if not owner:
            errors[f"{name}_owner"] = "Say who does it."
        if due_on is None or due_on < today:
            errors[f"{name}_due"] = "Choose today or a later day."
        position = first + len(follow_ups)
        follow_ups[row] = FollowUp(position=position, what=task, owner=owner, due_on=due_on)
    if errors:
        raise FieldsInvalid(errors)
    return follow_ups


def accept(click: Click, session: Session) -> Answer:
    return _open_verdict(click, session, Outcome.ACCEPTED)


def accept_with_follow_ups(click: Click, session: Session) -> Answer:
    return _open_verdict(click, session, Outcome.ACCEPTED_WITH_FOLLOW_UPS)


def send_back(click: Click, session: Session) -> Answer:
    return _open_verdict(click, session, Outcome.SENT_BACK)


def _open_verdict(click: Click, session: Session, outcome: Outcome) -> Answer:
    decision = subjects.clicked_decision(click, session)
    decision.check_may_decide(click.person)
    return OpenForm(verdict_form(decision, outcome, click.person.id))


def save_verdict(form: Form, session: Session) -> Answer:
    """Settle the claim or, if there are waivers or follow-ups, ask for their details first."""
    decision, outcome = _decision(form, session)
    verdicts, reason = read_verdicts(form.state, decision, outcome)
    if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS or Verdict.WAIVED in verdicts:
        details = details_form(decision, outcome, verdicts, reason)
        if not seals.fits(details["private_metadata"]):
            raise FieldsInvalid({"reason": TOO_MUCH})
        return UpdateForm(details)
    _settle(decision, form, Judgement(outcome, reason, verdicts))
    return Done()


def add_follow_up(click: Click, session: Session) -> Answer:
    """Add a row for a follow-up to the open form; what was typed stays."""
    remembered = forms.remembered(click.metadata)
    decision = subjects.shown_decision(click, session, remembered["decision"])
    forms.check_as_asked(decision, remembered)
    verdicts = [Verdict(value) for value in remembered["verdicts"]]
    rows = min(follow_up_count(click.state) + 1, MOST_FOLLOW_UPS)
    return UpdateForm(
        details_form(decision, Outcome(remembered["outcome"]), verdicts, remembered["reason"], rows)
    )


def save_details(form: Form, session: Session) -> Answer:
    """Settle the claim with the second step: reasons of waivers, and follow-ups."""
    decision, outcome = _decision(form, session)
    remembered = forms.remembered(form.metadata)
    verdicts = [Verdict(value) for value in remembered["verdicts"]]
    waivers = read_waivers(form.state, decision, verdicts)
    today = local_day(form.at, decision.rights_version.time_zone)
    follow_ups = read_follow_ups(form.state, today, first=len(decision.follow_ups) + 1)
    _check_owners(form, decision.channel.slack_id, follow_ups)
    owed = list(follow_ups.values())
    judgement = Judgement(outcome, remembered["reason"], verdicts, waivers, owed)
    _settle(decision, form, judgement)
    return Done()


def _decision(form: Form, session: Session) -> tuple[Decision, Outcome]:
    decision = subjects.form_decision(form, session)
    decision.check_may_decide(form.person)
    return decision, Outcome(forms.remembered(form.metadata)["outcome"])


def _check_owners(form: Form, channel: str, follow_ups: Mapping[int, FollowUp]) -> None:
    people = dict.fromkeys(follow_up.owner for follow_up in follow_ups.values())
    owners = {owner.id: owner for owner in form.look_up(*people)}
    errors: dict[str, str] = {}
    for row, follow_up in follow_ups.items():
        name, standing = f"follow_up{row}_owner", owners[follow_up.owner].standing
        if standing in (Standing.BOT, Standing.DEACTIVATED, Standing.UNKNOWN):
            errors[name] = f"This person is {standing.phrase}. Choose someone who can do it."
        else:
            errors |= access.invite_errors(form, name, [follow_up.owner], [channel])
    if errors:
        raise FieldsInvalid(errors)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdict on a claim as a whole, with the verdicts on its criteria.

    `verdicts` are in the order of the criteria. `waivers` are the reasons of waivers, by the
    criterion's position.
    """

    outcome: Outcome
    reason: str
    verdicts: list[Verdict]
    waivers: Mapping[int, str] = field(default_factory=dict)
    follow_ups: list[FollowUp] = field(default_factory=list)


def _settle(decision: Decision, form: Form, judgement: Judgement) -> None:
    for criterion, verdict in zip(decision.criteria, judgement.verdicts, strict=True):
        criterion.verdicts.append(
            CriterionVerdict(
                round=decision.round,
                verdict=verdict,
                reason=judgement.waivers.get(criterion.position),
            )
        )
    for follow_up in judgement.follow_ups:
        follow_up.round = decision.round
    decision.follow_ups.extend(judgement.follow_ups)
    deciding.judge(decision, judgement.outcome, judgement.reason, form.act)


def follow_up_done(click: Click, session: Session) -> Answer:
    """Tick off a follow-up, as its owner.

    The button is in a direct message, in Home and in Details. Details is redrawn.
    """
    decision, position = subjects.decision_and_part(click.value, click, session, acts=True)
    for follow_up in decision.follow_ups:
        if follow_up.position == position:
            marks.check_part(click.value, decision.outcome_mark(follow_up.round))
    role_holders = rights_now(click, session, decision).role_holders
    finish_follow_up(decision, position, click.act, role_holders)
    return UpdateForm(detail.decision_whole(click, session, decision))
