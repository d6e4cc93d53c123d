"""Acts of people and of time on a decision, each at the sample.

An act raises Refused if it cannot be done then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from models.refusals.deciding import Refused
from models.rules import Confidence, Decider, Held, Kind, Outcome, Person, Right, Verdict
from models.tables.acceptance import Claim, CriterionVerdict, FollowUp
from models.tables.commitment import CommitmentState
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.tables.tradeoff import ImpactStatement
from models.verbs import deciding, follow_ups, handover, impact, overdue, questions, raising, rounds
from support.sample import ALICE, BOB, ERIN, LATER, OLGA, PEOPLE, SAM, Sample

# ---- what people do ------------------------------------------------------------------------------

Act = Callable[[Decision, Sample], Any]


class NothingHappens(Refused):
    """Refusal of an act of time that had nothing to do."""


def _turn(decision: Decision) -> Person:
    """Return whose decision is missing."""
    return PEOPLE[next(iter(decision.still_to_sign.values()), decision.holder)]


def _impact(decision: Decision, sample: Sample) -> None:
    statement = ImpactStatement(
        role=decision.decides.asked_for_impact,
        days=-3 if decision.impacts else 999,
        confidence=Confidence.LOW,
        displaces="Search",
        risk="Some",
        note="A note",
    )
    impact.state_impact(decision, statement, PEOPLE[decision.counterpart], sample.at)


def _approve(
    decision: Decision, sample: Sample, moves: bool = True, by: Person | None = None
) -> None:
    moves = moves and decision.commitment is not None and decision.commitment.is_open
    review_on = date(2026, 12, 21) if decision.statement else None
    deciding.approve(
        decision,
        decision.options[-1],
        "It pays",
        by or _turn(decision),
        sample.at,
        moves=moves,
        review_on=review_on,
    )


def _judge(outcome: Outcome, verdict: Verdict) -> Act:
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
        deciding.judge(decision, outcome, "It does", {}, _turn(decision), sample.at)

    return judge


def _answer(decision: Decision, sample: Sample) -> None:
    question = questions.question_to(decision, len(decision.questions), SAM)
    questions.answer(decision, question, "Yes", SAM, sample.at)


def _edit(**facts: Any) -> Act:
    def edit(decision: Decision, sample: Sample) -> None:
        ask = sample.ask(**{"kind": decision.kind, "words": ("Purse", "Add it later"), **facts})
        routing = sample.routing(ask.kind)
        rounds.edit(
            decision,
            routing,
            ERIN,
            sample.at,
            "Europe/London",
            lambda: raising.change_question(decision, ask, sample.at),
        )

    return edit


def _edit_claim(decision: Decision, sample: Sample) -> None:
    rounds.edit(decision, sample.routing(decision.kind), ERIN, sample.at, "Europe/London", dict)


def _reopen(decision: Decision, sample: Sample) -> None:
    rounds.check_may_reopen(decision, [ALICE.id], ALICE)
    rounds.reopen(
        decision,
        sample.routing(decision.kind),
        LATER,
        "It changed",
        ALICE,
        sample.at,
        "Europe/London",
    )


def _undo(decision: Decision, sample: Sample) -> None:
    by = PEOPLE[decision.settled_by or ALICE.id]
    rounds.undo(decision, sample.routing(decision.kind), by, sample.at, "Europe/London")


def _resubmit(decision: Decision, sample: Sample) -> None:
    claim = Claim(link=None, evidence="Now it does", by=ERIN.id, at=sample.at)
    rounds.resubmit(decision, claim, sample.routing(decision.kind), sample.at, "Europe/London")


def _delegate(decision: Decision, sample: Sample) -> None:
    handover.delegate_one(decision, OLGA, False, _turn(decision), sample.at)


def _take_back(decision: Decision, sample: Sample) -> None:
    if OLGA.id not in (decision.holder, decision.counterpart):
        raise NothingHappens
    by = PEOPLE[decision.holder_for or decision.counterpart_for or ""]
    handover.delegate_one(decision, by, False, by, sample.at)


def _finish(decision: Decision, sample: Sample) -> None:
    still = [one for one in follow_ups.standing_follow_ups(decision) if one.done_at is None]
    follow_ups.finish_follow_up(decision, still[0].position if still else 0, BOB, sample.at)


def _review(decision: Decision, sample: Sample) -> None:
    done = follow_ups.review_to_answer(decision, decision.round, PEOPLE[decision.counterpart])
    follow_ups.review(
        decision, done, Held.WORSE, 9, "It took longer", PEOPLE[decision.counterpart], sample.at
    )


# ---- what time, and other decisions, do ----------------------------------------------------------


def _if_it_happens(act: Act) -> Act:
    """Make an act that raises NothingHappens if nothing came of it."""

    def acted(decision: Decision, sample: Sample) -> None:
        before = decision.event_count
        act(decision, sample)
        if decision.event_count == before:
            raise NothingHappens

    return acted


def _lapse(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, decision.impact_due_at or sample.at)
    impact.lapse_impact(decision, sample.at)


def _overdue(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, datetime(2026, 12, 20, tzinfo=UTC))
    overdue.mark_overdue(decision, sample.at)


def _escalate(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, datetime(2027, 1, 10, tzinfo=UTC))
    overdue.escalate(decision, decision.rights_version.sponsor, sample.at)


def _return(decision: Decision, sample: Sample) -> None:
    sample.at = max(sample.at, datetime(2026, 12, 18, tzinfo=UTC))
    rounds.come_back(decision, sample.routing(decision.kind), sample.at, "Europe/London")


def _undo_ends(decision: Decision, sample: Sample) -> None:
    if decision.undo_until is None:
        raise NothingHappens
    decision.undo_until = None


def _ask_review(decision: Decision, sample: Sample) -> None:
    follow_ups.review_to_answer(decision, decision.round, PEOPLE[decision.counterpart])
    if any(post.drawing is Drawing.REVIEW_REQUEST for post in decision.posts):
        raise NothingHappens
    decision.owe(Drawing.REVIEW_REQUEST, sample.at, decision.counterpart)


def _superseded(decision: Decision, sample: Sample) -> None:
    deciding.supersede(decision, 9, BOB.id, sample.at)


def _restored(decision: Decision, sample: Sample) -> None:
    deciding.restore(decision, BOB.id, sample.at)


def _ground_moves(decision: Decision, sample: Sample) -> None:
    if decision.commitment is None or any(move.decision_id == 99 for move in sample.promise.moves):
        raise NothingHappens
    sample.promise.enter(99, 99, 1, 7, None, sample.at)


def _promise_closes(decision: Decision, sample: Sample) -> None:
    if decision.commitment is None or not sample.promise.is_open:
        raise NothingHappens
    sample.promise.close(CommitmentState.MISSED, "It is late", ALICE.id, sample.at)


def _leaves(decision: Decision, sample: Sample) -> None:
    handover.empty_seat([decision], decision.holder, SAM.id, sample.at)


def _rights_change(decision: Decision, sample: Sample) -> None:
    if sample.version.number > 3:
        raise NothingHappens
    table = {**sample.version.table, decision.kind: Right(Decider.PROJECT_MANAGER, False)}
    sample.version = sample.rights(4, product_owner=OLGA.id, table=table)


def _asked(decision: Decision, sample: Sample) -> None:
    questions.ask(decision, SAM.id, "Sure?", _turn(decision), sample.at)


TRADEOFF: dict[str, Act] = {
    "impact": _impact,
    "lapse": _if_it_happens(_lapse),
    "approved": _approve,
    "rejected": lambda decision, sample: deciding.reject(
        decision, "No", _turn(decision), sample.at
    ),
    "deferred": lambda decision, sample: deciding.defer(
        decision, LATER, "Later", _turn(decision), sample.at
    ),
    "withdrawn": lambda decision, sample: deciding.withdraw(decision, "No need", ERIN, sample.at),
    "edited": _edit(),
    "reopened": _reopen,
    "undone": _undo,
    "returned": _if_it_happens(_return),
    "superseded": _superseded,
    "restored": _restored,
}
ACCEPTANCE: dict[str, Act] = {
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

# Acts beside the way of a decision: at most two of these in one story.
BESIDE: dict[str, Act] = {
    "asked": _asked,
    "answered": _answer,
    "delegated": _delegate,
    "taken back": _take_back,
    "holder leaves": _leaves,
    "undo ends": _undo_ends,
    "rights change": _rights_change,
}
BESIDE_A_TRADEOFF: dict[str, Act] = BESIDE | {
    "revision asked": lambda decision, sample: impact.ask_revision(
        decision, "Really?", _turn(decision), sample.at
    ),
    "overdue": _if_it_happens(_overdue),
    "escalated": _if_it_happens(_escalate),
    "sponsor approves": lambda decision, sample: _approve(decision, sample, by=SAM),
    "approved, stays": lambda decision, sample: _approve(decision, sample, moves=False),
    "ground moves": _ground_moves,
    "promise closes": _promise_closes,
    "review asked": _ask_review,
    "reviewed": _review,
    "edited to need no impact": _edit(kind=Kind.REQUIREMENTS),
    "edited to need impact": _edit(kind=Kind.PRIORITY),
    "edited to touch nothing": _edit(effect=None),
}


def acts_on(shape: str) -> tuple[dict[str, Act], dict[str, Act]]:
    """Return the acts that the decision's way is made of, and those that happen beside it."""
    if shape == "acceptance":
        return ACCEPTANCE, BESIDE
    return (RECORDED, BESIDE) if shape.startswith("recorded") else (TRADEOFF, BESIDE_A_TRADEOFF)
