"""Claims that work is finished: they are made, edited and submitted again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.access import check_place, line_of
from handlers.answers import Answer, Block, Done, Message, OpenForm, Reply, View
from handlers.card import detail
from handlers.holders import check_may_raise, rights_now, routed
from handlers.quoting import quote
from handlers.requests import Click, Command, Form, FormState, Shortcut
from handlers.rights import not_used, people
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.forms import TITLE_LIMIT, WHY_LIMIT, decided_by, metadata, titled
from handlers.ui.marks import value_of
from handlers.ui.phrases import capital
from handlers.ui.references import read_references, reference_errors, references_field
from models import locks
from models.mrkdwn import escaped, where
from models.reads import lookups, references
from models.references import Link
from models.refusals.place import check_is_no_outsider
from models.refusals.refused import FieldsInvalid
from models.rules import Kind, Verdict
from models.tables.acceptance import have_verdict
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs import rounds
from models.verbs.changing import change_claim, claims_the_same
from models.verbs.raising import Finished, Origin, Source, claim_finished
from models.verbs.references import change_references
from models.verbs.routing import Matter


def command(command: Command, session: Session) -> Answer:
    """Answer `/accept [item]`."""
    return ask(command, session, command.text)


def ask(command: Command, session: Session, item: str) -> Answer:
    """Open the claim form, with the typed text as the item; a number opens that decision."""
    if fields.decision_number(item):
        return detail.show(command, session, item)
    item = fields.as_typed(command, item)
    title = fields.one_line(fields.unquoted(item))
    if len(title) > forms.TITLE_LIMIT:
        first = (
            f"The name of an item has up to {forms.TITLE_LIMIT} characters; this has "
            f"{len(title):,}. Run `/accept` with a short one. You typed:"
        )
        return Reply(Message(f"{first}\n{escaped(item)}"))
    check_place(command, "/accept", title)
    current = lookups.current_rights(session, command.workspace, command.place.id)
    if current is None:
        return people.open_setup(command, session, {"title": title, "claim": True})
    not_used.check_is_used(session, current, KIND, line_of("/accept", title))
    return OpenForm(claim_form(current, title))


def from_message(shortcut: Shortcut, session: Session) -> Answer:
    """Open the claim form from the menu of a message: its text becomes item and evidence.

    The record keeps the quote, its author and the link.
    """
    quoted = quote(shortcut, "Ask for acceptance", "/accept")
    current = lookups.current_rights(session, shortcut.workspace, shortcut.place.id)
    if current is None:
        then = {"title": quoted.title, "source": quoted.source, "claim": True}
        return people.open_setup(shortcut, session, then)
    not_used.check_is_used(session, current, KIND)
    return OpenForm(claim_form(current, quoted.title, source=quoted.source))


def claim(form: Form, session: Session) -> Answer:
    """Number the claim, route it to the person who accepts, and record it.

    The same form submitted twice claims once. Forms that edit a claim or submit it again are saved
    here too.
    """
    locks.lock_who_decides(session, form.workspace)
    remember = forms.remembered(form.metadata)
    if remember.get("resubmit"):
        return _save_resubmission(form, session)
    if remember.get("edit"):
        return _save_edit(form, session)
    current = check_may_raise(form, session, remember["channel"])
    if current is None:
        return Done()
    not_used.check_is_used(session, current, KIND)
    finished = read_claim(form.state)
    routing = routed(form, session, current, Matter(KIND))
    source = Source(**remember["source"]) if remember.get("source") else None
    claim_finished(session, routing, finished, form.act, Origin(form.id, source))
    return Done()


def resubmit(click: Click, session: Session) -> Answer:
    """Open the form to submit again what was sent back; anyone who may raise here may do so."""
    decision = subjects.clicked_decision(click, session)
    check_is_no_outsider(click.person)
    rounds.check_may_resubmit(decision)
    return OpenForm(resubmission_form(decision))


def _save_resubmission(form: Form, session: Session) -> Answer:
    decision = subjects.decision_by_id(form, session, forms.remembered(form.metadata)["resubmit"])
    current = check_may_raise(form, session, decision.channel.slack_id)
    if current is None:
        return Done()
    link, evidence = read_evidence(form.state)
    rounds.check_may_resubmit(decision)
    forms.check_same_round(decision, forms.remembered(form.metadata))
    routing = routed(form, session, current, Matter(KIND))
    rounds.resubmit(decision, routing, link, evidence, form.act)
    return Done()


def edit(click: Click, session: Session) -> Answer:
    """Open the form to change a claim, for the person who made it."""
    decision = subjects.clicked_decision(click, session)
    rounds.check_may_edit(decision, click.person)
    links = references.of_decisions(session, [decision.id])[decision.id]
    current = rights_now(click, session, decision)
    return OpenForm(claim_form(current, decision.title, edited=decision, links=links))


def _save_edit(form: Form, session: Session) -> Answer:
    decision = subjects.decision_by_id(form, session, forms.remembered(form.metadata)["edit"])
    rounds.check_may_edit(decision, form.person)
    finished = read_claim(form.state)
    if not claims_the_same(decision, finished):
        forms.check_as_asked(decision, forms.remembered(form.metadata))
        routing = routed(form, session, rights_now(form, session, decision), Matter(KIND))
        rounds.edit(decision, routing, form.act, lambda: change_claim(decision, finished, form.act))
        return Done()
    links = references.of_decisions(session, [decision.id])[decision.id]
    if finished.references not in (None, links):
        change_references(decision, finished.references or [], form.act)
    return Done()


# ---- forms ---------------------------------------------------------------------------------------


MOST_CRITERIA = 6
CRITERION_LIMIT = 150
# Kind of every claim.
KIND = Kind.ACCEPTANCE


def claim_form(
    rights: RightsVersion,
    item: str = "",
    *,
    source: Mapping[str, Any] | None = None,
    edited: Decision | None = None,
    links: Sequence[Link] = (),
) -> View:
    """Build the form of a claim: item, link, evidence, criteria, references.

    If a claim is edited, `edited` is its decision, and `links` are its references.
    """
    evidence, link, words = "", None, rights.words
    decides = decided_by(rights.table[KIND], words)
    if edited:
        evidence, link = edited.claims[-1].evidence, edited.claims[-1].link
    elif source:
        evidence, link = source["text"], source["link"]
    shown = [
        blocks.context(
            f"{capital(words.kind(KIND))} in {where(rights.channel.slack_id)}: "
            f"{decides[:1].lower()}{decides[1:]} (rights v{rights.number})."
        ),
        inputs.field(
            "item", "What is finished", inputs.text_input(limit=TITLE_LIMIT, initial=item)
        ),
        *_evidence_fields(evidence, link),
        _criteria_field(edited),
        references_field(links),
    ]
    channel = rights.channel.slack_id
    if edited:
        remember = metadata(channel=channel, edit=value_of(edited), asked=forms.as_asked(edited))
        return inputs.form("accept.claim", f"Edit #{edited.number}", shown, remember, submit="Save")
    remember = metadata(channel=channel, source=source)
    return inputs.form("accept.claim", "Ask for acceptance", shown, remember, submit="Ask")


def _criteria_field(edited: Decision | None) -> Block:
    if edited and have_verdict(edited.criteria):
        return blocks.context("The criteria stay as they are: they have been judged.")
    criteria = "\n".join(criterion.text for criterion in edited.criteria) if edited else ""
    limit = MOST_CRITERIA * CRITERION_LIMIT
    return inputs.field(
        "criteria",
        "Criteria",
        inputs.text_input(limit=limit, multiline=True, initial=criteria),
        hint=f"One per line, up to {MOST_CRITERIA}. Each gets a verdict of its own.",
    )


def resubmission_form(decision: Decision) -> View:
    """Build the form to submit again what was sent back: new evidence on the same criteria."""
    not_met = [
        criterion.text
        for criterion in decision.criteria
        if criterion.verdict and criterion.verdict.verdict is Verdict.NOT_MET
    ]
    reason = decision.settlement.reason if decision.settlement else ""
    shown = [
        titled(decision),
        blocks.typed("Not met in the last round", "; ".join(not_met)),
        *([blocks.typed("Why it was sent back", reason)] if reason else []),
        *_evidence_fields("", decision.claims[-1].link),
    ]
    return inputs.form(
        "accept.claim",
        "Submit again",
        shown,
        metadata(resubmit=value_of(decision), asked=forms.as_asked(decision)),
        submit="Submit again",
    )


def _evidence_fields(evidence: str, link: str | None) -> list[Block]:
    return [
        inputs.field("link", "Link", inputs.link_input(link), optional=True),
        inputs.field(
            "evidence",
            "Evidence",
            inputs.text_input(limit=WHY_LIMIT, multiline=True, initial=evidence),
            hint="How can people see that it works? A demo, a test run, numbers.",
        ),
    ]


def read_claim(state: FormState) -> Finished:
    """Return what was typed; no criteria if the form did not ask for them. Raise FieldsInvalid."""
    item = fields.one_line(fields.text(state, "item"))
    criteria = [
        line for line in map(_criterion, fields.text(state, "criteria").splitlines()) if line
    ]
    errors = {} if item else {"item": "Say what is finished."}
    errors |= _evidence_errors(state)
    errors |= _criteria_errors(criteria) if "criteria" in state else {}
    errors |= reference_errors(state)
    if errors:
        raise FieldsInvalid(errors)
    return Finished(item, *read_evidence(state), criteria, read_references(state))


def read_evidence(state: FormState) -> tuple[str | None, str]:
    """Return the link (None if there is none) and the evidence. Raise FieldsInvalid."""
    errors = _evidence_errors(state)
    if errors:
        raise FieldsInvalid(errors)
    return fields.text(state, "link") or None, fields.text(state, "evidence")


def _evidence_errors(state: FormState) -> dict[str, str]:
    if fields.text(state, "evidence"):
        return {}
    return {"evidence": "Say how people can see that it works."}


def _criterion(line: str) -> str:
    return fields.one_line(re.sub(r"^\s*([-*•]|\d+[.)])\s+", "", line))


def _criteria_errors(criteria: list[str]) -> dict[str, str]:
    if not criteria:
        return {
            "criteria": "Give at least one criterion: what must be true for this to be accepted?"
        }
    if len(criteria) > MOST_CRITERIA:
        return {
            "criteria": f"These are {len(criteria)}; {MOST_CRITERIA} fit. Join some, or ask for "
            "acceptance in two parts."
        }
    if any(len(line) > CRITERION_LIMIT for line in criteria):
        return {
            "criteria": f"A criterion has up to {CRITERION_LIMIT} characters. Put the detail under "
            "Evidence."
        }
    if len({line.casefold() for line in criteria}) < len(criteria):
        return {"criteria": "Two criteria are the same. Leave one out, or make them different."}
    return {}
