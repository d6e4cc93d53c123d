"""The forms of an acceptance: claim that it is finished, and the verdict in one or two steps. Each also reads itself back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers.answers import Block, View
from handlers.requests import FormState
from handlers.ui import blocks, fields
from handlers.ui.forms import (
    REASON_LIMIT,
    SIDE_LIMIT,
    TITLE_LIMIT,
    WHY_LIMIT,
    about,
    decided_by,
    metadata,
    read_reason,
    titled,
)
from models.refusals.deciding import FieldsInvalid
from models.rules import Kind, Outcome, Verdict, outcomes_open_to
from models.tables.acceptance import FollowUp, are_judged
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.raising import Finished

MOST_CRITERIA = 6
CRITERION_LIMIT = 150
WAIVER_LIMIT = 150
MOST_FOLLOW_UPS = 3

SUBMITS = {
    Outcome.ACCEPTED: "Accept",
    Outcome.ACCEPTED_WITH_FOLLOW_UPS: "Accept with follow-ups",
    Outcome.SENT_BACK: "Send back",
}


# Everything that is claimed here is of this kind.
KIND = Kind.ACCEPTANCE


def claim(
    rights: RightsVersion, item: str = "", *, source: Mapping[str, Any] | None = None, edited: Decision | None = None
) -> View:
    """The team says it is finished: item, link, evidence, criteria. `edited` is the claim to change."""
    evidence = edited.claims[-1].evidence if edited else source["text"] if source else ""
    link = edited.claims[-1].link if edited else source["link"] if source else None
    criteria = "\n".join(one.text for one in edited.criteria) if edited else ""
    judged = edited is not None and are_judged(edited.criteria)
    shown = [
        blocks.context(f"Acceptance: {decided_by(rights.table[KIND]).lower()} (rights v{rights.number})."),
        blocks.field("item", "What is finished", blocks.text_input(limit=TITLE_LIMIT, initial=item)),
        *_evidence(evidence, link),
        *([blocks.context("The criteria stay as they are: they have been judged.")] if judged else [
            blocks.field("criteria", "Criteria", blocks.text_input(limit=MOST_CRITERIA * CRITERION_LIMIT, multiline=True, initial=criteria),
                         hint=f"One a line, {MOST_CRITERIA} at the most. Each gets a verdict of its own.")]),
    ]  # fmt: skip
    remember = metadata(channel=rights.channel.slack_id, source=source, edit=edited.id if edited else None)
    if edited:
        return blocks.form("accept.claim", f"Edit #{edited.number}", shown, remember, submit="Save")
    return blocks.form("accept.claim", "Ask for acceptance", shown, remember, submit="Ask")


def again(decision: Decision) -> View:
    """Finished again after it was sent back: new evidence on the same criteria."""
    not_met = [one.text for one in decision.criteria if one.verdict and one.verdict.verdict is Verdict.NOT_MET]
    shown = [
        titled(decision),
        blocks.typed("Not met in the last round", "; ".join(not_met)),
        *_evidence("", decision.claims[-1].link),
    ]
    return blocks.form("accept.claim", "Submit again", shown, metadata(resubmit=decision.id), submit="Ask again")


def _evidence(evidence: str, link: str | None) -> list[Block]:
    given = {"initial_value": link} if link else {}
    return [
        blocks.field("link", "Link", {"type": "url_text_input", **given}, optional=True),
        blocks.field("evidence", "Evidence", blocks.text_input(limit=WHY_LIMIT, multiline=True, initial=evidence),
                     hint="How can one see that it works? A demo, a test run, numbers."),
    ]  # fmt: skip


def read_claim(state: FormState) -> Finished:
    """What was typed; no criteria where the form did not ask for them. Raises FieldsInvalid."""
    item = fields.one_line(fields.text(state, "item"))
    criteria = [line for line in map(_criterion, fields.text(state, "criteria").splitlines()) if line]
    errors = {} if item else {"item": "Say what is finished."}
    errors |= _evidence_errors(state)
    errors |= _criteria_errors(criteria) if "criteria" in state else {}
    if errors:
        raise FieldsInvalid(errors)
    return Finished(item, *read_evidence(state), criteria)


def read_evidence(state: FormState) -> tuple[str | None, str]:
    """Link, if there is one, and evidence. Raises FieldsInvalid."""
    errors = _evidence_errors(state)
    if errors:
        raise FieldsInvalid(errors)
    return fields.text(state, "link") or None, fields.text(state, "evidence")


def _evidence_errors(state: FormState) -> dict[str, str]:
    link = fields.text(state, "link")
    errors = {} if fields.text(state, "evidence") else {"evidence": "Say how one can see that it works."}
    if link and not re.match(r"https?://\S+$", link):
        errors["link"] = "A link begins with https:// or http://."
    return errors


def _criterion(line: str) -> str:
    return fields.one_line(re.sub(r"^\s*([-*•]|\d+[.)])\s+", "", line))


def _criteria_errors(criteria: list[str]) -> dict[str, str]:
    if not criteria:
        return {"criteria": "Give at least one criterion: what must be true for this to be accepted?"}
    if len(criteria) > MOST_CRITERIA:
        return {
            "criteria": f"These are {len(criteria)}; {MOST_CRITERIA} fit. Join some, or ask for acceptance in two parts."
        }
    if any(len(line) > CRITERION_LIMIT for line in criteria):
        return {"criteria": f"A criterion has up to {CRITERION_LIMIT} characters. Put the detail under Evidence."}
    if len({line.casefold() for line in criteria}) < len(criteria):
        return {"criteria": "Two criteria are the same. Leave one out, or make them different."}
    return {}


def verdict(decision: Decision, outcome: Outcome) -> View:
    """First step: a verdict on each criterion, and the reason for the whole."""
    first = Verdict.MET if outcome is Outcome.ACCEPTED else None
    choices = [blocks.choice(one.value, one.label.capitalize()) for one in Verdict]
    shown: list[Block] = [titled(decision)]
    for one in decision.criteria:
        shown.append(blocks.field(f"criterion{one.position}", f"{one.position}. {one.text}",
                                  blocks.select(choices, initial=first or "", placeholder="Met, not met or waived")))  # fmt: skip
    shown.append(blocks.field("reason", "Why", blocks.text_input(limit=REASON_LIMIT, multiline=True)))
    remember = about(decision, outcome=outcome)
    submit = "Next" if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS else SUBMITS[outcome]
    return blocks.form("accept.verdict", f"Verdict on #{decision.number}", shown, remember, submit=submit)


def read_verdicts(state: FormState, decision: Decision, outcome: Outcome) -> tuple[list[Verdict], str]:
    """A verdict per criterion in order, and the reason. Raises FieldsInvalid, also where the verdicts do not allow the outcome."""
    errors: dict[str, str] = {}
    values = [fields.chosen(state, f"criterion{one.position}") for one in decision.criteria]
    for one, value in zip(decision.criteria, values, strict=True):
        if value not in [verdict.value for verdict in Verdict]:
            errors[f"criterion{one.position}"] = "Say whether it is met, not met or waived."
    if errors:
        raise FieldsInvalid(errors)
    verdicts = [Verdict(value) for value in values]
    if outcome not in outcomes_open_to(verdicts):
        raise FieldsInvalid(_contradiction(verdicts, outcome))
    return verdicts, read_reason(state)


def _contradiction(verdicts: list[Verdict], outcome: Outcome) -> dict[str, str]:
    if outcome is Outcome.SENT_BACK:
        return {f"criterion{len(verdicts)}": "To send it back, mark at least one criterion as not met."}
    sentence = "Not met: waive it with a reason, or cancel and accept with follow-ups, or send it back."
    return {f"criterion{at}": sentence for at, one in enumerate(verdicts, start=1) if one is Verdict.NOT_MET}


def details(decision: Decision, outcome: Outcome, verdicts: list[Verdict], reason: str, rows: int = 1) -> View:
    """Second step, where it is needed: why each waiver, and who follows up on what by when."""
    shown: list[Block] = [titled(decision)]
    for criterion, one in zip(decision.criteria, verdicts, strict=True):
        if one is Verdict.WAIVED:
            shown.append(blocks.field(f"waiver{criterion.position}", f"Why is this waived? {criterion.text}",
                                      blocks.text_input(limit=WAIVER_LIMIT)))  # fmt: skip
    if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS:
        for position in range(1, rows + 1):
            shown += _follow_up_row(position)
        if rows < MOST_FOLLOW_UPS:
            shown.append(blocks.actions(blocks.button("Add another follow-up", "accept.add_follow_up", str(rows + 1))))
    remember = about(decision, outcome=outcome, verdicts=verdicts, reason=reason)
    return blocks.form("accept.details", f"Verdict on #{decision.number}", shown, remember, submit=SUBMITS[outcome])


def _follow_up_row(position: int) -> list[Block]:
    return [
        blocks.divider(),
        blocks.field(f"follow_up{position}_what", f"Follow-up {position}", blocks.text_input(limit=SIDE_LIMIT)),
        blocks.field(f"follow_up{position}_owner", "Owner", blocks.person_input()),
        blocks.field(f"follow_up{position}_due", "By", blocks.date_input()),
    ]


def follow_up_count(state: FormState) -> int:
    return sum(f"follow_up{position}_what" in state for position in range(1, MOST_FOLLOW_UPS + 1))


def read_waivers(state: FormState, decision: Decision, verdicts: list[Verdict]) -> dict[int, str]:
    """The reason of each waiver, by the criterion's position. Raises FieldsInvalid."""
    waived = [
        one.position for one, verdict in zip(decision.criteria, verdicts, strict=True) if verdict is Verdict.WAIVED
    ]
    reasons = {position: fields.text(state, f"waiver{position}") for position in waived}
    errors = {f"waiver{position}": "Say why it is waived." for position, reason in reasons.items() if not reason}
    if errors:
        raise FieldsInvalid(errors)
    return reasons


def read_follow_ups(state: FormState, today: date, first: int = 1) -> list[FollowUp]:
    """What is still owed, by whom, until when, numbered from `first`. Raises FieldsInvalid."""
    errors: dict[str, str] = {}
    follow_ups = []
    for row in range(1, follow_up_count(state) + 1):
        name = f"follow_up{row}"
        what, owner = fields.text(state, f"{name}_what"), fields.person(state, f"{name}_owner")
        due_on = fields.day(state, f"{name}_due")
        if not what:
            errors[f"{name}_what"] = "Say what is still to do."
        if not owner:
            errors[f"{name}_owner"] = "Say who does it."
        if due_on is None or due_on < today:
            errors[f"{name}_due"] = "Choose today or a later day."
        follow_ups.append(FollowUp(position=first + row - 1, what=what, owner=owner, due_on=due_on))
    if errors:
        raise FieldsInvalid(errors)
    return follow_ups
