"""Acts of people and of time on a decision. Each takes the decision and its sample.

An act raises Refused if the decision does not allow it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from models.acts import Act
from models.rules import Confidence, Held, Kind, Outcome, Person, Verdict
from models.tables.acceptance import CriterionVerdict, FollowUp
from models.tables.decision import Decision
from models.tables.history_payloads import Edited
from models.tables.tradeoff import ImpactStatement
from models.verbs import (
    changing,
    deciding,
    delegating,
    follow_ups,
    impact,
    questions,
    rounds,
)
from support.acts_of_time import (
    NothingHappens,
    goes_overdue,
    ground_moves,
    holder_leaves,
    is_escalated,
    is_restored,
    is_superseded,
    promise_closes,
    returns,
    review_is_asked,
    rights_change,
    undo_ends,
    window_lapses,
)
from support.sample import ALICE, BOB, ERIN, LATER, OLGA, PEOPLE, SAM, Sample

# ---- what people do ------------------------------------------------------------------------------

Step = Callable[[Decision, Sample], Any]


def _turn(decision: Decision) -> Person:
    """Return the person whose signature or decision is missing."""
    return PEOPLE[next(iter(decision.still_to_sign.values()), decision.holder)]


def _impact(decision: Decision, sample: Sample) -> None:
    asked = decision.to_revise or decision.to_state_impact
    by = next(iter(asked.values()), decision.counterpart)
    statement = ImpactStatement(
        days=-3 if decision.impacts else 999,
        confidence=Confidence.LOW,
        displaces="Search",
        risk="Some",
        note="A note",
    )
    impact.state_impact(decision, statement, Act(PEOPLE[by], sample.at))


def _approve(
    decision: Decision, sample: Sample, moves: bool = True, by: Person | None = None
) -> None:
    moves = moves and decision.commitment is not None and decision.commitment.is_open
    review_on = date(2026, 12, 21) if decision.statement else None
    approval = deciding.Approval(decision.options[-1], "It pays", moves, review_on)
    deciding.approve(decision, approval, Act(by or _turn(decision), sample.at))


def _judge(outcome: Outcome, verdict: Verdict) -> Step:
    def judge(decision: Decision, sample: Sample) -> None:
        decision.check_may_decide(_turn(decision))
        waiver = "Not now" if verdict is Verdict.WAIVED else None
        for criterion in decision.criteria:
            criterion.verdicts.append(
                CriterionVerdict(round=decision.round, verdict=verdict, reason=waiver)
            )
        if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS:
            first = len(decision.follow_ups) + 1
            decision.follow_ups.extend(
                FollowUp(
                    position=at, what="Tidy up", owner=BOB.id, due_on=LATER, round=decision.round
                )
                for at in range(first, first + 3)
            )
        deciding.judge(decision, outcome, "It does", Act(_turn(decision), sample.at))

    return judge


def _answer(decision: Decision, sample: Sample) -> None:
    question = questions.question_to(decision, len(decision.questions), SAM)
    questions.answer(decision, question, "Yes", Act(SAM, sample.at))


def _edit(**facts: Any) -> Step:
    def edit(decision: Decision, sample: Sample) -> None:
        ask = sample.ask(**{"kind": decision.kind, "words": ("Purse", "Add it later"), **facts})
        routing = sample.routing(ask.kind)
        change = partial(changing.change_question, decision, ask)
        rounds.edit(decision, routing, Act(ERIN, sample.at), change)

    return edit


def _edit_claim(decision: Decision, sample: Sample) -> None:
    rounds.edit(decision, sample.routing(decision.kind), Act(ERIN, sample.at), Edited)


def _reopen(decision: Decision, sample: Sample) -> None:
    rounds.check_may_reopen(decision, [ALICE.id], ALICE)
    routing = sample.routing(decision.kind)
    rounds.reopen(decision, routing, LATER, "It changed", Act(ALICE, sample.at))


def _undo(decision: Decision, sample: Sample) -> None:
    by = PEOPLE[decision.settled_by or ALICE.id]
    rounds.undo(decision, sample.routing(decision.kind), Act(by, sample.at))


def _resubmit(decision: Decision, sample: Sample) -> None:
    routing = sample.routing(decision.kind)
    rounds.resubmit(decision, routing, None, "Now it does", Act(ERIN, sample.at))


def _delegate(decision: Decision, sample: Sample) -> None:
    delegating.delegate_one(decision, OLGA, False, Act(_turn(decision), sample.at))


def _take_back(decision: Decision, sample: Sample) -> None:
    if OLGA.id not in (decision.holder, decision.counterpart):
        raise NothingHappens
    by = PEOPLE[decision.holder_for or decision.counterpart_for or ""]
    delegating.delegate_one(decision, by, False, Act(by, sample.at))


def _finish(decision: Decision, sample: Sample) -> None:
    still = [
        follow_up
        for follow_up in follow_ups.standing_follow_ups(decision)
        if follow_up.done_at is None
    ]
    position = still[0].position if still else 0
    follow_ups.finish_follow_up(decision, position, Act(BOB, sample.at), [])


def _review(decision: Decision, sample: Sample) -> None:
    by = PEOPLE[decision.counterpart]
    settlement = follow_ups.review_to_answer(decision, decision.round, by, by.id, date.max)
    act = Act(by, sample.at)
    follow_ups.review(decision, settlement, Held.WORSE, 9, "It took longer", act)


# ---- what time, and other decisions, do ----------------------------------------------------------


def _if_it_happens(act: Step) -> Step:
    """Return an act that does the same, and raises NothingHappens if no event was added."""

    def acted(decision: Decision, sample: Sample) -> None:
        before = decision.event_count
        act(decision, sample)
        if decision.event_count == before:
            raise NothingHappens

    return acted


def _asked(decision: Decision, sample: Sample) -> None:
    questions.ask(decision, SAM.id, "Sure?", Act(_turn(decision), sample.at))


TRADEOFF: dict[str, Step] = {
    "impact": _impact,
    "lapse": _if_it_happens(window_lapses),
    "approved": _approve,
    "rejected": lambda decision, sample: deciding.reject(
        decision, "No", Act(_turn(decision), sample.at)
    ),
    "deferred": lambda decision, sample: deciding.defer(
        decision, LATER, "Later", Act(_turn(decision), sample.at)
    ),
    "withdrawn": lambda decision, sample: deciding.withdraw(
        decision, "No need", Act(ERIN, sample.at)
    ),
    "edited": _edit(),
    "reopened": _reopen,
    "undone": _undo,
    "returned": _if_it_happens(returns),
    "superseded": is_superseded,
    "restored": is_restored,
}
ACCEPTANCE: dict[str, Step] = {
    "accepted": _judge(Outcome.ACCEPTED, Verdict.MET),
    "waived": _judge(Outcome.ACCEPTED, Verdict.WAIVED),
    "follow-ups": _judge(Outcome.ACCEPTED_WITH_FOLLOW_UPS, Verdict.NOT_MET),
    "sent back": _judge(Outcome.SENT_BACK, Verdict.NOT_MET),
    "resubmitted": _resubmit,
    "finished": _if_it_happens(_finish),
    "withdrawn": TRADEOFF["withdrawn"],
    "edited": _edit_claim,
    "reopened": _reopen,
    "undone": _undo,
}
RECORDED = {
    name: TRADEOFF[name] for name in ("approved", "rejected", "withdrawn", "reopened", "undone")
}

# Acts that do not take a decision towards its outcome.
BESIDE: dict[str, Step] = {
    "asked": _asked,
    "answered": _answer,
    "delegated": _delegate,
    "taken back": _take_back,
    "holder leaves": holder_leaves,
    "undo ends": undo_ends,
    "rights change": rights_change,
}
BESIDE_A_TRADEOFF: dict[str, Step] = BESIDE | {
    "revision asked": lambda decision, sample: impact.ask_revision(
        decision, "Really?", Act(_turn(decision), sample.at)
    ),
    "overdue": _if_it_happens(goes_overdue),
    "escalated": _if_it_happens(is_escalated),
    "sponsor approves": lambda decision, sample: _approve(decision, sample, by=SAM),
    "approved, stays": lambda decision, sample: _approve(decision, sample, moves=False),
    "ground moves": ground_moves,
    "promise closes": promise_closes,
    "review asked": review_is_asked,
    "reviewed": _review,
    "edited to need no impact": _edit(kind=Kind.REQUIREMENTS),
    "edited to need impact": _edit(kind=Kind.PRIORITY),
    "edited to touch nothing": _edit(effect=None),
}


def acts_on(shape: str) -> tuple[dict[str, Step], dict[str, Step]]:
    """Return the acts that take the decision towards its outcome, and the others (`BESIDE`)."""
    if shape == "acceptance":
        return ACCEPTANCE, BESIDE
    return (RECORDED, BESIDE) if shape.startswith("recorded") else (TRADEOFF, BESIDE_A_TRADEOFF)
