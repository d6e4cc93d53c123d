"""Forms that somebody can open on a decision as it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from handlers import after_the_fact, questions, reopening
from handlers.acceptance import claim
from handlers.acceptance.verdict import MOST_FOLLOW_UPS, SUBMITS, details_form, verdict_form
from handlers.answers import View
from handlers.card import detail
from handlers.card.history import LONGEST_SAYING
from handlers.deciding import approve, endings
from handlers.delegation import one_decision
from handlers.impact import review, statement
from handlers.tradeoff import form
from handlers.ui import forms
from models.reads.lookups import Forecast
from models.references import LONGEST, MOST, Link
from models.refusals.refused import Refused
from models.rules import Outcome, Person, State, Verb, Verdict
from models.tables.decision import Decision
from models.tables.history import WHOLE, HistoryEvent, canonical
from models.verbs import deciding, delegating, follow_ups, impact, rounds
from models.verbs.questions import check_may_ask, question_to
from support.sample import ALICE, BOB, ERIN, MONDAY, PEOPLE, PROMISED

Draw = Callable[[], View]

TODAY = date(2026, 11, 24)
REFERENCES = [
    Link(f"https://example.com/browse/SHOP-{number}?{'q' * (LONGEST - 50)}", f"SHOP-{number}")
    for number in range(1, MOST + 1)
]
TRACK = [
    Forecast(31, "https://demo.slack.com/archives/C1/p1", 999, -365),
    Forecast(32, None, 0, 1),
    Forecast(999_999_999, None, 5, 5),
]


def open_forms(decision: Decision) -> Iterator[Draw]:
    """Yield, for each form that can be opened now, a function that draws it."""
    others = [detail.Other(*item, 9) for item in detail.linked_to(decision).items()]
    yield lambda: detail.decision_view(decision, history(decision), others, BOB.id, REFERENCES)
    for person in PEOPLE.values():
        yield from _of(decision, person)
    if decision.state is State.DECIDED and decision.outcome is Outcome.SENT_BACK:
        yield partial(claim.resubmission_form, decision)


def history(decision: Decision) -> list[HistoryEvent]:
    """Return an event of every verb, each with texts that do not fit into one line."""
    said = (decision.why_now or decision.claims[-1].evidence)[: 2 * LONGEST_SAYING]
    texts = dict.fromkeys(
        (
            "reason",
            "asked",
            "question",
            "answer",
            "outcome",
            "held",
            "note",
            "evidence",
            "what",
            "by",
        ),
        said,
    )
    people = dict.fromkeys(("asked_of", "from", "to", "for"), ALICE.id)
    changes = canonical(
        {**texts, **people, "option": 2, "days": 3, "late": True, "by_escalation": True, "round": 2}
    )
    return [
        HistoryEvent(
            sequence=at,
            verb=verb,
            actor=ERIN.id,
            at=MONDAY,
            changes=changes,
            hash="0" * 64,
            hash_version=WHOLE,
        )
        for at, verb in enumerate(Verb, start=1)
    ]


def _of(decision: Decision, person: Person) -> Iterator[Draw]:
    if allowed(impact.check_may_state_impact, decision, person):
        yield partial(statement.impact_form, decision, TRACK)
    if allowed(impact.check_may_ask_revision, decision, person):
        yield partial(statement.revision_form, decision, person.id)
    if allowed(deciding.check_may_withdraw, decision, person):
        yield partial(endings.withdrawal_form, decision)
    if allowed(check_may_ask, decision, person):
        yield partial(questions.question_form, decision, person.id)
    if allowed(delegating.check_may_delegate, decision, person):
        yield partial(one_decision.delegate_form, decision, person.id)
    if allowed(rounds.check_may_edit, decision, person):
        yield from _edits(decision)
    if allowed(Decision.check_may_decide, decision, person):
        yield from _endings(decision, person)
    for question in decision.questions:
        if allowed(question_to, decision, question.id, person):
            yield partial(questions.answer_form, decision, question)
    asked = (person, decision.counterpart, date.max)
    if allowed(follow_ups.review_to_answer, decision, decision.round, *asked):
        assert decision.settlement
        yield partial(review.form, decision, decision.settlement, person.id)
    if allowed(rounds.check_may_reopen, decision, [ALICE.id], person):
        yield partial(reopening.reopen_form, decision)
        if not decision.is_acceptance:
            yield partial(_tradeoff, decision, supersedes=decision.number)


def _edits(decision: Decision) -> Iterator[Draw]:
    if decision.is_acceptance:
        yield partial(claim.claim_form, decision.rights_version, decision.title, edited=decision)
    elif not decision.is_after_the_fact:
        yield partial(_tradeoff, decision, edit=decision.id, number=decision.number)


def _tradeoff(decision: Decision, **remember: Any) -> View:
    promises = [decision.commitment] if decision.commitment else []
    return form.tradeoff_form(
        decision.rights_version,
        form.Rows(form.MOST_OPTIONS, bool(promises), promises),
        given=form.given_by(decision),
        remember=remember,
    )


def _endings(decision: Decision, person: Person) -> Iterator[Draw]:
    if decision.is_acceptance:
        yield from _verdicts(decision, person.id)
    elif decision.is_after_the_fact:
        yield partial(after_the_fact.acknowledge_form, decision, person.id)
        yield partial(after_the_fact.dispute_form, decision, person.id)
    else:
        yield partial(approve.approval_form, decision, person.id, TODAY)
        yield partial(approve.approval_form, decision, person.id, PROMISED, seen="2026-12-01 7 ")
        yield partial(endings.rejection_form, decision, person.id)
        yield partial(endings.deferral_form, decision, person.id, TODAY)


def _verdicts(decision: Decision, person: str) -> Iterator[Draw]:
    reason = decision.claims[0].evidence[: forms.REASON_LIMIT]
    for outcome in SUBMITS:
        yield partial(verdict_form, decision, outcome, person)
        for verdict in Verdict:
            if outcome is not Outcome.ACCEPTED_WITH_FOLLOW_UPS and verdict is not Verdict.WAIVED:
                continue
            verdicts = [verdict] * len(decision.criteria)
            for rows in range(1, MOST_FOLLOW_UPS + 1):
                yield partial(details_form, decision, outcome, verdicts, reason, rows)


def allowed(check: Callable[..., Any], *about: Any) -> bool:
    try:
        check(*about)
    except Refused:
        return False
    return True
