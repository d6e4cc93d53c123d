"""Edits: the raiser replaces the question of a tradeoff, or the text of a claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.acts import Act
from models.tables.acceptance import Claim, Criterion, have_verdict
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.history_payloads import Edited
from models.verbs.commitment_moves import check_has_not_moved
from models.verbs.raising import Ask, Finished, claimed, effect_of, set_question
from models.verbs.references import replace_references


def asks_the_same(decision: Decision, ask: Ask) -> bool:
    """Return True if this question is asked already, for example if a form is submitted twice."""
    now = (
        decision.title,
        decision.kind,
        decision.why_now,
        decision.due_on,
        decision.consulted,
        [(option.name, option.value, option.cost) for option in decision.options],
    )
    then = (
        ask.title,
        ask.kind,
        ask.why_now,
        ask.due_on,
        list(dict.fromkeys(ask.consulted)),
        list(ask.options),
    )
    return now == then and effect_of(ask) == _effect_on(decision)


def change_question(decision: Decision, ask: Ask) -> Edited:
    """Replace the question.

    Raise HasMoved if an earlier round has moved the commitment and the new question would have
    another effect on it. Only a decision, not an edit, can change a move.
    """
    if _effect_on(decision) != effect_of(ask):
        check_has_not_moved(decision)
    if ask.references is not None:
        replace_references(decision, ask.references)
    return set_question(decision, ask)


def claims_the_same(decision: Decision, finished: Finished) -> bool:
    """Return True if this claim is made already, for example if a form is submitted twice."""
    claim = decision.claims[-1]
    criteria = list(finished.criteria) or [criterion.text for criterion in decision.criteria]
    now = (
        decision.title,
        claim.link,
        claim.evidence,
        [criterion.text for criterion in decision.criteria],
    )
    return now == (finished.item, finished.link, finished.evidence, criteria)


def change_claim(decision: Decision, finished: Finished, act: Act) -> Edited:
    """Replace the claim. If somebody has acted on the old one, add the new one for the next round.

    The criteria are not replaced if any of them has had a verdict.
    """
    decision.title = finished.item
    before = decision.claims[-1]
    if decision.untouched:
        before.link = finished.link
        before.evidence = finished.evidence
    else:
        again = Claim(
            round=decision.round + 1,
            link=finished.link,
            evidence=finished.evidence,
            by=act.person.id,
            at=before.at,
        )
        decision.claims.append(again)
    if not have_verdict(decision.criteria):
        _set_criteria(decision, finished.criteria)
    if finished.references is not None:
        replace_references(decision, finished.references)
    return claimed(finished, [criterion.text for criterion in decision.criteria])


def _set_criteria(decision: Decision, texts: Sequence[str]) -> None:
    for criterion, text in zip(decision.criteria, texts, strict=False):
        criterion.text = text
    for position in range(len(decision.criteria), len(texts)):
        added = Criterion(position=position + 1, text=texts[position], verdicts=[])
        decision.criteria.append(added)
    del decision.criteria[len(texts) :]


def _effect_on(decision: Decision) -> tuple[Commitment | None, date | None, str | None]:
    return decision.commitment, decision.move_to, decision.scope_change
